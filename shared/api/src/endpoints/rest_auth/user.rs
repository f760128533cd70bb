//! `/dj-rest-auth/user/`: the caller's own names, and what else is known of the account.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{
            fields::{self, Faults},
            mailing, reached, username,
        },
        rest_auth::reply,
    },
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use http::Method;
use serde_json::Value;
use settings::Settings;
use store::{Account, Amended, Amendment, MailKind};

const USERNAME: &str = "username";
const FIRST_NAME: &str = "first_name";
const LAST_NAME: &str = "last_name";

/// The longest name, in characters: a column of Django's.
const LONGEST: usize = 150;

/// The endpoint.
pub struct RestAuthUser;

/// What is to be done.
pub enum Form {
    /// Show the user.
    Show,
    /// Write these names; what is `None` stays.
    Change(Names),
}

/// New names, and what is wrong with them so far.
pub struct Names {
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    faults: Faults,
}

impl Endpoint for RestAuthUser {
    type Form = Form;
    type Reply = Value;
    const VIEW: View = View {
        name: "User Details",
        description: "Shows the user whose access token came with the request, and changes the names.",
        allow: "GET, PUT, PATCH, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        let answered = ["pk", "email"].map(Field::answered);
        [Field::required(USERNAME), Field::optional(FIRST_NAME), Field::optional(LAST_NAME)]
            .into_iter()
            .chain(answered)
            .collect()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        match *request.method() {
            Method::PUT => Ok(Form::Change(Names::read(request, true))),
            Method::PATCH => Ok(Form::Change(Names::read(request, false))),
            _ => Ok(Form::Show),
        }
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        let account = reached::account(call).await?;
        let account = match form {
            Form::Show => account,
            Form::Change(names) => change(account, names, call).await?,
        };
        Ok(Answer::of(reply::user(&account)))
    }
}

impl Names {
    fn read(request: &ApiRequest<'_>, is_whole: bool) -> Self {
        let mut faults = Faults::default();
        let is_asked = is_whole || request.has(USERNAME);
        let username = if is_asked { username::read(request, USERNAME, &mut faults) } else { None };
        let mut name = |field| faults.text(request, Char::trimmed(field).up_to(LONGEST).or_missing(true).or_blank());
        let (first_name, last_name) = (name(FIRST_NAME), name(LAST_NAME));
        Self { username, first_name, last_name, faults }
    }

    /// Whether they are those that the account has.
    fn are_those_of(&self, account: &Account) -> bool {
        let same = |new: &Option<String>, old: &String| new.as_ref().is_none_or(|new| new == old);
        let user = &account.user;
        same(&self.username, &user.username)
            && same(&self.first_name, &user.first_name)
            && same(&self.last_name, &user.last_name)
    }
}

/// One's own name again is no change, also where it stands beside one.
async fn change(account: Account, mut names: Names, call: &Call<'_>) -> Result<Account, Problem> {
    names.username = names.username.filter(|name| *name != account.user.username);
    username::check_free(names.username.as_deref(), None, USERNAME, &mut names.faults, call).await?;
    std::mem::take(&mut names.faults).refuse(&[USERNAME, FIRST_NAME, LAST_NAME])?;
    if names.are_those_of(&account) {
        return Ok(account);
    }
    write(&account, &names, call).await?;
    reached::fresh(&account.user.id, call).await
}

async fn write(account: &Account, names: &Names, call: &Call<'_>) -> Result<(), Problem> {
    let told = call.service.settings().username_changed_email_confirmation && names.username.is_some();
    let mail = mailing::notice(told, MailKind::UsernameChanged, &account.user.id, call);
    let amendment = Amendment {
        username: names.username.as_deref(),
        first_name: names.first_name.as_deref(),
        last_name: names.last_name.as_deref(),
        kept: caller::session_of(call),
        mail: mail.as_ref(),
        ..Amendment::default()
    };
    match call.service.store.amend(account, &amendment, call.ambient.later()).await? {
        Amended::Amended => Ok(()),
        Amended::NameTaken => Err(fields::one(USERNAME, username::TAKEN)),
        Amended::Over => Err(Problem::Blacklisted),
        Amended::Stale => Err(Problem::unavailable("the account changes faster than it can be written")),
    }
}
