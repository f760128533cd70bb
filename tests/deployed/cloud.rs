//! MiniStack, and stacks in it.

use serde_json::{Value, json};
use std::{
    io::Write,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
};
use tests::{
    tools::{self, Running},
    wire::{Answer, Request},
};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A local AWS.
pub(crate) struct Cloud {
    address: SocketAddr,
    /// The folder of the functions and of the operator's command line, as they are built now.
    programs: PathBuf,
    _ministack: Running,
}

/// A stack in it, with a user called ada.
pub(crate) struct Stack {
    address: SocketAddr,
    base: String,
}

impl Cloud {
    /// An empty one, on a free port, that checks signatures and policies. Builds what is deployed there.
    pub(crate) async fn start() -> Self {
        let programs = tools::build(&[tools::programs(), vec!["latchkey".to_owned()]].concat());
        let address = tools::free_port();
        let mut ministack = Command::new(tools::tool("ministack"));
        ministack.envs([
            ("AUTH", "true".to_owned()),
            // For the functions: MiniStack hands its own environment on to them.
            ("AWS_ENDPOINT_URL", format!("http://{address}")),
            ("BIND_HOST", "127.0.0.1".to_owned()),
            ("GATEWAY_PORT", address.port().to_string()),
        ]);
        let running = Running::start("ministack", &mut ministack);
        tools::opens(address).await;
        Self { address, programs, _ministack: running }
    }

    /// Deploys a stack of this name behind a REST API, with these parameters, and ada in it.
    pub(crate) fn deploy(&self, name: &str, parameters: &[&str]) -> Stack {
        self.deploy_from("template.yaml", name, parameters)
    }

    /// The same behind an HTTP API.
    pub(crate) fn deploy_http(&self, name: &str, parameters: &[&str]) -> Stack {
        self.deploy_from("infra/http-api.yaml", name, parameters)
    }

    /// The same from another template.
    pub(crate) fn deploy_from(&self, template: &str, name: &str, parameters: &[&str]) -> Stack {
        let output = tools::done(
            Command::new(tools::tool("python"))
                .args(["tests/deployed/deploy.py", &self.url(), name, template])
                .arg(&self.programs)
                .args(parameters),
        );
        self.create_user(name);
        Stack::of(self.address, &serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Rotates the keys of a stack by its own function; the next key signs after so many seconds.
    pub(crate) fn rotate(&self, name: &str, seconds: u64) {
        let mut python = Command::new(tools::tool("python"));
        let output = tools::done(python.args(["tests/deployed/rotate.py", &self.url(), name, &seconds.to_string()]));
        let algorithms: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(algorithms, json!(["EdDSA", "EdDSA", "HS256"]));
    }

    /// The ARN of a function that names claims, which is there from now on.
    pub(crate) fn claims_function(&self) -> String {
        let made = tools::done(Command::new(tools::tool("python")).args(["tests/deployed/claims.py", &self.url()]));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// With the command line, as an operator would.
    fn create_user(&self, stack: &str) {
        let mut running = self
            .latchkey(&format!("users create ada --first-name Ada --password-stdin --stack {stack}"))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        running.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(running.wait().unwrap().success());
    }

    /// The operator's command line over this cloud.
    pub(crate) fn latchkey(&self, arguments: &str) -> Command {
        let mut command = Command::new(self.programs.join("latchkey"));
        command.args(arguments.split_whitespace()).args(["--region", "eu-central-1", "--endpoint-url", &self.url()]);
        command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
        command
    }

    /// Where all its services answer.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Stack {
    fn of(address: SocketAddr, outputs: &Value) -> Self {
        Self { address, base: outputs.get("Path").and_then(Value::as_str).unwrap().to_owned() }
    }

    /// The target of a path of the API.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The stage of the API.
    pub(crate) fn stage(&self) -> &str {
        self.base.split('/').nth(3).unwrap()
    }

    /// Sends a request that names its target with [`Stack::at`].
    pub(crate) async fn send(&self, request: Request) -> Answer {
        request.send(self.address).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Request::json(&self.at(path), &body)).await
    }

    pub(crate) async fn greet(&self, access: &str) -> Answer {
        self.send(Request::bearer(&self.at("/api/hello/"), access)).await
    }

    /// Ada's access token and refresh token.
    pub(crate) async fn log_in(&self) -> (String, String) {
        let pair = self.post("/api/token/", json!({"username": "ada", "password": PASSWORD})).await;
        (member(&pair, "access"), member(&pair, "refresh"))
    }
}

/// A text of a 200.
pub(crate) fn member(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json().get(name).and_then(Value::as_str).unwrap().to_owned()
}

/// Fails unless the answer is this one, letter for letter.
#[track_caller]
pub(crate) fn is(answer: &Answer, status: u16, body: &str) {
    assert_eq!((answer.status, answer.text().as_str()), (status, body));
}
