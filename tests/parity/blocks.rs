//! Settings as projects have them, moved name by name as docs/moving-from-django.md says: the service starts with them, and says of
//! each line that it cannot follow what to do instead.

use crate::recorded;
use serde_json::Value;
use settings::Settings;
use tests::service::Service;

/// What a block is answered with, a sentence for each line that is not followed; a start that was refused begins so.
const REFUSED: &str = "does not start: ";

#[tokio::test]
async fn a_real_block_of_settings_moves_or_says_what_to_do() {
    let blocks: Vec<Value> = serde_json::from_str(&recorded::text("settings_blocks.json")).unwrap();
    let mut wrong = Vec::new();
    for block in &blocks {
        let variables = variables(block);
        let said = match Service::start(&variables).await {
            Ok(_) => Settings::of(&variables).unwrap().notes().iter().map(ToString::to_string).collect(),
            Err(faults) => faults.lines().map(|fault| format!("{REFUSED}{fault}")).collect::<Vec<_>>(),
        };
        let expected: Vec<&str> = block["said"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if said != expected {
            wrong.push(format!("{}\n    {}", block["name"], said.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn variables(block: &Value) -> Vec<(String, String)> {
    let settings = block["settings"].as_object().unwrap().iter();
    settings.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}
