//! The link in a mail.

use crate::recipient::Recipient;
use link::{Kind, Secret, Subject};
use settings::Settings;
use store::MailKind;
use token::LinkSecrets;

/// The link of a mail of this kind, made at `made` (Unix seconds): none, where the mail has none or no page is set for it.
pub(crate) fn of(
    kind: MailKind,
    to: &Recipient,
    secrets: &LinkSecrets,
    settings: &Settings,
    made: i64,
) -> Option<String> {
    let (kind, page) = match kind {
        MailKind::Activation => (Kind::Activation, &settings.activation_url),
        MailKind::PasswordReset => (Kind::Password, &settings.password_reset_confirm_url),
        MailKind::UsernameReset => (Kind::Username, &settings.username_reset_confirm_url),
        MailKind::Confirmation | MailKind::PasswordChanged | MailKind::UsernameChanged => return None,
    };
    let (user, last_login) = (&to.account.user, link::last_login(to.account.user.last_login));
    let subject =
        Subject { id: &user.id, password: &user.password, last_login: &last_login, email: &to.address, addresses: "" };
    let token = link::token(kind, &subject, Secret::Own(secrets.own.first()?.as_slice()), made);
    settings.link_to(page.as_deref(), &link::uid(&user.id), &token)
}
