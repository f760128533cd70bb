//! Who is told when something is wrong, and what can be seen.

use crate::expanded::{BOTH, Template};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ALARMS: [&str; 13] = [
    "ApiFails",
    "FunctionsFail",
    "FunctionsThrottled",
    "KeysNotRotated",
    "LoginsFail",
    "LoginsThrottled",
    "MailFunctionFails",
    "MailsFail",
    "MailsWait",
    "RegistrationsSurge",
    "TablesFail",
    "TablesThrottled",
    "TokenReused",
];

#[test]
fn every_alarm_tells_the_topic_if_there_is_one_and_is_silent_where_nothing_happens() {
    for template in BOTH.iter() {
        let alarms: BTreeSet<&str> = template.resources("AWS::CloudWatch::Alarm").map(|(name, _)| name).collect();
        assert_eq!(alarms, BTreeSet::from(ALARMS), "{}", template.path);
        let told = json!({"Fn::If": ["AlarmsAreHeard", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
        for (name, alarm) in template.resources("AWS::CloudWatch::Alarm") {
            let given = &alarm["Properties"];
            assert_eq!(given["AlarmActions"], told, "{name}");
            assert_eq!(given["TreatMissingData"], "notBreaching", "{name}");
            assert_eq!(given["ComparisonOperator"], "GreaterThanThreshold", "{name}");
            assert!(given["AlarmDescription"].as_str().is_some_and(|text| text.ends_with('.')), "{name}");
        }
    }
}

#[test]
fn each_alarm_watches_what_its_name_says() {
    let [rest, http] = BOTH.each_ref();
    assert_eq!(metrics(rest, "ApiFails"), ["AWS/ApiGateway 5XXError"]);
    assert_eq!(metrics(http, "ApiFails"), ["AWS/ApiGateway 5xx"]);
    for template in [rest, http] {
        assert_eq!(metrics(template, "FunctionsFail"), ["AWS/Lambda Errors"; 5]);
        assert_eq!(metrics(template, "FunctionsThrottled"), ["AWS/Lambda Throttles"; 5]);
        assert_eq!(metrics(template, "KeysNotRotated"), ["AWS/Lambda Errors"]);
        assert_eq!(metrics(template, "LoginsFail"), ["Latchkey count"; 2]);
        assert_eq!(metrics(template, "LoginsThrottled"), ["Latchkey count"]);
        assert_eq!(metrics(template, "MailFunctionFails"), ["AWS/Lambda Errors"]);
        let told = &template.resource("MailFunctionFails")["Properties"]["Dimensions"][0]["Value"];
        assert_eq!(*told, json!({"Ref": "MailFunction"}));
        assert_eq!(metrics(template, "MailsFail"), ["Latchkey count"]);
        assert_eq!(metrics(template, "MailsWait"), ["AWS/Lambda IteratorAge"]);
        assert_eq!(metrics(template, "RegistrationsSurge"), ["Latchkey count"]);
        assert_eq!(metrics(template, "TablesFail"), ["AWS/DynamoDB SystemErrors"; 4]);
        let throttled = ["AWS/DynamoDB ReadThrottleEvents", "AWS/DynamoDB WriteThrottleEvents"];
        assert_eq!(metrics(template, "TablesThrottled"), throttled.repeat(2));
        assert_eq!(metrics(template, "TokenReused"), ["Latchkey count"]);
    }
}

#[test]
fn the_events_that_alarms_count_are_logged_under_these_names_and_become_metrics() {
    let source = |path: &str| std::fs::read_to_string(tests::tools::root().join(path)).unwrap();
    let words = source("shared/api/src/log.rs") + &source("shared/lambda/src/mails.rs");
    let log = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let telemetry = source("shared/lambda/src/telemetry.rs");
    let (_, uncounted) = telemetry.split_once("const COUNTED_ELSEWHERE").unwrap();
    let (uncounted, _) = uncounted.split_once("];").unwrap();
    for template in BOTH.iter() {
        let alarms = ["TokenReused", "LoginsFail", "LoginsThrottled", "MailsFail", "RegistrationsSurge"];
        let counted = alarms.map(|alarm| counted_events(template, alarm));
        assert_eq!(counted.each_ref().map(Vec::len), [1, 2, 1, 1, 1], "{}", template.path);
        for event in counted.concat() {
            let is_logged = ["at = ", "at,"].iter().any(|at| log.contains(&format!("event = \"{event}\", {at}")));
            assert!(is_logged, "nothing logs {event} with its time");
            assert!(!uncounted.contains(&format!("\"{event}\"")), "{event} is no metric");
        }
    }
}

/// A list of stolen passwords that is tried once from each of many addresses.
#[test]
fn logins_that_fail_are_a_share_of_all_and_a_few_do_not_ring() {
    for template in BOTH.iter() {
        let alarm = &template.resource("LoginsFail")["Properties"];
        let [share, failed, succeeded] = &alarm["Metrics"].as_array().unwrap()[..] else { panic!("three metrics") };
        assert_eq!([&failed["Id"], &succeeded["Id"]], ["failed", "succeeded"]);
        assert_eq!(counted_events(template, "LoginsFail"), ["login_failed", "login"]);
        assert_eq!(share["Expression"], "IF(failed > 100, 100 * failed / SUM([failed, succeeded]), 0)");
        assert_eq!((share.get("ReturnData"), &alarm["Threshold"]), (None, &json!(50)));
        for counted in [failed, succeeded] {
            assert_eq!(counted["ReturnData"], false);
            assert_eq!(
                (&counted["MetricStat"]["Period"], &counted["MetricStat"]["Stat"]),
                (&json!(300), &json!("Sum"))
            );
        }
    }
}

#[test]
fn the_dashboard_shows_every_alarm_the_api_the_functions_and_the_tables() {
    for template in BOTH.iter() {
        let board = template.resource("Board");
        assert_eq!(board["Condition"], "DashboardWanted");
        let [text, values] = &board["Properties"]["DashboardBody"]["Fn::Sub"].as_array().unwrap()[..] else { panic!() };
        // The alarms that are there with accounts alone.
        let choice = &values["AccountAlarms"]["Fn::If"];
        assert_eq!((&choice[0], &choice[2]), (&json!("AccountsEnabled"), &json!("")));
        let text = &text.as_str().unwrap().replace("${AccountAlarms}", choice[1]["Fn::Sub"].as_str().unwrap());
        let body: Value = serde_json::from_str(text).unwrap();
        let shown: BTreeSet<&str> =
            body["widgets"][0]["properties"]["alarms"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let arns = ALARMS.map(|alarm| format!("${{{alarm}.Arn}}"));
        assert_eq!(shown, arns.iter().map(String::as_str).collect());
        let api = if template.path == "template.yaml" { ["4XXError", "5XXError"] } else { ["4xx", "5xx"] };
        let others = ["Invocations", "Errors", "Throttles", "Duration", "Latency", "{Latchkey,event}", "login_failed"];
        let tables = ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents"];
        for name in api.iter().chain(&others).chain(&tables) {
            assert!(text.contains(name), "{}: the dashboard lacks {name}", template.path);
        }
    }
}

#[test]
fn what_costs_is_off_unless_it_is_asked_for() {
    for template in BOTH.iter() {
        let default = |name: &str| {
            let parameters: Vec<_> = template.section("Parameters").filter(|(known, _)| *known == name).collect();
            parameters[0].1["Default"].clone()
        };
        assert_eq!(["AccessLogs", "Dashboard", "Tracing"].map(default), ["false", "false", "Disabled"]);
        assert_eq!((default("ObtainConcurrency"), default("AlarmTopicArn")), (json!(0), json!("")));
        assert_eq!(
            (default("MonthlyBudget"), &template.resource("Budget")["Condition"]),
            (json!(0), &json!("BudgetWanted"))
        );
        assert_eq!(template.resource("AccessLogLines")["Condition"], "RequestsAreLogged");
    }
    assert_eq!(BOTH[0].resource("WebAclBeforeApi")["Condition"], "WebAclGiven");
}

/// Lambda's START, END and REPORT lines are more bytes than everything that the functions say themselves.
#[test]
fn no_function_pays_for_lines_that_say_what_metrics_say() {
    for (name, function) in BOTH.iter().flat_map(|template| template.resources("AWS::Lambda::Function")) {
        let logging = &function["Properties"]["LoggingConfig"];
        assert_eq!((&logging["LogFormat"], &logging["SystemLogLevel"]), (&json!("JSON"), &json!("WARN")), "{name}");
        // Events are told at info, and counted by the lines that tell them.
        assert!(logging.get("ApplicationLogLevel").is_none(), "{name}");
    }
}

/// The events that an alarm counts, by `event` alone, as the service writes every metric.
fn counted_events<'t>(template: &'t Template, alarm: &str) -> Vec<&'t str> {
    watched(&template.resource(alarm)["Properties"])
        .map(|metric| metric["Dimensions"].as_array().unwrap().as_slice())
        .map(|dimensions| {
            let [only] = dimensions else { panic!("{alarm}: {dimensions:?}") };
            assert_eq!(only["Name"], "event", "{alarm}");
            only["Value"].as_str().unwrap()
        })
        .collect()
}

/// Namespace and name of each metric of an alarm; what it refers to is there.
fn metrics(template: &Template, alarm: &str) -> Vec<String> {
    let given = &template.resource(alarm)["Properties"];
    watched(given)
        .map(|metric| format!("{} {}", metric["Namespace"].as_str().unwrap(), metric["MetricName"].as_str().unwrap()))
        .collect()
}

/// What an alarm watches: one metric of its own, or those of its expression.
fn watched(given: &Value) -> impl Iterator<Item = &Value> {
    let several = given["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Metric"]);
    several.filter(|metric| metric.is_object()).chain(given.get("MetricName").map(|_| given))
}
