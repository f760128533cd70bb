//! The same tasks as others do them: authorizers in Python and Node, Django with Simple JWT.

use crate::candidates::{Candidate, Fixture};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tests::{
    app::{PASSWORD, SECRET},
    tools,
};

/// The folder of their programs.
const PROGRAMS: &str = "tests/bench/others";
/// Django's calls are long: with fewer of them its turn is no longer than that of the others.
const DJANGO: usize = 50;
/// A login hashes for a third of a second.
const LOGINS: usize = 4;

/// All that are set up.
pub(crate) fn all(ground: &Fixture) -> Vec<Candidate> {
    let mut all = Vec::new();
    let python = tools::root().join(".tools/bench/bin/python");
    if python.exists() {
        all.push(awslambdaric(&python, "pyjwt_authorizer", ground.candidate("python", ground.guarded(), "Allow")));
    }
    if tools::root().join(".tools/bench/node_modules").exists() {
        all.push(node(ground.candidate("node", ground.guarded(), "Allow")));
    }
    if python.exists() {
        all.extend(django(&python, ground));
    }
    all
}

fn django(python: &Path, ground: &Fixture) -> Vec<Candidate> {
    let database = tools::root().join("target/tmp/bench.sqlite3");
    let variables =
        [("BENCH_DATABASE", database.to_string_lossy().into_owned()), ("BENCH_PASSWORD", PASSWORD.to_owned())];
    let mut prepare = Command::new(python);
    tools::done(
        prepare.arg(format!("{PROGRAMS}/django_service.py")).envs(variables.clone()).env("SIGNING_KEY", SECRET),
    );
    let one = |name: &str, event: String, expected, most| {
        let candidate = awslambdaric(python, "django_service", ground.candidate(name, with_length(&event), expected));
        variables.iter().cloned().fold(Candidate { most, ..candidate }, Candidate::with)
    };
    vec![
        one("django hello", ground.greeting(), "Hello", DJANGO),
        one("django verify", ground.verifying(), "200", DJANGO),
        one("django refresh", ground.refreshing(), "access", DJANGO),
        one("django obtain", ground.obtaining("alice"), "access", LOGINS),
    ]
}

/// Django takes a body without a length for an empty one.
fn with_length(event: &str) -> String {
    let mut event: Value = serde_json::from_str(event).expect("JSON");
    let length = event["body"].as_str().map_or(0, str::len).to_string();
    event["headers"]["Content-Length"] = json!(length);
    event["multiValueHeaders"]["Content-Length"] = json!([length]);
    event.to_string()
}

/// A handler in Python under AWS's own client of the Runtime API.
fn awslambdaric(python: &Path, module: &str, candidate: Candidate) -> Candidate {
    let arguments = ["-m", "awslambdaric", &format!("{module}.handler")].map(PathBuf::from);
    let command = std::iter::once(python.to_owned()).chain(arguments).collect();
    let path = tools::root().join(PROGRAMS).to_string_lossy().into_owned();
    Candidate { command, ..candidate }.with(("PYTHONPATH", path))
}

/// Modules are looked for beside the module that asks: the programs stand where npm has put theirs.
fn node(candidate: Candidate) -> Candidate {
    let folder = tools::root().join(".tools/bench");
    for program in ["node_runtime.mjs", "node_authorizer.mjs"] {
        std::fs::copy(tools::root().join(PROGRAMS).join(program), folder.join(program)).expect("a copy of a program");
    }
    let command = vec!["node".into(), folder.join("node_runtime.mjs"), "node_authorizer.mjs".into()];
    Candidate { command, ..candidate }.with(("PATH", env!("PATH").to_owned()))
}
