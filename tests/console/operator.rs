//! The operator's page: what a superuser of local mode does there is done, and what an operator of a stack does.

use crate::served::{Served, latchkey};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};
use tests::{
    bridge,
    cloudformation::{described, named},
    logs::{Logs, line},
    tools::{done, root, tool},
};

const ALICE: &str = "correct horse battery staple";

#[test]
fn does_to_users_what_an_operator_asks_for_and_nobody_else() {
    let service = Served::start(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]);
    for number in 0..21 {
        service.create(&format!("user{number:02}"), ALICE);
    }
    service.create("alice", ALICE);
    let mut visit = Command::new(tool("python"));
    visit.arg(root().join("tests/console/operating.py")).args([&service.address, &service.first_password(), ALICE]);
    println!("{}", String::from_utf8_lossy(&done(&mut visit).stdout));
    let told = service.latchkey("events --event operator_acted --user alice");
    let acts: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(" operator=admin through=console "))
        .filter_map(|line| line.split_once(" act=")?.1.split_once(" operator="))
        .map(|(act, _)| act)
        .collect();
    let expected =
        "users unlock, sessions end, users set-password, users unlock, users disable, users enable, users unlock";
    assert_eq!(acts.join(", "), expected, "{told}");
}

/// `latchkey console --stack prod`. It ends when this is dropped.
struct Console {
    child: Child,
    url: String,
    /// Open as long as it lives.
    _out: BufReader<ChildStdout>,
}

impl Console {
    /// The stack's tables are those of the service; its log groups are asked for at this address.
    fn over(service: &Served, logs: &str) -> Self {
        let tables = store::Tables::local();
        let outputs = [("SessionsTable", tables.sessions.as_str()), ("UsersTable", tables.users.as_str())];
        let cloud = format!("http://{}", named(200, &described(&outputs), "prod"));
        let engine = bridge::over_tcp(&service.folder.join("engine.sock"));
        let mut command = latchkey();
        command.args(["console", "--stack", "prod", "--region", "eu-central-1"]).stdout(Stdio::piped());
        command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
        command.envs([("AWS_ENDPOINT_URL_CLOUDFORMATION", &cloud), ("AWS_ENDPOINT_URL_DYNAMODB", &engine)]);
        let mut child = command.env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", logs).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        out.read_line(&mut said).unwrap();
        let url = said.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, url, _out: out }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn operates_a_stack_from_the_operators_machine_and_for_nobody_without_the_secret() {
    let service = Served::start(&[]);
    service.create("alice", ALICE);
    let console = Console::over(&service, "http://127.0.0.1:9");
    visit(&console, &service, "no log");
}

#[tokio::test]
async fn shows_what_the_log_of_a_stack_has_of_a_user_and_records_there_what_was_done() {
    let (service, logs) = (Served::start(&[]), Logs::start().await);
    service.create("alice", ALICE);
    let now = api::Ambient::time();
    let failed = |name: &str| line("login_failed", json!({"name": api::masked(name), "ip": "192.0.2.7", "at": now}));
    let group = |name: &str| format!("/latchkey/prod/{name}");
    logs.put(&json!([
        [group("obtain"), now, failed("Alice")],
        [group("obtain"), now, failed("bob")],
        [group("operators"), now, null],
    ]));
    let console = Console::over(&service, &logs.url);
    visit(&console, &service, "a log");
}

/// What an operator does in a browser. The log of the stack answers, or does not.
fn visit(console: &Console, service: &Served, log: &str) {
    let mut visit = Command::new(tool("python"));
    visit.arg(root().join("tests/console/stack.py")).args([&console.url, &service.address, ALICE, log]);
    println!("{}", String::from_utf8_lossy(&done(&mut visit).stdout));
}
