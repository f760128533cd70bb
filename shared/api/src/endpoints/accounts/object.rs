//! One account: shown, its address changed, deleted. `users/me/` and `users/{id}/` do the same to different accounts.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::Answer,
    endpoints::accounts::{
        address, bounds,
        fields::{self, Faults},
        mailing, proof, reached,
    },
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::Field,
};
use http::Method;
use serde_json::{Value, json};
use store::{Account, Amended, Amendment, MailKind, User};
use zeroize::Zeroizing;

/// The methods of one account.
pub(crate) const ALLOW: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

/// What is to be done.
pub enum Form {
    /// Show it.
    Show,
    /// Give it another address; with none nothing changes. Where a link is sent to it, for who knows the caller's password.
    Change(Option<String>, Option<Zeroizing<String>>),
    /// Delete it, for who knows the caller's password.
    Delete(Zeroizing<String>),
}

/// What an account has, and what of it can be changed.
pub(crate) fn fields<'a>() -> Vec<Field<'a>> {
    let answered = ["id", "username"].map(Field::answered);
    [Field::optional(address::EMAIL)].into_iter().chain(answered).chain([Field::optional(proof::CURRENT)]).collect()
}

/// Reads what is to be done.
pub(crate) fn parse(request: &ApiRequest<'_>) -> Result<Form, Problem> {
    let mut faults = Faults::default();
    match *request.method() {
        Method::DELETE => {
            let request = request.with_body_of_delete()?;
            let typed = faults.text(&request, Char::trimmed(proof::CURRENT));
            faults.refuse(&[])?;
            Ok(Form::Delete(Zeroizing::new(typed.unwrap_or_default())))
        }
        Method::PATCH | Method::PUT => {
            let email = address::of_account(request, false, &mut faults);
            let typed = faults.text(request, Char::trimmed(proof::CURRENT).or_missing(true));
            faults.refuse(&[address::EMAIL, proof::CURRENT])?;
            Ok(Form::Change(email, typed.map(Zeroizing::new)))
        }
        _ => Ok(Form::Show),
    }
}

/// Does it to `account`, for `caller`.
pub(crate) async fn handle(
    form: Form,
    account: Account,
    caller: &User,
    call: &Call<'_>,
) -> Result<Answer<Value>, Problem> {
    match form {
        Form::Show => Ok(Answer::of(shown(&account))),
        Form::Change(None, _) => Ok(Answer::of(shown(&account))),
        Form::Change(Some(email), typed) => change(account, email, typed, caller, call).await,
        Form::Delete(typed) => delete(&account.user, typed, caller, call).await,
    }
}

/// An account as djoser shows it. The address is the one that the user has given, whether it is confirmed or not.
pub(crate) fn shown(account: &Account) -> Value {
    json!({"email": account.address(), "id": id(&account.user.id), "username": account.user.username})
}

/// An id as Django writes it: a number, where it is one.
pub(crate) fn id(id: &str) -> Value {
    id.parse::<i64>().ok().filter(|number| number.to_string() == id).map_or_else(|| json!(id), |number| json!(number))
}

/// A confirmed address gives way only to another that is confirmed: without one, the next that somebody gives would do. The
/// present one, given again, takes back what was to be confirmed. Whoever confirms an address has the account: a stolen token alone
/// gets no link.
async fn change(
    account: Account,
    email: String,
    typed: Option<Zeroizing<String>>,
    caller: &User,
    call: &Call<'_>,
) -> Result<Answer<Value>, Problem> {
    if email.is_empty() && !account.user.email.is_empty() {
        return Err(fields::one(address::EMAIL, "This field may not be blank."));
    }
    if account.address() == email {
        return Ok(Answer::of(shown(&account)));
    }
    let wanted = call.service.settings().confirms_addresses() && !email.is_empty() && email != account.user.email;
    if wanted {
        prove(typed, caller, call).await?;
        bounds::mail_to(&email, MailKind::Activation, call).await?;
    }
    let mail = mailing::notice(wanted, MailKind::Activation, &account.user.id, call);
    let amendment = Amendment { email: Some(&email), mail: mail.as_ref(), ..Amendment::default() };
    match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
        Amended::Amended => Ok(Answer::of(shown(&reached::fresh(&account.user.id, call).await?))),
        _ => Err(Problem::unavailable("the account changes faster than it can be written")),
    }
}

/// Whether the caller knows their password.
async fn prove(typed: Option<Zeroizing<String>>, caller: &User, call: &Call<'_>) -> Result<(), Problem> {
    let typed = typed.ok_or_else(|| fields::one(proof::CURRENT, "This field is required."))?;
    let mut faults = Faults::default();
    proof::check(Some(&typed), caller, &mut faults, call).await?;
    faults.refuse(&[])
}

async fn delete(
    user: &User,
    typed: Zeroizing<String>,
    caller: &User,
    call: &Call<'_>,
) -> Result<Answer<Value>, Problem> {
    prove(Some(typed), caller, call).await?;
    let settings = call.service.settings();
    // So long may an access token live that says this id.
    let lifetime = settings.access_token_lifetime.max(settings.sliding_token_lifetime);
    let held_until = call.ambient.later().saturating_add(lifetime).saturating_add(settings.leeway);
    call.service.store.delete_user(&user.id, held_until).await?;
    log::account_deleted(&user.id, caller::session_of(call), call);
    Ok(Answer::of(Value::Null))
}
