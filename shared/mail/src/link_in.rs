//! The link in a mail.

use crate::recipient::Recipient;
use link::{Kind, Secret, Subject};
use settings::Settings;
use store::{Mail, MailKind};
use token::LinkSecrets;

/// Whether the link of a mail is dead, by PASSWORD_RESET_TIMEOUT: it is as old as the mail.
pub(crate) fn is_dead(mail: &Mail, settings: &Settings, now: i64) -> bool {
    let has_link = matches!(mail.kind, MailKind::Activation | MailKind::PasswordReset | MailKind::UsernameReset);
    has_link && now.saturating_sub(mail.created_at) > settings.password_reset_timeout
}

/// The link of a mail of this kind, made at `made` (Unix seconds): none, where mails of this kind have none.
///
/// # Errors
/// It would lead nowhere; says what to set.
pub(crate) fn of(
    kind: MailKind,
    to: &Recipient,
    secrets: &LinkSecrets,
    settings: &Settings,
    made: i64,
) -> Result<Option<String>, String> {
    let (kind, page, variable) = match kind {
        MailKind::Activation => (Kind::Activation, &settings.activation_url, "ACTIVATION_URL"),
        MailKind::PasswordReset => (Kind::Password, &settings.password_reset_confirm_url, "PASSWORD_RESET_CONFIRM_URL"),
        MailKind::UsernameReset => (Kind::Username, &settings.username_reset_confirm_url, "USERNAME_RESET_CONFIRM_URL"),
        MailKind::Confirmation | MailKind::PasswordChanged | MailKind::UsernameChanged => return Ok(None),
    };
    let (user, last_login) = (&to.account.user, link::last_login(to.account.user.last_login));
    let subject =
        Subject { id: &user.id, password: &user.password, last_login: &last_login, email: &to.address, addresses: "" };
    let secret = secrets.own.first().ok_or("there is no key that could sign a link")?.as_slice();
    let (uid, token) = (link::uid(&user.id), link::token(kind, &subject, Secret::Own(secret), made));
    let link = match kind {
        Kind::Activation => {
            settings.activation_page(&uid, &token, &link::address_key(&user.id, &to.address, secret, made))
        }
        Kind::Password | Kind::Username => settings.link_to(page.as_deref(), &uid, &token),
    };
    link.map(Some).ok_or_else(|| format!("the link leads nowhere; set {variable}, and DOMAIN where it is a path"))
}
