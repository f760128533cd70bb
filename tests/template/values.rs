//! Values on the command line arrive as docs/deploy.md says: SAM reads them here itself.

use crate::expanded::BOTH;
use serde_json::{Value, json};
use std::process::Command;
use tests::tools;

const READ: &str = "import json, sys; from samcli.cli.types import CfnParameterOverridesType as T; \
                    print(json.dumps(T().convert(sys.argv[1:], None, None)))";

/// What SAM makes of it.
fn read(value: &str) -> Value {
    let python = tools::root().join(".tools/sam/bin/python");
    assert!(python.exists(), "SAM is missing; set it up with: infra/tools/extra sam");
    serde_json::from_slice(&tools::done(Command::new(python).args(["-c", READ, value])).stdout).unwrap()
}

#[test]
fn a_value_with_a_space_or_a_quote_is_whole_between_quotes_and_cut_without() {
    let page = std::fs::read_to_string(tools::root().join("docs/deploy.md")).unwrap();
    for (value, name, whole) in [
        (r#"SigningKey="two words""#, "SigningKey", "two words"),
        (r#"JwtSecretKey="{\"k1\":\"secret one\"}""#, "JwtSecretKey", r#"{"k1":"secret one"}"#),
        ("AccessTokenLifetime=''", "AccessTokenLifetime", ""),
    ] {
        assert!(page.contains(value), "docs/deploy.md does not show {value}");
        assert_eq!(read(value), json!({name: whole}));
    }
    assert_eq!(read("SigningKey=two words"), json!({"SigningKey": "two"}));
}

/// CloudFormation holds a pattern against the whole value.
#[test]
fn who_mails_are_from_has_an_address() {
    for template in BOTH.iter() {
        let parameter = template.section("Parameters").find(|(name, _)| *name == "MailFrom").unwrap().1;
        let pattern = format!("^(?:{})$", parameter["AllowedPattern"].as_str().unwrap());
        let pattern = regex_lite::Regex::new(&pattern).unwrap();
        for given in ["", "a@example.com", "Example & Co <noreply@example.com>"] {
            assert!(pattern.is_match(given), "{given}");
        }
        for given in ["example.com", "Example", "@", "@example.com", "a@", "a@b@c", "a\"b@example.com"] {
            assert!(!pattern.is_match(given), "{given}");
        }
    }
}
