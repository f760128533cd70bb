//! Mails that somebody asks for by an address: for a new password, for a new name, for another link to confirm it.

use crate::{
    call::Call,
    endpoints::accounts::{address, bounds, fields::Faults},
    problem::Problem,
    request::api_request::ApiRequest,
};
use settings::Settings;
use store::{Account, Addressee, Mail, MailKind};

/// What djoser says of an address that nobody has, where a setting has it told.
const NOT_FOUND: &str = "User with given email does not exist.";

/// The address that a mail is asked for by.
pub(crate) fn parse(request: &ApiRequest<'_>) -> Result<String, Problem> {
    let mut faults = Faults::default();
    let email = address::of_mail(request, &mut faults);
    faults.refuse(&[address::EMAIL])?;
    Ok(email.unwrap_or_default())
}

/// Has a mail of this kind sent to whom it concerns, if anybody. The same reads and writes for every address, unless a
/// setting has it told whether somebody has it.
pub(crate) async fn ask(kind: MailKind, email: String, call: &Call<'_>) -> Result<(), Problem> {
    bounds::mail_to(&email, kind, call).await?;
    if tells(call.service.settings()) {
        let accounts = call.service.store.accounts_at(&email).await?;
        if !accounts.iter().any(|account| concerns(kind, account, &email)) {
            return Err(Problem::Words(NOT_FOUND));
        }
    }
    enqueue(kind, email, call).await
}

/// The same, told to nobody, whatever the settings.
pub(crate) async fn ask_untold(kind: MailKind, email: String, call: &Call<'_>) -> Result<(), Problem> {
    bounds::mail_to(&email, kind, call).await?;
    enqueue(kind, email, call).await
}

async fn enqueue(kind: MailKind, email: String, call: &Call<'_>) -> Result<(), Problem> {
    let mail = new(kind, Addressee::Address(email), call);
    Ok(call.service.store.enqueue(&mail).await?)
}

/// A mail of this request.
pub(crate) fn new(kind: MailKind, to: Addressee, call: &Call<'_>) -> Mail {
    Mail { id: call.ambient.mail_id(), kind, to, created_at: call.ambient.now }
}

/// A mail to a user, where a setting wants it.
pub(crate) fn notice(wanted: bool, kind: MailKind, user_id: &str, call: &Call<'_>) -> Option<Mail> {
    wanted.then(|| new(kind, Addressee::User(user_id.to_owned()), call))
}

/// As in djoser, one of the two is enough for all kinds.
fn tells(settings: &Settings) -> bool {
    settings.password_reset_show_email_not_found || settings.username_reset_show_email_not_found
}

fn concerns(kind: MailKind, account: &Account, email: &str) -> bool {
    let waits = account.awaits_activation && account.address() == email;
    let has_password = !account.user.password.starts_with('!');
    // As djoser compares it where it tells: to the letter.
    let is_own = if account.user.email.is_empty() { account.address() == email } else { account.user.email == email };
    let is_reached = account.user.is_active && is_own && account.is_reached_at(email);
    has_password && if kind == MailKind::Activation { waits } else { is_reached }
}
