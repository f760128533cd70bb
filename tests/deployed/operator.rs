//! What docs/operations.md says, done to a stack: the doctor looks at it, and its users come back from a backup.

use crate::cloud::{Cloud, Stack};
use aws_sdk_dynamodb::types::{PointInTimeRecoverySpecification, TimeToLiveSpecification};
use serde_json::{Value, json};
use std::process::Command;
use store::{Access, Credentials};
use tests::tools;

const RESTORED: &str = "restored-users";

/// MiniStack leaves recovery and TTL off, whatever the template says, and knows no schedule of rotations.
pub(crate) async fn the_doctor_finds_what_is_off(cloud: &Cloud, name: &str, stack: &Stack) {
    let report = doctor(cloud, name, stack);
    assert_eq!(faults(&report), ["recovery", "time to live", "rotation"], "{report:#}");
    let dynamodb = dynamodb(cloud);
    let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true).build().unwrap();
    let call = dynamodb.update_continuous_backups().table_name(named_in(&report, "recovery"));
    call.point_in_time_recovery_specification(recovery).send().await.unwrap();
    let ttl = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().unwrap();
    let call = dynamodb.update_time_to_live().table_name(named_in(&report, "time to live"));
    call.time_to_live_specification(ttl).send().await.unwrap();
    assert_eq!(faults(&doctor(cloud, name, stack)), ["rotation"]);
}

/// SC-13, RF-24: what was ended after the moment of the backup stays ended.
pub(crate) async fn users_come_back_and_sessions_do_not(cloud: &Cloud, name: &str, stack: &Stack) {
    let (_, ended) = stack.log_in().await;
    let (_, alive) = stack.log_in().await;
    restore(cloud, name, "restore");
    done(cloud, &format!("sessions end ada --stack {name}"));
    let report = doctor(cloud, name, stack);
    let sessions = named_in(&report, "sessions table");
    done(cloud, &format!("sessions end --all --yes --users-table {RESTORED} --sessions-table {sessions}"));
    restore(cloud, name, "switch");
    for token in [ended, alive] {
        assert_eq!(stack.post("/api/token/refresh/", json!({"refresh": token})).await.status, 401);
    }
    let (access, _) = stack.log_in().await;
    assert_eq!(stack.greet(&access).await.status, 200);
    let report = doctor(cloud, name, stack);
    assert_eq!(named_in(&report, "users table"), RESTORED);
    assert_eq!(faults(&report), ["recovery", "rotation"], "a restored table is not protected: {report:#}");
}

/// The log group of operators is there, and they are in it. MiniStack keeps no line of a function that is a program.
pub(crate) fn what_was_done_is_told(cloud: &Cloud, name: &str) {
    let told = tools::done(&mut cloud.latchkey(&format!("events --stack {name} --user ada")));
    let told = String::from_utf8(told.stdout).unwrap();
    for event in [" operator_acted act=users create ", " operator_acted act=sessions end operator=test "] {
        assert!(told.contains(event), "{told}");
    }
}

fn restore(cloud: &Cloud, stack: &str, act: &str) {
    let mut python = Command::new(tools::tool("python"));
    tools::done(python.args(["tests/deployed/restore.py", &cloud.url(), stack, act, RESTORED]));
}

fn doctor(cloud: &Cloud, name: &str, stack: &Stack) -> Value {
    let url = format!("{}{}", cloud.url(), stack.at(""));
    let output = cloud.latchkey(&format!("doctor --json --stack {name} --url {url}")).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(i32::from(report.get("faults") != Some(&json!(0)))), "{report:#}");
    report
}

fn done(cloud: &Cloud, arguments: &str) {
    tools::done(&mut cloud.latchkey(arguments));
}

fn checks(report: &Value) -> impl Iterator<Item = &Value> {
    report.get("checks").and_then(Value::as_array).unwrap().iter()
}

fn text<'r>(check: &'r Value, name: &str) -> &'r str {
    check.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn faults(report: &Value) -> Vec<&str> {
    let faults = checks(report).filter(|check| text(check, "verdict") == "fault");
    faults.map(|check| text(check, "check")).collect()
}

/// The table that a check is about: where it begins, or after `--table-name` in what mends it.
fn named_in<'r>(report: &'r Value, name: &str) -> &'r str {
    let check = checks(report).find(|check| text(check, "check") == name).unwrap();
    let says = text(check, "fix").split_once("--table-name ").map_or(text(check, "says"), |(_, after)| after);
    says.split(' ').next().unwrap()
}

fn dynamodb(cloud: &Cloud) -> aws_sdk_dynamodb::Client {
    let keys = Credentials { key_id: "test".to_owned(), secret_key: "test".to_owned(), session_token: None };
    let region = "eu-central-1".to_owned();
    store::client(&Access { region, endpoint_url: Some(cloud.url()), credentials: Some(keys) })
}
