//! Name and password in, a user out: what every way to log in begins with.

use crate::{
    call::Call,
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::throttle::Attempt,
    view::Field,
};
use settings::{Settings, UsernameField};
use store::{Replaced, User};
use zeroize::Zeroizing;

/// Who says to be whom.
pub struct Credentials {
    name: String,
    password: Zeroizing<String>,
    known_by: KnownBy,
}

/// What `name` is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum KnownBy {
    /// An address, in any case.
    Address,
    /// An address if it is somebody's, or else a name, in any case.
    Either,
    /// A name, in any case.
    Name,
    /// USERNAME_FIELD.
    Setting,
}

impl Credentials {
    /// Reads the two fields: USERNAME_FIELD and the password, which is taken as it was typed.
    pub(crate) fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Self, Problem> {
        let [name, password] =
            request.require([Char::trimmed(settings.username_field.word()), Char::exact("password")])?;
        Ok(Self::of(name, Zeroizing::new(password), KnownBy::Setting))
    }

    /// Who says to be whom, known in another way.
    pub(crate) fn of(name: String, password: Zeroizing<String>, known_by: KnownBy) -> Self {
        Self { name, password, known_by }
    }

    /// The two fields, for `OPTIONS`.
    pub(crate) fn fields(settings: &Settings) -> Vec<Field<'_>> {
        [settings.username_field.word(), "password"].map(Field::required).into()
    }

    /// The user whose name and password these are.
    pub(crate) async fn log_in(self, call: &Call<'_>) -> Result<User, Problem> {
        let attempt = Attempt::begin(&self.name, call).await?;
        match self.authenticate(call).await {
            Ok(user) => {
                attempt.succeeded(call).await;
                Ok(user)
            }
            Err(Problem::NoActiveAccount) => {
                log::login_failed(&self.name, call);
                attempt.failed(call).await?;
                Err(Problem::NoActiveAccount)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Unknown, inactive and wrong cost the same: one verification, whoever it is that is not let in.
    async fn authenticate(&self, call: &Call<'_>) -> Result<User, Problem> {
        let known = self.find(call).await?;
        let outcome = examine(&self.password, known.as_ref(), call).await?;
        if let Some(user) = known.as_ref().filter(|user| !user.is_active) {
            return Err(self.waiting(user, &outcome, call).await?);
        }
        let user = known.ok_or(Problem::NoActiveAccount)?;
        let user = match outcome {
            Outcome::Refused => return Err(Problem::NoActiveAccount),
            Outcome::Right => user,
            Outcome::Rehashed(encoded) => rehash(user, encoded, &self.password, call).await?,
        };
        let by_address = match self.known_by {
            KnownBy::Setting => call.service.settings().username_field == UsernameField::Email,
            known_by => known_by == KnownBy::Address,
        };
        if !call.service.recognizes(&user, by_address).await? {
            return Err(Problem::NoActiveAccount);
        }
        if call.service.settings().update_last_login {
            let touched = call.service.store.touch_login(&user.id, call.ambient.now).await;
            touched.map_or_else(|fault| log::login_not_recorded("last_login", &fault), drop);
        }
        Ok(user)
    }
}

/// What dj-rest-auth says to who has not confirmed the address yet.
const UNVERIFIED: &str = "E-mail is not verified.";

impl Credentials {
    async fn find(&self, call: &Call<'_>) -> Result<Option<User>, Problem> {
        let (store, name) = (&call.service.store, &self.name);
        let by_address = match self.known_by {
            KnownBy::Setting => return call.service.user_named(name).await,
            KnownBy::Name => None,
            KnownBy::Address | KnownBy::Either => store.user_with_email_folded(name).await?,
        };
        // A name is looked for beside an address that was found, too: what it costs tells nobody which addresses there are.
        let by_name = match self.known_by {
            KnownBy::Name | KnownBy::Either => store.user_folded(name).await?,
            KnownBy::Address | KnownBy::Setting => None,
        };
        Ok(by_address.or(by_name))
    }

    /// Why a user who may not log in is not let in. Where a package says so, who knows the password is told to look for the
    /// mail.
    async fn waiting(&self, user: &User, outcome: &Outcome, call: &Call<'_>) -> Result<Problem, Problem> {
        if self.known_by == KnownBy::Setting || matches!(outcome, Outcome::Refused) {
            return Ok(Problem::NoActiveAccount);
        }
        let waits = call.service.store.account(&user.id).await?.is_some_and(|account| account.awaits_activation);
        Ok(if waits { Problem::of_no_field(UNVERIFIED) } else { Problem::NoActiveAccount })
    }
}

enum Outcome {
    Refused,
    Rehashed(String),
    Right,
}

async fn examine(password: &str, user: Option<&User>, call: &Call<'_>) -> Result<Outcome, Problem> {
    let (password, salt) = (Zeroizing::new(password.to_owned()), call.ambient.salt);
    let encoded = user.map(|user| user.password.clone());
    call.service.hash(move || compare(&password, encoded.as_deref(), salt)).await
}

fn compare(password: &str, encoded: Option<&str>, salt: [u8; 16]) -> Outcome {
    let Some(encoded) = encoded else {
        password::burn(password);
        return Outcome::Refused;
    };
    match password::verify(password, encoded) {
        Ok(password::Verdict::Match) => Outcome::Right,
        // A hash that cannot be made anew today is no reason to refuse the right password.
        Ok(password::Verdict::MatchStale) => password::hash(password, salt).map_or(Outcome::Right, Outcome::Rehashed),
        Ok(password::Verdict::Mismatch) => Outcome::Refused,
        Err(_) => {
            password::burn(password);
            Outcome::Refused
        }
    }
}

/// Stores today's encoding in place of yesterday's. Where that fails yesterday's stays: the password was right.
///
/// Where the row changed meanwhile, the password is held against what stands there now: a second login of the same
/// user gets in, a password that was just changed does not.
async fn rehash(user: User, encoded: String, password: &str, call: &Call<'_>) -> Result<User, Problem> {
    match call.service.store.replace_password(&user.id, &user.password, &encoded).await {
        Ok(Replaced::Replaced) => return Ok(User { password: encoded, ..user }),
        Ok(Replaced::Missing) => return Err(Problem::NoActiveAccount),
        Ok(Replaced::Stale) => {}
        Err(fault) => {
            log::login_not_recorded("password", &fault);
            return Ok(user);
        }
    }
    let now = call.service.store.user(&user.id).await?.filter(|user| user.is_active).ok_or(Problem::NoActiveAccount)?;
    match examine(password, Some(&now), call).await? {
        Outcome::Refused => Err(Problem::NoActiveAccount),
        Outcome::Rehashed(_) | Outcome::Right => Ok(now),
    }
}
