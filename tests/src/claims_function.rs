//! What stands for a team's own claims function on this machine: it keeps what it is asked, and says what the test wants.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A running one; it answers as long as the process lives.
pub struct ClaimsFunction {
    /// Where it is asked.
    pub url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    asked: Vec<Value>,
    says: Says,
}

#[derive(Clone)]
enum Says {
    /// The event, with this in its response.
    Details(Value),
    /// This status and body.
    Raw(u16, String),
}

impl ClaimsFunction {
    /// One that adds these claims to every token.
    ///
    /// # Panics
    /// There is no free port.
    pub async fn adding(claims: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/claims", listener.local_addr().expect("an address"));
        let says = Says::Details(json!({"accessTokenGeneration": {"claimsToAddOrOverride": claims}}));
        let state = Arc::new(Mutex::new(State { asked: Vec::new(), says }));
        let answering = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                tokio::spawn(answer(caller, Arc::clone(&answering)));
            }
        });
        Self { url, state }
    }

    /// Adds these claims from now on.
    pub fn add(&self, claims: Value) {
        self.generate(json!({"claimsToAddOrOverride": claims}));
    }

    /// Answers with this as `accessTokenGeneration` from now on.
    pub fn generate(&self, generation: Value) {
        self.set(Says::Details(json!({"accessTokenGeneration": generation})));
    }

    /// Answers with this status and body from now on.
    pub fn answer(&self, status: u16, body: &str) {
        self.set(Says::Raw(status, body.to_owned()));
    }

    /// Every event that it was asked with.
    pub fn asked(&self) -> Vec<Value> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }

    fn set(&self, says: Says) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).says = says;
    }
}

/// Answers one request after the other.
async fn answer(mut caller: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        if let Some(event) = body(&read) {
            read.clear();
            let (status, body) = said(event, &state);
            let head = format!("HTTP/1.1 {status} \r\nContent-Length: {}\r\n\r\n", body.len());
            caller.write_all((head + &body).as_bytes()).await?;
        } else if caller.read_buf(&mut read).await? == 0 {
            return Ok(());
        }
    }
}

fn said(mut event: Value, state: &Mutex<State>) -> (u16, String) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.asked.push(event.clone());
    match state.says.clone() {
        Says::Raw(status, body) => (status, body),
        Says::Details(details) => {
            if let Some(place) = event.pointer_mut("/response/claimsAndScopeOverrideDetails") {
                *place = details;
            }
            (200, event.to_string())
        }
    }
}

/// The body of a request, once all of it is there.
fn body(read: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(read).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.to_ascii_lowercase();
    let (_, length) = length.split_once("content-length: ")?;
    let length: usize = length.split("\r\n").next()?.parse().ok()?;
    (body.len() >= length).then(|| serde_json::from_str(body).ok())?
}
