//! What other stacks find.

use serde_json::{Value, json};

use crate::expanded::BOTH;

const EXPORTED: [&str; 10] = [
    "ApiId",
    "ApiUrl",
    "AuthorizerArn",
    "Issuer",
    "IssuerArn",
    "JwksUrl",
    "KeysSecret",
    "OrganizationsTable",
    "SessionsTable",
    "UsersTable",
];

#[test]
fn every_output_is_exported_under_the_name_of_the_stack() {
    for template in BOTH.iter() {
        let mut names: Vec<&str> = template.section("Outputs").map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, EXPORTED, "{}", template.path);
        for (name, output) in template.section("Outputs") {
            let export = json!({"Fn::Sub": format!("${{AWS::StackName}}-{name}")});
            assert_eq!(output["Export"]["Name"], export, "{}", template.path);
        }
    }
}

#[test]
fn the_pages_name_every_export_parameter_and_alarm() {
    let [rest, _] = BOTH.each_ref();
    let parameters = rest.section("Metadata").find(|(name, _)| name.ends_with("::Interface")).unwrap().1;
    let deployment = parameters["ParameterGroups"][0]["Parameters"].as_array().unwrap();
    let alarms = rest.resources("AWS::CloudWatch::Alarm").map(|(name, _)| name);
    names("docs/deploy.md", EXPORTED.into_iter().chain(deployment.iter().filter_map(Value::as_str)));
    names("docs/operations.md", alarms);
}

fn names<'n>(page: &str, wanted: impl Iterator<Item = &'n str>) {
    let text = std::fs::read_to_string(tests::tools::root().join(page)).unwrap();
    for name in wanted {
        assert!(text.contains(&format!("`{name}`")), "{page} does not name `{name}`");
    }
}
