//! Who gets a mail: the accounts that may use what the mail offers.

use store::{Account, Addressee, Error, Mail, MailKind, Store};

/// An account, and the address that the mail goes to.
pub(crate) struct Recipient {
    pub(crate) account: Account,
    pub(crate) address: String,
}

/// Who gets this mail, each one of their own, as in Django. Whoever gave an address first is not the one whose it is, so
/// nobody's link stands in the way of another's; but where one has confirmed the address, a link for a new password is for them.
pub(crate) async fn of(mail: &Mail, store: &Store) -> Result<Vec<Recipient>, Error> {
    let (accounts, asked) = match &mail.to {
        Addressee::User(id) => (store.account(id).await?.into_iter().collect(), None),
        Addressee::Address(address) => (store.accounts_at(address).await?, Some(address)),
    };
    let mut recipients: Vec<_> =
        accounts.into_iter().filter_map(|account| reached(mail.kind, account, asked)).collect();
    if recipients.iter().any(Recipient::has_confirmed) {
        recipients.retain(Recipient::has_confirmed);
    }
    Ok(recipients)
}

impl Recipient {
    fn has_confirmed(&self) -> bool {
        self.account.user.email == self.address
    }
}

/// Django mails nothing to who has no password of their own: they log in elsewhere.
fn has_password(account: &Account) -> bool {
    !account.user.password.starts_with('!')
}

/// The account, if this mail is one for it, and its address there. `asked` is the address that somebody typed.
fn reached(kind: MailKind, account: Account, asked: Option<&String>) -> Option<Recipient> {
    let user = &account.user;
    let address = match kind {
        MailKind::Activation => {
            let waits = account.awaits_activation || (user.is_active && account.unconfirmed_email.is_some());
            // As djoser compares it: to the letter.
            let is_given = |address: &String| asked.is_none_or(|asked| asked == address);
            account.unconfirmed_email.clone().filter(is_given).filter(|_| waits && has_password(&account))
        }
        MailKind::PasswordReset | MailKind::UsernameReset => {
            // To the address as the account has it, however it was typed.
            let address = if user.email.is_empty() { account.address() } else { &user.email };
            let is_reached = account.is_reached_at(asked.map_or(address, String::as_str));
            (is_reached && user.is_active && has_password(&account)).then(|| address.to_owned())
        }
        MailKind::Confirmation | MailKind::PasswordChanged | MailKind::UsernameChanged => {
            let address = if user.email.is_empty() { account.address() } else { &user.email };
            user.is_active.then(|| address.to_owned())
        }
    };
    let asks_for_another = |address: &String| asked.is_some_and(|asked| store::fold(asked) != store::fold(address));
    let address = address.filter(|address| !address.is_empty() && !asks_for_another(address))?;
    Some(Recipient { account, address })
}
