//! `POST /auth/users/`: a new account. `GET /auth/users/`: the accounts that the caller may see.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{
        address::{self, EMAIL},
        bounds,
        fields::{self, Faults},
        mailing, object, reached, username,
    },
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::new_password,
    view::{Field, Guard, View},
};
use http::Method;
use serde_json::{Value, json};
use settings::Settings;
use store::{Account, Created, MailKind, Registration, User};
use zeroize::Zeroizing;

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const RETYPED: &str = "re_password";

/// The most accounts in one list: it has no pages, as djoser's has none.
const MOST: usize = 1_000;

/// The endpoint.
pub struct AccountsUsers;

/// What is to be done.
pub enum Form {
    /// The list.
    List,
    /// A new account.
    Register(New),
}

/// What a new account is to be, and what is wrong with it so far.
pub struct New {
    username: Option<String>,
    email: Option<String>,
    password: Option<Zeroizing<String>>,
    retyped: Option<Zeroizing<String>>,
    faults: Faults,
}

impl Endpoint for AccountsUsers {
    type Form = Form;
    type Reply = Value;
    const VIEW: View = View {
        name: "User List",
        description: "Makes an account, and lists those that the caller may see.",
        allow: "GET, POST, HEAD, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required(USERNAME), Field::optional(EMAIL), Field::required(PASSWORD)]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Ok(if *request.method() == Method::POST { Form::Register(New::read(request, settings)) } else { Form::List })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        match form {
            Form::List => list(call).await.map(Answer::of),
            Form::Register(new) => {
                let body = register(new, call).await?;
                Ok(Answer { created: true, ..Answer::of(body) })
            }
        }
    }
}

impl New {
    fn read(request: &ApiRequest<'_>, settings: &Settings) -> Self {
        let mut faults = Faults::default();
        let username = username::read(request, USERNAME, &mut faults);
        // Without an address nobody would ever be let in.
        let email = address::of_account(request, settings.send_activation_email, &mut faults);
        let password = faults.text(request, Char::trimmed(PASSWORD)).map(Zeroizing::new);
        let retyped = settings.user_create_password_retype.then(|| faults.text(request, Char::trimmed(RETYPED)));
        Self { username, email, password, retyped: retyped.flatten().map(Zeroizing::new), faults }
    }
}

/// All that is wrong with the fields is told before the password is judged, as djoser does it.
async fn register(mut new: New, call: &Call<'_>) -> Result<Value, Problem> {
    let settings = call.service.settings();
    bounds::registration(call).await?;
    username::check_free(new.username.as_deref(), None, USERNAME, &mut new.faults, call).await?;
    new.faults.refuse(&[USERNAME, EMAIL, PASSWORD, RETYPED])?;
    let (password, email) = (new.password.unwrap_or_default(), new.email.unwrap_or_default());
    let mut user = blank(new.username.unwrap_or_default(), !settings.send_activation_email, call);
    let judged = User { email: email.clone(), ..user.clone() };
    new_password::judge(&password, &judged, PASSWORD, call).await?;
    if settings.user_create_password_retype && new.retyped.as_ref() != Some(&password) {
        return Err(Problem::of_no_field("The two password fields didn't match."));
    }
    user.password = new_password::encoded(&password, call).await?;
    let (email, mail) = (address::normalized(&email), mail(settings));
    create(&user, &email, mail, call).await?;
    Ok(json!({"email": email, "username": user.username, "id": object::id(&user.id)}))
}

/// What is mailed to who has signed up.
fn mail(settings: &Settings) -> Option<MailKind> {
    match (settings.send_activation_email, settings.send_confirmation_email) {
        (true, _) => Some(MailKind::Activation),
        (false, true) => Some(MailKind::Confirmation),
        (false, false) => None,
    }
}

/// A user of this request who has no password yet. One who is not active waits for the link in a mail.
pub(crate) fn blank(username: String, is_active: bool, call: &Call<'_>) -> User {
    let now = call.ambient.now;
    User {
        id: call.ambient.id(),
        username,
        password: String::new(),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_active,
        is_staff: false,
        is_superuser: false,
        groups: Vec::new(),
        attributes: Default::default(),
        last_login: None,
        created_at: now,
        epoch: now,
        named_since: None,
    }
}

/// All of it, or nothing. Whether anybody else has the address changes neither what is answered nor what is asked of the store.
pub(crate) async fn create(user: &User, email: &str, kind: Option<MailKind>, call: &Call<'_>) -> Result<(), Problem> {
    // Who has filled the bound of an address keeps nobody from an account: the link can be asked for later.
    let kind = match kind.filter(|_| !email.is_empty()) {
        Some(kind) if within_bounds(bounds::mail_to(email, kind, call).await)? => Some(kind),
        _ => None,
    };
    let mail = kind.and_then(|kind| mailing::notice(true, kind, &user.id, call));
    let registration =
        Registration { user, unconfirmed_email: email, awaits_activation: !user.is_active, mail: mail.as_ref() };
    match call.service.store.register(&registration).await? {
        Created::Created => {
            log::account_created(&user.id, call);
            Ok(())
        }
        Created::NameTaken => Err(fields::one(USERNAME, username::TAKEN)),
        Created::IdTaken | Created::IdHeld { .. } => Err(Problem::unavailable("the id of a new account is taken")),
    }
}

fn within_bounds(counted: Result<(), Problem>) -> Result<bool, Problem> {
    match counted {
        Ok(()) => Ok(true),
        Err(Problem::Throttled(_)) => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// The caller's own; for staff, and where HIDE_USERS is off, all that there are.
async fn list(call: &Call<'_>) -> Result<Value, Problem> {
    let own = reached::account(call).await?;
    if call.service.settings().hide_users && !own.user.is_staff {
        return Ok(Value::from(vec![object::shown(&own)]));
    }
    let may_see = |user: &User| own.user.is_superuser || !user.is_superuser || user.id == own.user.id;
    let mut accounts = all(may_see, call).await?;
    accounts.sort_by_key(|account| (account.user.id.parse::<u64>().unwrap_or(u64::MAX), account.user.id.clone()));
    Ok(accounts.iter().map(object::shown).collect())
}

/// The first of those that the caller may see: others take no place in the list.
async fn all(may_see: impl Fn(&User) -> bool, call: &Call<'_>) -> Result<Vec<Account>, Problem> {
    let (mut accounts, mut from) = (Vec::new(), None);
    loop {
        let (page, next) = call.service.store.accounts(from.as_deref()).await?;
        accounts.extend(page.into_iter().filter(|account| may_see(&account.user)));
        if accounts.len() >= MOST || next.is_none() {
            accounts.truncate(MOST);
            return Ok(accounts);
        }
        from = next;
    }
}
