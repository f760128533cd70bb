//! Who says to be whom: a name or an address, as ACCOUNT_LOGIN_METHODS has it, and the password.

use crate::{
    call::Call,
    endpoints::accounts::{address, fields::Faults},
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::login::{Credentials, KnownBy},
    view::Field,
};
use settings::{LoginMethods, Settings};
use store::User;
use zeroize::Zeroizing;

const USERNAME: &str = "username";
const PASSWORD: &str = "password";

/// What is said of every login that fails.
const REFUSED: &str = "Unable to log in with provided credentials.";

/// A login as it was typed.
pub(crate) struct Typed(Credentials);

impl Typed {
    /// Reads the fields. What is not a way to log in is read, too, and then means nothing.
    pub(crate) fn read(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let name = faults.text(request, Char::trimmed(USERNAME).or_missing(true).or_blank());
        let email = address::of_login(request, &mut faults);
        let password = faults.text(request, Char::trimmed(PASSWORD)).map(Zeroizing::new);
        faults.refuse(&[USERNAME, address::EMAIL, PASSWORD])?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (name, email, password) = (given(name), given(email), password.unwrap_or_default());
        let (known, known_by) = match settings.account_login_methods {
            LoginMethods::Both if email.is_some() => (email, KnownBy::Address),
            LoginMethods::Both => (name, KnownBy::Either),
            LoginMethods::Email => (email, KnownBy::Address),
            LoginMethods::Username => (name, KnownBy::Name),
        };
        let known = known.ok_or_else(|| Problem::of_no_field(missing(settings.account_login_methods)))?;
        Ok(Self(Credentials::of(known, password, known_by)))
    }

    /// The user whose password this is.
    pub(crate) async fn log_in(self, call: &Call<'_>) -> Result<User, Problem> {
        match self.0.log_in(call).await {
            Err(Problem::NoActiveAccount) => Err(Problem::of_no_field(REFUSED)),
            outcome => outcome,
        }
    }
}

/// The fields, for `OPTIONS`.
pub(crate) fn fields() -> Vec<Field<'static>> {
    vec![Field::optional(USERNAME), Field::optional(address::EMAIL), Field::required(PASSWORD)]
}

fn missing(methods: LoginMethods) -> &'static str {
    match methods {
        LoginMethods::Both => r#"Must include either "username" or "email" and "password"."#,
        LoginMethods::Email => r#"Must include "email" and "password"."#,
        LoginMethods::Username => r#"Must include "username" and "password"."#,
    }
}
