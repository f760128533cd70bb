//! A stub of Amazon SES: it keeps what it takes, and answers as a test says.

use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use store::{Access, Credentials};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// The message is taken.
    Taken,
    /// It is refused with this status and this word.
    Refused(u16, &'static str),
    /// It is taken, and the connection ends without an answer.
    Lost,
}

/// The stub. It serves as long as the runtime of its test runs.
pub struct Ses {
    address: SocketAddr,
    fates: Arc<Mutex<Vec<Fate>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Ses {
    /// One that takes everything.
    ///
    /// # Panics
    /// There is no port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (fates, asked) = (Arc::default(), Arc::default());
        let stub = Self { address, fates: Arc::clone(&fates), asked: Arc::clone(&asked) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, Arc::clone(&fates), Arc::clone(&asked)));
            }
        });
        stub
    }

    /// What becomes of the next requests, one after the other; those after them are taken.
    ///
    /// # Panics
    /// A test did.
    pub fn plan(&self, fates: &[Fate]) {
        *self.fates.lock().expect("the plan") = fates.iter().rev().copied().collect();
    }

    /// What was asked since this was last asked, whatever became of it.
    ///
    /// # Panics
    /// A test did.
    pub fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.asked.lock().expect("the requests"))
    }

    /// Where it is.
    pub fn access(&self) -> Access {
        Access {
            region: "eu-central-1".to_owned(),
            endpoint_url: Some(format!("http://{}", self.address)),
            credentials: Some(Credentials { key_id: "id".into(), secret_key: "key".into(), session_token: None }),
        }
    }
}

async fn converse(client: TcpStream, fates: Arc<Mutex<Vec<Fate>>>, asked: Arc<Mutex<Vec<Value>>>) {
    let mut client = BufReader::new(client);
    while let Some(request) = read(&mut client).await {
        asked.lock().expect("the requests").push(request);
        let fate = fates.lock().expect("the plan").pop().unwrap_or(Fate::Taken);
        let (status, code, body) = match fate {
            Fate::Taken => (200, "none", r#"{"MessageId":"0100"}"#),
            // As SES does: its words name the address.
            Fate::Refused(status, code) => (status, code, r#"{"message":"no: new@example.com"}"#),
            Fate::Lost => return,
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nx-amzn-errortype: {code}");
        let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        if client.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The body of a request to send, if it is one.
async fn read(client: &mut BufReader<TcpStream>) -> Option<Value> {
    let (mut length, mut line, mut first) = (0, String::new(), None);
    while client.read_line(&mut line).await.ok()? > 0 && line != "\r\n" {
        if let Some((name, value)) =
            line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            assert!(!name.is_empty(), "a header has a name");
            length = value.trim().parse().ok()?;
        }
        first.get_or_insert(line.clone());
        line.clear();
    }
    assert_eq!(first?.trim_end(), "POST /v2/email/outbound-emails HTTP/1.1", "nothing else is asked of SES");
    let mut body = vec![0; length];
    client.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}
