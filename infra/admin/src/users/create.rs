//! `admin users create`

use super::view;
use crate::{ambient, answer::Answer, fault::Fault, new_password, place::Place};
use clap::Args;
use store::{Created, User};
use unicode_normalization::UnicodeNormalization;

/// Django's limits, in characters.
const LONGEST_NAME: usize = 150;
const LONGEST_EMAIL: usize = 254;

#[derive(Args)]
#[command(after_help = "\
Examples:
  admin users create alice                                     asks for the password, twice
  admin users create alice --generate --email alice@example.org
  printf %s \"$PASSWORD\" | admin users create alice --password-stdin --staff
  admin users create robot --unusable --groups readers,writers --stack latchkey")]
pub(crate) struct Arguments {
    /// The name to log in with: letters, digits and @ . + - _
    username: String,
    #[command(flatten)]
    password: new_password::Source,
    /// The address
    #[arg(long, default_value = "")]
    email: String,
    /// The given name
    #[arg(long, default_value = "")]
    first_name: String,
    /// The family name
    #[arg(long, default_value = "")]
    last_name: String,
    /// Mark as staff
    #[arg(long)]
    staff: bool,
    /// Mark as superuser
    #[arg(long)]
    superuser: bool,
    /// Create disabled: the user cannot log in until enabled
    #[arg(long)]
    inactive: bool,
    /// Names of groups
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    groups: Vec<String>,
    /// The id, instead of a new UUID
    #[arg(long)]
    id: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let mut user = self.user()?;
        let password = self.password.read(&user).await?;
        user.password.clone_from(&password.encoded);
        let opened = place.make().await?;
        match opened.store.create_user(&user).await? {
            Created::Created => {}
            Created::IdTaken => {
                return Err(Fault::refused(format!("the id {:?} is taken", user.id)).next("leave --id out"));
            }
            Created::NameTaken => {
                let owner = opened.store.user_folded(&user.username).await?;
                return Err(taken(&user.username, owner.as_ref()));
            }
        }
        let text = format!("created {} with id {}\n", user.username, user.id);
        Ok(password.told(Answer::new(text, view::json(&user))))
    }

    /// The user, but for the password.
    fn user(&self) -> Result<User, Fault> {
        let now = ambient::now();
        Ok(User {
            id: self.id()?,
            username: username(&self.username)?,
            password: String::new(),
            email: email(&self.email)?,
            first_name: name("first name", &self.first_name)?,
            last_name: name("last name", &self.last_name)?,
            is_active: !self.inactive,
            is_staff: self.staff,
            is_superuser: self.superuser,
            groups: self.groups.iter().map(|group| group.trim().to_owned()).filter(|group| !group.is_empty()).collect(),
            last_login: None,
            created_at: now,
            epoch: now,
        })
    }

    fn id(&self) -> Result<String, Fault> {
        match &self.id {
            None => ambient::user_id(),
            Some(id) if id.trim().is_empty() => Err(Fault::refused("the id is blank").next("leave --id out")),
            Some(id) => Ok(id.clone()),
        }
    }
}

fn taken(name: &str, owner: Option<&User>) -> Fault {
    let what = match owner {
        Some(owner) if owner.username != name => {
            format!("the username {name:?} is taken by {:?}, which differs by case alone", owner.username)
        }
        _ => format!("the username {name:?} is taken"),
    };
    Fault::refused(what).next("choose another name, or change the password: admin users set-password")
}

/// Django's UnicodeUsernameValidator, after its normalisation to NFKC.
fn username(text: &str) -> Result<String, Fault> {
    let name: String = text.nfkc().collect();
    let fine = |character: char| character.is_alphanumeric() || "@.+-_".contains(character);
    if name.is_empty() || !name.chars().all(fine) || name.chars().count() > LONGEST_NAME {
        return Err(Fault::refused(format!("{text:?} is not a username"))
            .next("use up to 150 letters, digits and the characters @ . + - _"));
    }
    Ok(name)
}

/// Django's `normalize_email`: the domain in lower case, the rest as it is.
fn email(text: &str) -> Result<String, Fault> {
    if text.is_empty() {
        return Ok(String::new());
    }
    match text.rsplit_once('@') {
        Some((local, domain)) if is_email(text, local, domain) => Ok(format!("{local}@{}", domain.to_lowercase())),
        _ => Err(Fault::refused(format!("{text:?} is not an email address")).next("write it like alice@example.org")),
    }
}

fn is_email(text: &str, local: &str, domain: &str) -> bool {
    let plain = |character: char| !character.is_whitespace() && !character.is_control();
    !local.is_empty() && !domain.is_empty() && text.chars().all(plain) && text.chars().count() <= LONGEST_EMAIL
}

fn name(what: &str, text: &str) -> Result<String, Fault> {
    if text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
        return Err(Fault::refused(format!("the {what} is not a name")).next("use up to 150 printable characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_those_of_django() {
        for name in ["a", "alice@example.org", "A.b+c-d_1", "zoë", "アリス", &"n".repeat(150)] {
            assert_eq!(username(name).unwrap(), name);
        }
        assert_eq!(username("\u{fb01}ona").unwrap(), "fiona");
        for name in ["", " ", "a b", "a/b", "a\0", "a\n", "a#b", &"n".repeat(151)] {
            assert!(username(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_domain_of_an_address_is_in_lower_case() {
        assert_eq!(email("Al@Example.ORG").unwrap(), "Al@example.org");
        assert_eq!(email("").unwrap(), "");
        for text in ["a", "@b", "a@", "a b@c", "a@b\n"] {
            assert!(email(text).is_err(), "{text:?}");
        }
    }
}
