//! A function's real program behind a Runtime API of its own, at a time of the test's.

use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};
use tests::tools::{done, root};

/// No call takes so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the programs of a test take for the time.
pub(crate) struct Clock {
    file: File,
    library: PathBuf,
    path: PathBuf,
}

impl Clock {
    /// A clock by this name, that does not go by itself.
    pub(crate) fn new(name: &str) -> Self {
        let folder = root().join("target/tmp").canonicalize().unwrap();
        let (path, library) = (folder.join(format!("{name}.clock")), folder.join(format!("{name}.clock.so")));
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg("tests/rotation/clock.c");
        done(&mut compile);
        Self { file: File::create(&path).unwrap(), library, path }
    }

    /// From now on it is `now`, in Unix seconds. Written in one go: programs look at any time.
    pub(crate) fn set(&self, now: i64) {
        self.file.write_all_at(format!("{now:020}").as_bytes(), 0).unwrap();
    }

    /// Lets a program take it for the time.
    pub(crate) fn govern(&self, command: &mut Command) {
        command.env("CLOCK", &self.path).env("LD_PRELOAD", &self.library);
    }
}

/// One environment of a function. It ends when this is dropped.
pub(crate) struct Function {
    answers: Receiver<Result<Value, Value>>,
    child: Child,
    events: Sender<String>,
}

impl Function {
    /// Starts the program, which begins with what it does before its first event.
    pub(crate) fn start(program: &Path, clock: &Clock, environment: &[(&str, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, asked) = channel();
        let (answer, answers) = channel();
        let asked = Arc::new(Mutex::new(asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, answer) = (Arc::clone(&asked), answer.clone());
                thread::spawn(move || converse(&stream, &asked, &answer));
            }
        });
        let mut command = Command::new(program);
        command.env_clear().env("AWS_LAMBDA_RUNTIME_API", address).envs(environment.iter().cloned());
        command.envs([("AWS_LAMBDA_FUNCTION_NAME", "f"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")]);
        command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256").stdout(Stdio::null()).stderr(Stdio::null());
        clock.govern(&mut command);
        Self { answers, child: command.spawn().unwrap(), events }
    }

    /// What it answers to an event; what it says when it fails.
    pub(crate) fn call(&self, event: &Value) -> Result<Value, Value> {
        self.events.send(event.to_string()).unwrap();
        self.answers.recv_timeout(PATIENCE).unwrap()
    }

    /// Its status and body, to a request of API Gateway.
    pub(crate) fn ask(&self, event: &Value) -> (u64, Value) {
        let answer = self.call(event).unwrap();
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap_or_default();
        (answer["statusCode"].as_u64().unwrap(), body)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sample event as it was sent.
pub(crate) fn event(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join(format!("events/{name}.json"))).unwrap()).unwrap()
}

/// A sample event with another body.
pub(crate) fn posting(name: &str, body: &Value) -> Value {
    let mut event = event(name);
    event["body"] = json!(body.to_string());
    event
}

/// The authorizer's sample event with another token.
pub(crate) fn guarding(token: &str) -> Value {
    let text = event("authorizer").to_string();
    serde_json::from_str(&text.replace("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.PASTE.HERE", token)).unwrap()
}

/// One connection of the program: it asks for events, and says what it made of them.
fn converse(
    mut stream: &TcpStream,
    asked: &Mutex<Receiver<String>>,
    answers: &Sender<Result<Value, Value>>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (line, body) = request(&mut reader)?;
        let reply = if line.starts_with("GET ") {
            let event = asked.lock().ok()?.recv().ok()?;
            format!("HTTP/1.1 200 OK\r\n{HEAD}Content-Length: {}\r\n\r\n{event}", event.len())
        } else {
            let said = serde_json::from_slice(&body).unwrap_or_default();
            answers.send(if line.contains("/response") { Ok(said) } else { Err(said) }).ok()?;
            "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}".to_owned()
        };
        stream.write_all(reply.as_bytes()).ok()?;
    }
}

/// Whose request it is, and a span in place of the deadline: the test has no time to keep.
const HEAD: &str = "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: 600000\r\n\
    Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:local:000000000000:function:f\r\nContent-Type: application/json\r\n";

/// The first line and the body of a request.
pub(crate) fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().ok()?,
            _ if line.trim_end().is_empty() => break,
            _ => {}
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head.into_iter().next()?, body))
}
