//! The tables are those that the store defines, and live as long as what is in them is worth.

use crate::expanded::BOTH;
use serde_json::{Value, json};
use store::{Definition, Kind, Tables, definitions};

#[test]
fn the_tables_are_those_that_the_store_defines() {
    for template in BOTH.iter() {
        let names = Tables { users: "UsersTable".to_owned(), sessions: "SessionsTable".to_owned() };
        for definition in definitions(&names)
            .into_iter()
            .chain([store::organizations("OrganizationsTable"), store::outbox("OutboxTable")])
        {
            is_defined(&template.resource(&definition.name)["Properties"], &definition);
        }
        assert_eq!(template.resources("AWS::DynamoDB::Table").count(), 4, "{}", template.path);
    }
}

#[test]
fn users_outlive_the_stack_and_can_be_restored() {
    for name in ["UsersTable", "OrganizationsTable"] {
        for table in BOTH.iter().map(|template| template.resource(name)) {
            assert_eq!((&table["DeletionPolicy"], &table["UpdateReplacePolicy"]), (&json!("Retain"), &json!("Retain")));
            assert_eq!(table["Properties"]["DeletionProtectionEnabled"], true);
            let recovery = &table["Properties"]["PointInTimeRecoverySpecification"];
            assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
        }
    }
}

#[test]
fn whatever_else_keeps_something_says_whether_it_outlives_the_stack() {
    for kind in ["AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::SecretsManager::Secret"] {
        for (name, resource) in BOTH.iter().flat_map(|template| template.resources(kind)) {
            assert!(resource["DeletionPolicy"].is_string() && resource["UpdateReplacePolicy"].is_string(), "{name}");
        }
    }
}

#[test]
fn every_function_has_its_log_and_no_log_is_kept_for_ever() {
    for template in BOTH.iter() {
        for (name, function) in template.resources("AWS::Lambda::Function") {
            let log = function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"].as_str();
            let log = template.resource(log.unwrap_or_else(|| panic!("{name} has no log group of its own")));
            assert_eq!(log["Properties"]["RetentionInDays"], json!({"Ref": "LogRetentionDays"}), "{name}");
        }
    }
}

fn is_defined(table: &Value, definition: &Definition) {
    let name = &definition.name;
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST", "{name}");
    let keys = [(definition.key, "HASH")].into_iter().chain(definition.sort.map(|sort| (sort, "RANGE")));
    assert_eq!(table["KeySchema"], schema(keys), "{name}");
    let ttl = definition.ttl.map(|attribute| json!({"AttributeName": attribute, "Enabled": true}));
    assert_eq!(table.get("TimeToLiveSpecification"), ttl.as_ref(), "{name}");
    let index = definition.index.as_ref().map(|index| {
        json!([{
            "IndexName": index.name,
            "KeySchema": schema([(index.key.0, "HASH"), (index.sort.0, "RANGE")]),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": index.projected},
        }])
    });
    assert_eq!(table.get("GlobalSecondaryIndexes"), index.as_ref(), "{name}");
    let indexed = definition.index.iter().flat_map(|index| [index.key, index.sort]);
    let texts = [definition.key].into_iter().chain(definition.sort).map(|key| (key, Kind::Text));
    let attributes: Vec<Value> = texts.chain(indexed).map(|(name, kind)| attribute(name, kind)).collect();
    assert_eq!(table["AttributeDefinitions"], json!(attributes), "{name}");
}

fn schema<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    keys.into_iter().map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect()
}

fn attribute(name: &str, kind: Kind) -> Value {
    let letter = match kind {
        Kind::Number => "N",
        Kind::Text => "S",
    };
    json!({"AttributeName": name, "AttributeType": letter})
}
