//! Claims by a team's own code: a Lambda function, asked with the event of Cognito's pre-token-generation trigger, version 2.
//!
//! Its answer is checked before anything is made of it. Where there is none, or one that tokens cannot say, there is no token
//! either. Only what logs in and what renews asks, so nothing else contains the client.

mod answer;
mod event;
mod fault;
mod invocation;

pub use answer::{Bounds, Said};
pub use event::{Occasion, Question};
pub use fault::Fault;
pub use invocation::Access;

use settings::ClaimsFunction;
use std::{sync::OnceLock, time::Duration};
use web::Client;

/// How long the answer may take, from the connection to the last byte, a second try included.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long it is until the second try, where the first one met nobody.
const PAUSE: Duration = Duration::from_millis(100);

/// The function that is asked, and how it is reached.
pub struct Asker {
    function: ClaimsFunction,
    access: Option<Access>,
    client: OnceLock<Client>,
}

impl Asker {
    /// Nothing is reached yet. Without `access` only an address of this machine can be asked.
    #[must_use]
    pub fn new(function: ClaimsFunction, access: Option<Access>) -> Self {
        Self { function, access, client: OnceLock::new() }
    }

    /// What the function says of a user; `now` in Unix seconds. Three seconds at most; the function may be asked twice.
    ///
    /// # Errors
    /// There is no answer, or one that goes beyond the bounds.
    pub async fn ask(&self, question: &Question<'_>, bounds: &Bounds<'_>, now: i64) -> Result<Said, Fault> {
        let event = question.to_event(&self.function).to_string();
        let answer = tokio::time::timeout(PATIENCE, self.answer(&event, now)).await;
        answer::read(&answer.map_err(|_| Fault::Late)??, bounds)
    }

    async fn answer(&self, event: &str, now: i64) -> Result<String, Fault> {
        match self.invoke(event, now).await {
            Err(fault) if fault.passes() => {
                tokio::time::sleep(PAUSE).await;
                self.invoke(event, now).await
            }
            answer => answer,
        }
    }

    async fn invoke(&self, event: &str, now: i64) -> Result<String, Fault> {
        let request = invocation::request(&self.function, self.access.as_ref(), event, now)?;
        let response = self.client()?.send(request, PATIENCE, answer::LONGEST).await;
        invocation::answer(response.map_err(Fault::Unreachable)?)
    }

    /// Made once: the connection to the function is kept for the next question.
    fn client(&self) -> Result<&Client, Fault> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = match self.access.as_ref().and_then(|access| access.roots) {
            Some(roots) => Client::trusting(roots),
            None => Client::new(),
        };
        let client = client.map_err(Fault::Unreachable)?;
        Ok(self.client.get_or_init(|| client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;
    use store::User;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    const BOUNDS: Bounds<'_> = Bounds { reserved: &[], rewritten: &[], longest: 100 };

    fn alice() -> User {
        User {
            id: "1".to_owned(),
            username: "alice".to_owned(),
            password: String::new(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            is_active: true,
            is_staff: false,
            is_superuser: false,
            groups: Vec::new(),
            attributes: store::Attributes::default(),
            last_login: None,
            named_since: None,
            created_at: 0,
            epoch: 0,
        }
    }

    async fn ask(listener: &TcpListener) -> Result<Said, Fault> {
        let address = ClaimsFunction::Address(format!("http://{}/", listener.local_addr().unwrap()));
        let question = Question { occasion: Occasion::Login, issuer: "latchkey", user: &alice() };
        Asker::new(address, None).ask(&question, &BOUNDS, 0).await
    }

    async fn listen() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").await.unwrap()
    }

    /// Takes the next question and answers it with this.
    async fn answer(listener: &TcpListener, status: u16, body: &str) {
        let (mut caller, _) = listener.accept().await.unwrap();
        assert_ne!(caller.read(&mut [0; 4096]).await.unwrap(), 0, "a question");
        let answer = format!("HTTP/1.1 {status} \r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        caller.write_all(answer.as_bytes()).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_three_seconds() {
        let (listener, begun) = (listen().await, Instant::now());
        let said = tokio::select! {
            // A busy machine may wake this test when both are over: the answer counts then.
            biased;
            said = ask(&listener) => said,
            () = tokio::time::sleep(Duration::from_secs(4)) => panic!("still waiting"),
        };
        assert_eq!(said, Err(Fault::Late));
        assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_second_try_meets_who_was_busy() {
        for status in [429, 500, 503] {
            let listener = listen().await;
            let answering = async {
                answer(&listener, status, "").await;
                answer(&listener, 200, r#"{"response":{}}"#).await;
            };
            assert_eq!(tokio::join!(ask(&listener), answering).0, Ok(Said::default()), "{status}");
        }
    }

    #[tokio::test]
    async fn there_is_no_third_try_and_none_after_a_refusal() {
        let listener = listen().await;
        let answering = async {
            answer(&listener, 429, "").await;
            answer(&listener, 429, "").await;
        };
        assert_eq!(tokio::join!(ask(&listener), answering).0, Err(Fault::Refused(429)));
        assert_eq!(tokio::join!(ask(&listener), answer(&listener, 403, "")).0, Err(Fault::Refused(403)));
    }
}
