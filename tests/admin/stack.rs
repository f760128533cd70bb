//! `--stack`: the names of the tables come from CloudFormation.

use crate::served_folder::{Ended, ServedFolder, program, run};
use std::{net::SocketAddr, process::Command};
use tests::{
    cloudformation::{described, named},
    tools,
};

#[tokio::test]
async fn the_outputs_of_the_stack_name_the_tables() {
    let app = ServedFolder::new().await;
    app.create("alice", "some password");
    let names = store::Tables::local();
    let cloud = cloud(200, &described(&[("SessionsTable", &names.sessions), ("UsersTable", &names.users)]));
    let ended = list(&cloud, &app.engine());
    assert!(ended.code == 0 && ended.out.contains("alice"), "{ended:?}");
}

#[test]
fn a_stack_of_something_else_is_refused() {
    let cloud = cloud(200, &described(&[("UsersTable", "users")]));
    list(&cloud, "http://127.0.0.1:9").refused(
        2,
        "the stack latchkey has no output SessionsTable",
        "is a Latchkey stack",
    );
}

#[test]
fn a_stack_that_is_not_there_is_refused() {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>\
                 <Message>Stack with id latchkey does not exist</Message></Error></ErrorResponse>";
    let cloud = cloud(400, error);
    list(&cloud, "http://127.0.0.1:9").refused(2, "there is no stack latchkey in eu-central-1", "list-stacks");
}

#[test]
fn a_refusal_of_aws_is_told() {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let cloud = cloud(403, error);
    list(&cloud, "http://127.0.0.1:9").refused(3, "AccessDenied no", "get-caller-identity");
}

#[test]
fn a_cloud_that_does_not_answer_is_unavailable() {
    let dead = tools::free_port();
    list(&dead, "http://127.0.0.1:9").refused(3, "CloudFormation does not answer", "check the region");
}

fn list(cloud: &SocketAddr, engine: &str) -> Ended {
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "list", "--stack", "latchkey", "--region", "eu-central-1"]).env_clear();
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_ENDPOINT_URL_DYNAMODB", engine);
    command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", format!("http://{cloud}"));
    run(command, "")
}

fn cloud(status: u16, body: &str) -> SocketAddr {
    named(status, body, "latchkey")
}
