//! Where a new password comes from, and whether it is one.

use crate::{ambient, answer::Answer, fault::Fault};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use std::io::{self, IsTerminal, Read};
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
    pub(crate) fn read(&self) -> Result<NewPassword, Fault> {
        if self.unusable {
            return Ok(NewPassword { encoded: password::unusable(ambient::random()?), generated: None });
        }
        if self.generate {
            let generated = Zeroizing::new(URL_SAFE_NO_PAD.encode(ambient::random::<16>()?));
            return Ok(NewPassword { encoded: hashed(&generated)?, generated: Some(generated) });
        }
        let typed = if self.password_stdin { piped(io::stdin().lock())? } else { prompted()? };
        accept(&typed)?;
        Ok(NewPassword { encoded: hashed(&typed)?, generated: None })
    }
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

    #[test]
    fn a_generated_password_is_the_one_that_is_stored_and_never_twice_the_same() {
        let source = Source { password_stdin: false, generate: true, unusable: false };
        let (one, other) = (source.read().unwrap(), source.read().unwrap());
        let text = one.generated.unwrap();
        assert_eq!(password::verify(&text, &one.encoded), Ok(password::Verdict::Match));
        assert!(text.len() == 22 && *text != *other.generated.unwrap());
    }
}
