//! The function that README.md shows behind the authorizer, run as it stands there.

use std::process::Command;
use tests::tools::{done, root};

/// What Lambda's runtime for Python does, once.
const CALL: &str = "import json, sys; print(json.dumps(handler(json.load(open('events/hello.json')), None)))";

#[test]
fn the_function_of_the_readme_learns_whom_the_authorizer_let_in() {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").expect("a function in Python");
    let (function, _) = rest.split_once("```").unwrap();
    let output = done(Command::new("python3").arg("-c").arg(format!("{function}\n{CALL}")));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer, serde_json::json!({"statusCode": 200, "body": r#"{"owner": "1"}"#}));
}
