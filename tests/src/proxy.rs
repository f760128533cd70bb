//! A proxy between a store and its engine that records every call and makes of it what a test says.

use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What becomes of a call.
pub enum Interference {
    /// It is answered with this instead of being made.
    Answered(u16, String),
    /// It is made, and this is done to its answer.
    Changed(fn(&mut Value)),
    /// It is made, and its answer breaks off before the last eighth.
    CutShort,
    /// It is made, and its answer comes byte by byte, one in 100 ms.
    Dripped,
    /// It is not made, and no answer comes.
    Hung,
    /// It is made when nobody waits for its answer any more.
    Late,
    /// It is made, and its answer is lost.
    Lost,
    /// It is made.
    Made,
    /// It is made, and what it consumed is kept, as the engine tells it.
    Metered(Arc<Mutex<Vec<Value>>>),
    /// It is not made, and the connection ends.
    Reset,
}

/// A call as the engine gets it.
#[derive(Clone, Debug)]
pub struct Call {
    /// `PutItem` and the like.
    pub operation: String,
    /// What is asked.
    pub body: Value,
    /// Whether the client asks again, as it had no answer in time or was told to.
    pub is_again: bool,
}

type Plan = Box<dyn FnMut(&Call) -> Interference + Send>;

/// The proxy. It serves as long as the runtime of its test runs.
pub struct Proxy {
    /// Where it listens.
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Proxy {
    /// A proxy in front of the engine at this URL, by this plan.
    ///
    /// # Panics
    /// There is no port.
    pub async fn start(engine: &str, plan: impl FnMut(&Call) -> Interference + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let calls = Arc::new(Mutex::new(Vec::new()));
        let plan: Arc<Mutex<Plan>> = Arc::new(Mutex::new(Box::new(plan)));
        let engine = engine.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let seen = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, engine.clone(), Arc::clone(&plan), Arc::clone(&seen)));
            }
        });
        Self { url, calls }
    }

    /// The calls since this was last asked.
    ///
    /// # Panics
    /// A plan did.
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().expect("the calls"))
    }

    /// The operations since this was last asked, each as often as it was tried.
    ///
    /// # Panics
    /// A plan did.
    pub fn operations(&self) -> Vec<String> {
        self.take().into_iter().map(|call| call.operation).collect()
    }

    /// The same, each once: on a busy machine a client asks again that would not elsewhere.
    ///
    /// # Panics
    /// A plan did.
    pub fn acts(&self) -> Vec<String> {
        self.take().into_iter().filter(|call| !call.is_again).map(|call| call.operation).collect()
    }
}

async fn converse(client: TcpStream, engine: String, plan: Arc<Mutex<Plan>>, calls: Arc<Mutex<Vec<Call>>>) {
    let mut client = BufReader::new(client);
    while let Some(request) = Message::read(&mut client).await {
        let operation =
            request.header("x-amz-target").unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
        let Ok(body) = serde_json::from_slice(&request.body) else { return };
        let is_again = request.header("amz-sdk-request").is_some_and(|attempt| !attempt.starts_with("attempt=1;"));
        let call = Call { operation, body, is_again };
        calls.lock().expect("the calls").push(call.clone());
        let fate = plan.lock().expect("the plan")(&call);
        if suffer(fate, &request, client.get_mut(), &engine).await.is_none() {
            return;
        }
    }
}

/// `None` ends the connection.
async fn suffer(fate: Interference, request: &Message, client: &mut TcpStream, engine: &str) -> Option<()> {
    match fate {
        Interference::Answered(status, body) => client.write_all(&answer(status, &body)).await.ok(),
        Interference::Changed(change) => {
            let mut body = serde_json::from_slice(&made(request, engine).await?.body).ok()?;
            change(&mut body);
            client.write_all(&answer(200, &body.to_string())).await.ok()
        }
        Interference::CutShort => {
            let answer = made(request, engine).await?.bytes();
            client.write_all(answer.get(..answer.len() - answer.len() / 8)?).await.ok()?;
            None
        }
        Interference::Dripped => {
            for byte in made(request, engine).await?.bytes() {
                client.write_all(&[byte]).await.ok()?;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Some(())
        }
        Interference::Hung => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            None
        }
        Interference::Late => {
            tokio::time::sleep(Duration::from_secs(1)).await;
            made(request, engine).await.and(None)
        }
        Interference::Lost => made(request, engine).await.and(None),
        Interference::Made => client.write_all(&made(request, engine).await?.bytes()).await.ok(),
        Interference::Metered(consumed) => {
            let mut asked: Value = serde_json::from_slice(&request.body).ok()?;
            asked.as_object_mut()?.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
            let answer = made(&request.with(asked.to_string()), engine).await?;
            let told: Value = serde_json::from_slice(&answer.body).ok()?;
            consumed.lock().expect("what was consumed").push(told.get("ConsumedCapacity").cloned().unwrap_or_default());
            client.write_all(&answer.bytes()).await.ok()
        }
        Interference::Reset => None,
    }
}

async fn made(request: &Message, engine: &str) -> Option<Message> {
    let mut engine = TcpStream::connect(engine).await.ok()?;
    engine.write_all(&request.bytes()).await.ok()?;
    Message::read(&mut BufReader::new(engine)).await
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status} X\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}", body.len());
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// A request or an answer: the first lines as they are, and the body.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    async fn read(from: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(from.read_u8().await.ok()?);
        }
        let mut message = Self { head: String::from_utf8(head).ok()?, body: Vec::new() };
        message.body = vec![0; message.header("content-length")?.parse().ok()?];
        from.read_exact(&mut message.body).await.ok()?;
        Some(message)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The same with another body.
    fn with(&self, body: String) -> Self {
        let is_length = |line: &&str| line.to_ascii_lowercase().starts_with("content-length:");
        let kept: Vec<&str> = self.head.trim_end().lines().filter(|line| !is_length(line)).collect();
        let head = format!("{}\r\nContent-Length: {}\r\n\r\n", kept.join("\r\n"), body.len());
        Self { head, body: body.into_bytes() }
    }

    fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }
}
