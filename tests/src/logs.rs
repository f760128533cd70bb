//! CloudWatch Logs, as MiniStack has it.

use crate::tools::{self, Running};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// CloudWatch Logs, and whatever else MiniStack has.
pub struct Logs {
    /// Where it answers.
    pub url: String,
    _ministack: Running,
}

impl Logs {
    /// One without a log group.
    pub async fn start() -> Self {
        let address = tools::free_port();
        let mut ministack = Command::new(tools::tool("ministack"));
        ministack.envs([
            ("AUTH", "true".to_owned()),
            ("BIND_HOST", "127.0.0.1".to_owned()),
            ("GATEWAY_PORT", address.port().to_string()),
        ]);
        let running = Running::start(&format!("ministack-events-{}", address.port()), &mut ministack);
        tools::opens(address).await;
        Self { url: format!("http://{address}"), _ministack: running }
    }

    /// Puts lines into groups, which it makes: `[[GROUP, SECONDS, LINE], …]`.
    ///
    /// # Panics
    /// They are not taken.
    pub fn put(&self, lines: &Value) {
        let mut python = self.python();
        let mut python = python.stdin(Stdio::piped()).spawn().expect("Python");
        let mut input = python.stdin.take().expect("its standard input");
        input.write_all(lines.to_string().as_bytes()).expect("it reads");
        drop(input);
        assert!(python.wait().is_ok_and(|status| status.success()));
    }

    /// The program that asks it.
    pub fn python(&self) -> Command {
        let mut python = Command::new(tools::tool("python"));
        python.arg(tools::root().join("tests/src/logs.py")).arg(&self.url);
        python
    }
}

/// The line of an event as a function writes it.
pub fn line(event: &str, fields: Value) -> String {
    let mut line = json!({"level": "INFO", "target": "api", "request_id": "r", "event": event});
    if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
        line.extend(fields);
    }
    line.to_string()
}
