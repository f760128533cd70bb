//! Whether a new password is good enough: by the policy, and by whether it was stolen somewhere before (NIST SP 800-63B
//! section 3.1.1.2), asked of a range API such as that of Have I Been Pwned.
//!
//! Who answers learns the first 20 bits of the password's SHA-1, which hundreds of passwords share, and gets all their
//! ends to look through here. Only what sets passwords names this crate, so nothing else contains its HTTP client.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use http::Request;
use password::policy::{Attribute, Policy};
use settings::Settings;
use std::{fmt, time::Duration};
use web::Client;

/// What is said of a password that was stolen somewhere.
const BREACHED: &str = "This password has appeared in a data breach.";

/// How long the answer may take, from the connection to the last byte.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest answer that is read, in bytes: twenty times a padded range.
const LONGEST: usize = 1024 * 1024;

/// How many hexadecimal digits of the SHA-1 are told.
const TOLD: usize = 5;

/// Why there is no answer, in words for the log. They hold nothing of the password.
#[derive(Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "breached passwords cannot be looked up: {}", self.0)
    }
}

impl std::error::Error for Error {}

/// Everything that stands against a new password, in Django's words: the policy of the settings first, and what it takes is
/// looked up with BREACHED_PASSWORD_URL. The password must not be made from the user's `attributes`.
///
/// # Errors
/// [`Error`] with BREACHED_PASSWORD_FAIL_CLOSED, when nobody can tell whether it was stolen. Without, it counts as not stolen.
pub async fn faults(password: &str, attributes: &[Attribute<'_>], settings: &Settings) -> Result<Vec<String>, Error> {
    let mut faults = weaknesses(password, attributes, settings);
    // What is refused anyway is told to nobody.
    if faults.is_empty() && was_stolen(password, settings).await? {
        faults.push(BREACHED.to_owned());
    }
    Ok(faults)
}

/// The same by the policy alone: nobody is asked.
pub fn weaknesses(password: &str, attributes: &[Attribute<'_>], settings: &Settings) -> Vec<String> {
    let policy = Policy::new(settings.password_min_length, settings.password_may_be_numeric);
    policy.weaknesses(password, attributes).iter().map(ToString::to_string).collect()
}

async fn was_stolen(password: &str, settings: &Settings) -> Result<bool, Error> {
    let Some(url) = &settings.breached_password_url else { return Ok(false) };
    match look_up(url, password).await {
        Err(fault) if !settings.breached_password_fail_closed => {
            tracing::warn!(event = "breached_passwords_not_asked", cause = %fault);
            Ok(false)
        }
        told => told,
    }
}

/// Whether `password` is among the breached ones. The first digits of its SHA-1 are put at the end of `url`.
///
/// # Errors
/// [`Error`] when there is no answer within two seconds, or none of this form: lines of the other 35 digits, a colon and
/// how often the password was seen.
async fn look_up(url: &str, password: &str) -> Result<bool, Error> {
    let sha1 = hex::encode_upper(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()));
    let (told, kept) = sha1.split_at_checked(TOLD).unwrap_or_default();
    let request = Request::get(format!("{url}{told}")).header("Add-Padding", "true").header("User-Agent", "latchkey");
    // A client for each question: passwords are set seldom.
    let range = Client::new().map_err(Error)?.get(request, PATIENCE, LONGEST).await.map_err(Error)?;
    seen(&range, kept)
}

/// Whether the range names these last digits. `Add-Padding` mixes lines in whose count is zero: they mean nothing.
fn seen(range: &str, kept: &str) -> Result<bool, Error> {
    let mut found = false;
    for line in range.lines().filter(|line| !line.is_empty()) {
        let (digits, count) = line.split_once(':').ok_or_else(unreadable)?;
        let count: u64 = count.trim().parse().map_err(|_| unreadable())?;
        found |= digits.eq_ignore_ascii_case(kept) && count > 0;
    }
    Ok(found)
}

fn unreadable() -> Error {
    Error("the answer is no range of hashes".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    /// SHA-1 of `password` is 5BAA6 and this.
    const REST: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

    /// Serves one answer; gives the address and, later, what was asked.
    async fn answering(answer: &str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/range/", listener.local_addr().unwrap());
        let answer = answer.to_owned();
        let asked = tokio::spawn(async move {
            let (mut caller, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let read = caller.read(&mut head).await.unwrap();
            caller.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        (url, asked)
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn tells_five_digits_and_finds_the_others_in_the_answer() {
        for (body, breached) in [
            (format!("0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n{REST}:10434004\r\n"), true),
            (format!("{}:1", REST.to_lowercase()), true),
            (format!("{REST}:0\r\n"), false),
            ("0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n".to_owned(), false),
            (String::new(), false),
        ] {
            let (url, asked) = answering(&ok(&body)).await;
            assert_eq!(look_up(&url, "password").await, Ok(breached), "{body}");
            let asked = asked.await.unwrap();
            assert!(asked.starts_with("GET /range/5BAA6 HTTP/1.1\r\n"), "{asked}");
            assert!(!asked.contains("1E4C9B") && asked.to_lowercase().contains("add-padding: true"));
        }
    }

    #[tokio::test]
    async fn knows_what_is_no_answer() {
        for answer in [
            ok("<html>"),
            ok(&format!("{REST}:many")),
            "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx".to_owned(),
        ] {
            let (url, _) = answering(&answer).await;
            let fault = look_up(&url, "password").await.unwrap_err().to_string();
            assert!(fault.starts_with("breached passwords cannot be looked up: "), "{fault}");
            assert!(!fault.contains("5BAA6"), "{fault}");
        }
        assert!(look_up("http://127.0.0.1:1/", "password").await.is_err());
        assert!(look_up("not an address ", "password").await.is_err());
    }

    #[tokio::test]
    async fn waits_for_nobody_for_long() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        assert_eq!(look_up(&url, "password").await, Err(Error("no answer in time".to_owned())));
    }
}
