//! `--stack`: the names of the tables come from CloudFormation.

use crate::served_folder::{Ended, ServedFolder, program, run};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    thread,
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
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
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

/// An endpoint that says the same to everybody who asks for the stack of this name.
pub(crate) fn named(status: u16, body: &str, name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} \r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    thread::spawn(move || listener.incoming().flatten().for_each(|caller| answer_once(caller, &answer, name)));
    address
}

fn answer_once(mut caller: TcpStream, answer: &str, name: &str) {
    let (mut reader, mut length) = (BufReader::new(caller.try_clone().unwrap()), 0);
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("Action=DescribeStacks") && body.contains(&format!("StackName={name}")), "{body}");
    // A caller that has gone away is no concern of ours.
    let _ = caller.write_all(answer.as_bytes());
}

pub(crate) fn described(outputs: &[(&str, &str)]) -> String {
    let output = |(key, value): &(&str, &str)| {
        format!("<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>")
    };
    format!(
        "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><DescribeStacksResult><Stacks><member>\
         <StackName>latchkey</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>\
         <Outputs>{}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
        outputs.iter().map(output).collect::<String>()
    )
}
