//! Who is measured: the command, its environment and the event that it gets again and again.

use std::path::PathBuf;

use serde_json::{Value, json};
use tests::{
    stage::{PASSWORD, SECRET, Stage},
    tools,
};

/// One program behind a Runtime API.
pub(crate) struct Candidate {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// The program and its arguments.
    pub(crate) command: Vec<PathBuf>,
    /// Its environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// What it is asked.
    pub(crate) event: String,
    /// What its answers must contain, so that nobody is measured at failing.
    pub(crate) expected: &'static str,
    /// How many calls follow each start.
    pub(crate) most: usize,
}

/// The candidates, and the stage whose store and tokens they use.
pub(crate) async fn all() -> (Stage, Vec<Candidate>) {
    let stage = Stage::plain().await;
    let (refresh, access) = stage.log_in().await;
    let guarded = event("authorizer").replace("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.PASTE.HERE", &access);
    let environment = environment(&stage);
    let candidate = |name, command, event: &str, expected| Candidate {
        name,
        command,
        environment: environment.clone(),
        event: event.to_owned(),
        expected,
        most: usize::MAX,
    };
    let ours = |name, event: &str, expected| candidate(name, vec![built(name)], event, expected);
    let mut all = vec![
        candidate("echo", vec![built("examples/echo")], &guarded, "methodArn"),
        ours("authorizer", &guarded, "Allow"),
        ours("session_authorizer", &guarded, "Allow"),
        ours("verify", &posting("verify", json!({"token": access})), "200"),
        ours("refresh", &posting("refresh", json!({"refresh": refresh})), "access"),
        Candidate {
            most: 20,
            ..ours("obtain", &posting("obtain", json!({"username": "alice", "password": PASSWORD})), "access")
        },
    ];
    let python = tools::root().join(".tools/bench/bin/python");
    if python.exists() {
        let handler = ["-m", "awslambdaric", "pyjwt_authorizer.handler"].map(PathBuf::from);
        let command = std::iter::once(python).chain(handler).collect();
        all.push(candidate("python", command, &guarded, "Allow"));
    }
    (stage, all)
}

/// What `cargo build --profile function` made.
fn built(name: &str) -> PathBuf {
    let path = tools::root().join("target/function").join(name);
    assert!(path.exists(), "{} is missing; `make bench` builds it", path.display());
    path
}

fn environment(stage: &Stage) -> Vec<(&'static str, String)> {
    let tables = store::Tables::local();
    let path = tools::root().join("tests/bench/authorizers");
    vec![
        ("AWS_ACCESS_KEY_ID", "none".to_owned()),
        ("AWS_ENDPOINT_URL", stage.service.engine().to_owned()),
        ("AWS_REGION", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "none".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
        ("KEYS_SECRET", "none".to_owned()),
        ("PYTHONPATH", path.to_string_lossy().into_owned()),
        ("SESSIONS_TABLE", tables.sessions),
        ("SIGNING_KEY", SECRET.to_owned()),
        ("USERS_TABLE", tables.users),
    ]
}

fn event(name: &str) -> String {
    std::fs::read_to_string(tools::root().join(format!("events/{name}.json"))).expect("a sample event")
}

fn posting(name: &str, body: Value) -> String {
    let mut event: Value = serde_json::from_str(&event(name)).expect("JSON");
    event["body"] = json!(body.to_string());
    event["isBase64Encoded"] = json!(false);
    event.to_string()
}
