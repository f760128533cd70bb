//! A message handed over to Amazon SES.
//!
//! SES cannot tell whether it was asked for the same message before. So nothing is repeated here, and three things are told
//! apart: it was not taken and may be tried again, it will not be taken, and nobody knows.

use crate::content::Message;
use aws_sdk_sesv2::{
    Client,
    config::{
        BehaviorVersion, Config, Credentials, Region, SharedHttpClient, http::HttpResponse, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{BuildError, ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message as Simple},
};
use hyper_util::client::legacy;
use std::{error::Error, fmt, iter::successors, time::Duration};
use store::Access;

/// How long SES may take to answer. It is long: without an answer nobody knows whether the message is out.
pub(crate) const ANSWER: Duration = Duration::from_secs(10);

/// How many characters of what SES says are kept.
const LONGEST: usize = 300;

/// Amazon SES, and who messages are from.
#[derive(Debug)]
pub struct Sender {
    client: Client,
    from: String,
}

/// Why a message was not handed over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unsent {
    /// It was not taken, and may be tried again.
    Later(Reason),
    /// It was not taken, as SES takes only so many a second, or a day. It may be tried again at once.
    TooFast(Reason),
    /// It was not taken, and never will be.
    Refused(Reason),
    /// There was no answer: it may be out or not.
    Unanswered,
    /// It was not handed over: no mail reaches the address that the account has.
    Undeliverable,
}

/// What was said, in one word and in more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reason {
    /// The word, such as SES's `MessageRejected`. There is no address in it.
    pub code: String,
    /// More. There may be addresses in it.
    pub says: String,
}

impl Sender {
    /// A client whose requests are never repeated, and end after ten seconds. Does no I/O.
    #[must_use]
    pub fn new(access: &Access, connections: SharedHttpClient, from: String) -> Self {
        let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(1)).operation_timeout(ANSWER);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(access.region.clone()))
            .http_client(connections)
            .timeout_config(timeouts.build())
            .retry_config(RetryConfig::disabled());
        if let Some(keys) = &access.credentials {
            let (id, key, token) = (&keys.key_id, &keys.secret_key, keys.session_token.clone());
            config = config.credentials_provider(Credentials::new(id, key, token, None, "environment"));
        }
        config.set_endpoint_url(access.endpoint_url.clone());
        Self { client: Client::from_conf(config.build()), from }
    }

    /// Hands a message over, once.
    ///
    /// # Errors
    /// [`Unsent`] says why it is not, or may not be, on its way.
    pub async fn send(&self, message: &Message) -> Result<(), Unsent> {
        let address = deliverable(&message.to).ok_or(Unsent::Undeliverable)?;
        let content =
            content(message).map_err(|fault| Unsent::Refused(Reason::new("NoMessage", &fault.to_string())))?;
        let to = Destination::builder().to_addresses(address).build();
        let call = self.client.send_email().from_email_address(&self.from).destination(to).content(content);
        call.send().await.map(drop).map_err(|error| unsent(&error))
    }
}

impl Reason {
    pub(crate) fn new(code: &str, says: &str) -> Self {
        Self { code: code.to_owned(), says: says.chars().take(LONGEST).collect() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.says)
    }
}

/// The address as SES takes it: a domain with other letters than ASCII's only as `xn--…`. SES reads a list where a comma
/// stands, and a name where an angle bracket does: what an import brought may have both. `None` for what no mail reaches:
/// `localhost`, the address of a host in brackets, and more than 64 characters before the `@` (RFC 5321 section 4.5.3.1.1).
fn deliverable(to: &str) -> Option<String> {
    let (local, domain) = to.split_once('@')?;
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>(),;:\"\\@".contains(c);
    let domain = idna::domain_to_ascii_strict(domain).ok().filter(|domain| domain.contains('.'))?;
    let is_local = (1..=64).contains(&local.len()) && local.chars().all(is_plain);
    is_local.then(|| format!("{local}@{domain}"))
}

fn content(message: &Message) -> Result<EmailContent, BuildError> {
    let text = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder().text(text(&message.text)?).html(text(&message.html)?).build();
    let simple = Simple::builder().subject(text(&message.subject)?).body(body).build();
    Ok(EmailContent::builder().simple(simple).build())
}

fn unsent(error: &SdkError<SendEmailError, HttpResponse>) -> Unsent {
    match error {
        SdkError::ConstructionFailure(_) => Unsent::Refused(Reason::new("NoRequest", "the request cannot be built")),
        SdkError::DispatchFailure(failure) if never_connected(failure.as_connector_error()) => {
            Unsent::Later(Reason::new("NoConnection", "SES cannot be reached"))
        }
        SdkError::ServiceError(context) => spoken(context.err(), context.raw().status().as_u16()),
        _ => Unsent::Unanswered,
    }
}

/// What SES says: of the account, which somebody or time will mend, or of this message.
fn spoken(error: &SendEmailError, status: u16) -> Unsent {
    let code = error.code().unwrap_or("an error without a code");
    let reason = Reason::new(code, error.message().unwrap_or_default());
    let is_of_the_account = error.is_limit_exceeded_exception()
        || error.is_mail_from_domain_not_verified_exception()
        || error.is_sending_paused_exception()
        || ["ExpiredTokenException", "RequestExpired"].contains(&code);
    let is_too_fast = error.is_too_many_requests_exception() || ["Throttling", "ThrottlingException"].contains(&code);
    // 403 is a right that is missing, or credentials that have ended. What stands before SES does not know what became of the mail.
    match status {
        502 | 504 => Unsent::Unanswered,
        429 => Unsent::TooFast(reason),
        _ if is_too_fast => Unsent::TooFast(reason),
        403 | 408 | 500.. => Unsent::Later(reason),
        _ if is_of_the_account => Unsent::Later(reason),
        _ => Unsent::Refused(reason),
    }
}

/// Whether a request was never written, as there was no connection to write it to.
fn never_connected<E: Error + 'static>(error: Option<&E>) -> bool {
    let first = error.map(|error| error as &(dyn Error + 'static));
    successors(first, |error| (**error).source())
        .any(|error| error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_no_list_and_no_header() {
        for (given, taken) in [
            ("new+tag@example.com", "new+tag@example.com"),
            ("o'hara@xn--bcher-kva.example", "o'hara@xn--bcher-kva.example"),
            ("new@B\u{fc}cher.example", "new@xn--bcher-kva.example"),
            ("new@ex\u{e4}mple.com", "new@xn--exmple-cua.com"),
        ] {
            assert_eq!(deliverable(given).as_deref(), Some(taken));
        }
        for to in ["", "a", "a@b.c,c@d.e", "A <a@b.c>", "a@b.c\r\nBcc: c", "a b@c.d", "a@b.c;d", "\"a\"@b.c", "a@b.c d"]
        {
            assert_eq!(deliverable(to), None, "{to}");
        }
        let (long, label) = (format!("{}@example.com", "a".repeat(65)), format!("a@{}.com", "b".repeat(64)));
        for to in
            ["a@localhost", "a@[127.0.0.1]", "\u{fc}@example.com", "@example.com", "a@.com", "a@b..com", &long, &label]
        {
            assert_eq!(deliverable(to), None, "{to}");
        }
    }

    #[test]
    fn what_is_said_of_a_mail_is_bounded() {
        let reason = Reason::new("MessageRejected", &"é".repeat(1_000));
        assert_eq!(reason.to_string().chars().count(), "MessageRejected: ".len() + LONGEST);
    }

    #[test]
    fn a_request_that_cannot_be_built_is_not_out() {
        let unsent = unsent(&SdkError::construction_failure("no host"));
        assert!(matches!(unsent, Unsent::Refused(reason) if reason.code == "NoRequest"));
    }
}
