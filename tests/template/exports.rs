//! What other stacks find.

use crate::expanded::{BOTH, Template};
use serde_json::{Value, json};

const EXPORTED: [&str; 11] = [
    "ApiId",
    "ApiUrl",
    "AuthorizerArn",
    "Issuer",
    "IssuerArn",
    "JwksUrl",
    "KeysSecret",
    "OrganizationsTable",
    "OutboxTable",
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

/// CloudFormation refuses to change an export that another stack imports, and rolls the whole update back. UsersTable
/// follows UsersTableName: docs/operations.md says to remove the import first.
#[test]
fn no_export_depends_on_a_parameter_that_is_changed_later() {
    for (name, output) in BOTH.iter().flat_map(|template| template.section("Outputs")) {
        let changes = output["Value"].get("Fn::If").is_some_and(|choice| choice[0] != "StageIsNamed");
        assert_eq!(changes, name == "UsersTable", "{name}: {output}");
    }
}

#[test]
fn the_stacks_on_the_page_are_stacks_and_take_what_is_exported() {
    let page = std::fs::read_to_string(tests::tools::root().join("docs/deploy.md")).unwrap();
    let snippets: Vec<&str> = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let [guest, nesting] = snippets[..] else { panic!("{snippets:?}") };
    let authorizer = json!({"Fn::ImportValue": "latchkey-AuthorizerArn"}).to_string();
    let api = snippet("guest", guest).resource("MyApi")["Properties"]["Body"].to_string();
    assert!(api.contains(&authorizer) && EXPORTED.contains(&"AuthorizerArn"), "{api}");
    let nested = snippet("nesting", nesting);
    let given = nested.resource("Latchkey")["Properties"]["Parameters"].as_object().unwrap();
    let known: Vec<&str> = BOTH[0].section("Parameters").map(|(name, _)| name).collect();
    assert!(given.keys().all(|name| known.contains(&name.as_str())), "{given:?}");
    assert!(nesting.contains("Latchkey.Outputs.AuthorizerArn"));
}

/// Resources as a template of their own.
fn snippet(name: &str, resources: &str) -> Template {
    let path = format!("target/tmp/{name}.yaml");
    let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}");
    std::fs::create_dir_all(tests::tools::root().join("target/tmp")).unwrap();
    std::fs::write(tests::tools::root().join(&path), text).unwrap();
    Template::expanded(path.leak(), &[])
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
