//! Where a new password comes from, and whether it is one.

use crate::{ambient, answer::Answer, fault::Fault};
use clap::Args;
use password::policy;
use settings::{Settings, environment};
use std::io::{self, IsTerminal, Read};
use store::User;
use zeroize::Zeroizing;

/// Without any of these the terminal asks, twice, without echo.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Source {
    /// Read the password from standard input, up to its end; one line break at the end is not part of it
    #[arg(long)]
    password_stdin: bool,
    /// Make a random password and print it, once
    #[arg(long)]
    generate: bool,
    /// Store no password: the user cannot log in with one
    #[arg(long)]
    unusable: bool,
}

/// A password ready to be stored.
pub(crate) struct NewPassword {
    /// In Django's encoding.
    pub(crate) encoded: String,
    /// The password itself, when nobody typed it.
    generated: Option<Zeroizing<String>>,
}

impl NewPassword {
    /// A random one, which is told once.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub(crate) fn generated() -> Result<Self, Fault> {
        let generated = password::generated(ambient::random()?);
        Ok(Self { encoded: hashed(&generated)?, generated: Some(generated) })
    }

    /// Adds the generated password, if there is one, to what the operator is told: here and never again.
    pub(crate) fn told(&self, mut answer: Answer) -> Answer {
        let Some(generated) = &self.generated else { return answer };
        answer.text += &format!("password (shown once): {}\n", generated.as_str());
        if let Some(fields) = answer.json.as_object_mut() {
            fields.insert("generated_password".to_owned(), generated.as_str().into());
        }
        answer
    }
}

impl Source {
    /// # Errors
    /// A password that this user should not have: the settings of the service say which.
    pub(crate) async fn read(&self, user: &User) -> Result<NewPassword, Fault> {
        if self.unusable {
            return Ok(NewPassword { encoded: password::unusable(ambient::random()?), generated: None });
        }
        if self.generate {
            return NewPassword::generated();
        }
        let settings = environment::settings().map_err(|faults| Fault::usage(faults.to_string()))?;
        let typed = if self.password_stdin { piped(io::stdin().lock())? } else { prompted()? };
        accept(&typed)?;
        judge(&typed, user, &settings).await?;
        Ok(NewPassword { encoded: hashed(&typed)?, generated: None })
    }
}

/// Judges it as the endpoint that changes passwords does.
async fn judge(text: &str, user: &User, settings: &Settings) -> Result<(), Fault> {
    let attributes = policy::attributes([&user.username, &user.first_name, &user.last_name, &user.email]);
    let faults = breach::faults(text, &attributes, settings).await;
    let faults = faults.map_err(|fault| Fault::unavailable(fault.to_string()))?;
    if faults.is_empty() { Ok(()) } else { Err(weak(&faults.join(" "))) }
}

fn weak(told: &str) -> Fault {
    let sentence = told.strip_suffix('.').unwrap_or(told);
    Fault::refused(sentence).next("choose another one, or give --generate")
}

fn hashed(text: &str) -> Result<String, Fault> {
    password::hash(text, ambient::random()?).map_err(|error| Fault::refused(error.to_string()))
}

fn piped(input: impl Read) -> Result<Zeroizing<String>, Fault> {
    let mut text = Zeroizing::new(String::new());
    let most = u64::try_from(password::MAX_BYTES).unwrap_or(u64::MAX);
    // A line break, and one byte more to see that it is too long.
    let read = input.take(most.saturating_add(3)).read_to_string(&mut text);
    read.map_err(|_| Fault::refused("the password on standard input cannot be read as UTF-8 text"))?;
    let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.to_owned()))
}

fn prompted() -> Result<Zeroizing<String>, Fault> {
    if !io::stdin().is_terminal() {
        return Err(Fault::usage("there is no terminal to ask for the password")
            .next("pipe it and give --password-stdin, or give --generate"));
    }
    let first = ask("Password: ")?;
    accept(&first)?;
    let second = ask("Password (again): ")?;
    if *first != *second {
        return Err(Fault::refused("the two passwords are not the same").next("run the command again"));
    }
    Ok(first)
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Fault> {
    let answer = rpassword::prompt_password(prompt).map(Zeroizing::new);
    answer.map_err(|cause| Fault::usage(format!("the terminal cannot be read: {cause}")).next("give --password-stdin"))
}

fn accept(text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::refused("the password is blank").next("choose one, or give --generate"));
    }
    if text.len() > password::MAX_BYTES {
        return Err(Fault::refused(password::Error::TooLong.to_string()).next("choose a shorter one"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> User {
        User {
            id: "1".to_owned(),
            username: "alice".to_owned(),
            password: String::new(),
            email: "alice@example.org".to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            is_active: true,
            is_staff: false,
            is_superuser: false,
            groups: Vec::new(),
            attributes: Default::default(),
            last_login: None,
            named_since: None,
            created_at: 0,
            epoch: 0,
        }
    }

    #[tokio::test]
    async fn pw_18_to_20_the_policy_is_that_of_the_service() {
        let hardened = |name: &str| (name == "PROFILE").then(|| "hardened".to_owned());
        let (plain, hardened) = (Settings::read(|_| None).unwrap(), Settings::read(hardened).unwrap());
        let told = async |text: &str, settings| judge(text, &user(), settings).await.map_err(|fault| fault.to_string());
        assert_eq!(told("q8!vzz3k", &plain).await, Ok(()));
        assert_eq!(
            told("alice", &hardened).await.unwrap_err(),
            "error: The password is too similar to the username. This password is too short. It must contain at least 15 \
             characters. This password is too common\nnext:  choose another one, or give --generate\n"
        );
    }

    #[test]
    fn one_line_break_at_the_end_is_not_part_of_a_piped_password() {
        for (input, password) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a "), ("", "")]
        {
            assert_eq!(*piped(input.as_bytes()).unwrap(), password, "{input:?}");
        }
        assert!(piped(&[0xff][..]).is_err());
    }

    #[test]
    fn a_blank_or_overlong_password_is_refused() {
        assert!(accept("a").is_ok() && accept(&"a".repeat(4096)).is_ok());
        assert!(accept("").is_err() && accept(" \t").is_err() && accept(&"a".repeat(4097)).is_err());
        let overlong = "a".repeat(4097) + "\n";
        assert!(accept(&piped(overlong.as_bytes()).unwrap()).is_err());
    }

    #[tokio::test]
    async fn a_generated_password_is_the_one_that_is_stored_and_never_twice_the_same() {
        let source = Source { password_stdin: false, generate: true, unusable: false };
        let (one, other) = (source.read(&user()).await.unwrap(), source.read(&user()).await.unwrap());
        let text = one.generated.unwrap();
        assert_eq!(password::verify(&text, &one.encoded), Ok(password::Verdict::Match));
        assert!(text.len() == 26 && *text != *other.generated.unwrap());
    }
}
