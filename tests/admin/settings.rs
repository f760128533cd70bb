//! `latchkey settings from-django`: the settings of projects, as `manage.py shell` prints them.

use crate::served_folder::{Ended, Folder, program, run};
use serde_json::{Value, json};
use settings::Settings;
use std::{fs, os::unix::fs::PermissionsExt, process::Command};

fn from_django(arguments: &[&str], printed: &str) -> Ended {
    let mut command = Command::new(program("latchkey"));
    command.args(["settings", "from-django"]).args(arguments);
    run(command, printed)
}

/// The variables that a service starts with, and the names of what is not followed.
fn moved(project: &Value) -> (Vec<(String, String)>, Vec<String>) {
    let ended = from_django(&["-", "--json"], &project.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    let answer: Value = serde_json::from_str(&ended.out).unwrap();
    let variables = answer["variables"].as_object().unwrap().iter();
    let variables = variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
    let told = answer["not_followed"].as_array().unwrap().iter();
    (variables, told.map(|line| line["setting"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn every_real_block_becomes_settings_that_a_service_starts_with() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/parity/recorded/settings_blocks.json");
    let blocks: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for block in &blocks {
        let (variables, told) = moved(&json!({"SIMPLE_JWT": block["settings"]}));
        let settings = Settings::of(&variables);
        assert!(settings.is_ok(), "{}: {settings:?}", block["name"]);
        for line in block["said"].as_array().unwrap() {
            let line = line.as_str().unwrap().trim_start_matches("does not start: ");
            let name = line.split(':').next().unwrap();
            assert!(told.iter().any(|told| told == name), "{}: nothing is said of {name}", block["name"]);
        }
    }
}

/// What `tests/admin/project/blocks.json` expects of each: these variables among others, and these names told and no others.
#[test]
fn every_block_of_the_packages_around_becomes_settings_that_a_service_starts_with() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/admin/project/blocks.json");
    let blocks: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for block in &blocks {
        let (variables, told) = moved(&block["printed"]);
        let settings = Settings::of(&variables);
        assert!(settings.is_ok(), "{}: {settings:?}", block["name"]);
        let given: Value = variables.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        if (&given, &json!(told)) != (&block["variables"], &block["told"]) {
            wrong.push(format!("{}\n{given}\n{}", block["name"], json!(told)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_django_prints_is_read_behind_its_greeting() {
    let printed = r#"6 objects imported automatically (use -v 2 for details).

{"SIMPLE_JWT": {"ACCESS_TOKEN_LIFETIME": "0:15:00", "AUTH_HEADER_TYPES": ["JWT"]}, "CORS_ALLOWED_ORIGINS": ["https://a.example"], "CORS_ORIGIN_ALLOW_ALL": true}
"#;
    let ended = from_django(&["-"], printed);
    assert_eq!(ended.code, 0, "{ended:?}");
    let expected = "ACCESS_TOKEN_LIFETIME=15m\nAUTH_HEADER_TYPES=JWT\nCORS_ALLOWED_ORIGINS=https://a.example\n\
                    CORS_ALLOW_ALL_ORIGINS=true\n\n# In samconfig.toml";
    assert!(ended.out.starts_with(expected), "{}", ended.out);
    assert!(ended.out.contains("#   \"AccessTokenLifetime=15m\",\n"), "{}", ended.out);
}

#[test]
fn the_file_is_for_its_owner_and_never_written_over() {
    let folder = Folder::new();
    let file = folder.path().join("latchkey.env");
    let arguments = ["-", "--output", file.to_str().unwrap()];
    let printed = r#"{"SIMPLE_JWT": {"SIGNING_KEY": "hush, forty bytes or so are long enough", "LEEWAY": 10}}"#;
    let ended = from_django(&arguments, printed);
    assert!(ended.code == 0 && !ended.out.contains("hush"), "{ended:?}");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "SIGNING_KEY='hush, forty bytes or so are long enough'\nLEEWAY=10s\n"
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(from_django(&arguments, printed).code, 2);
}

#[test]
fn what_is_no_settings_is_said_to_be_none() {
    for printed in ["", "SIMPLE_JWT = {}", "{\"SIMPLE_JWT\": ", "[]"] {
        let ended = from_django(&["-"], printed);
        assert_eq!(ended.code, 2, "{printed}");
        assert!(ended.err.contains("no settings in JSON") && ended.err.contains("next:"), "{}", ended.err);
    }
}
