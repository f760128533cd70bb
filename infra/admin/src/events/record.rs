//! What operators did is an event, too: in the file of a local folder, or in the log group `/latchkey/STACK/operators`.

use crate::{
    ambient,
    answer::Answer,
    connection::{aws, place::Place},
    fault::Fault,
};
use aws_sdk_cloudwatchlogs::{Client, error::ProvideErrorMetadata, types::InputLogEvent};
use serde_json::{Map, Value, json};
use settings::{environment, file::EVENTS};
use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};
use store::Access;

/// The stream of the log group; one is enough.
const STREAM: &str = "acts";

/// Who acted.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    /// Whoever runs the command.
    Command,
    /// Whoever uses the operator's page: a superuser by this name, or whoever runs its command.
    Console(Option<&'a str>),
}

/// Records what the answer says was done, if it was anything. What was not recorded is told, and the exit code is 1.
pub(crate) async fn record(answer: Answer, place: impl FnOnce() -> Result<Place, Fault>) -> Answer {
    let recorded = match place() {
        Ok(place) => record_by(By::Command, &answer, &place).await,
        Err(fault) => record_by(By::Command, &answer, &Place::Unnamed).await.and(Err(fault)),
    };
    match recorded {
        Ok(()) => answer,
        Err(fault) => {
            let (what, next) = fault.into_words();
            eprintln!("warning: this is done, but not recorded: {what}");
            next.into_iter().for_each(|next| eprintln!("next:  {next}"));
            Answer { refused: true, ..answer }
        }
    }
}

/// Records what the answer says was done, if it was anything. What is not recorded elsewhere is on standard error.
///
/// # Errors
/// It is not recorded.
pub(crate) async fn record_by(by: By<'_>, answer: &Answer, place: &Place) -> Result<(), Fault> {
    let Some((act, of)) = &answer.act else { return Ok(()) };
    let line = event(act, of, by, place);
    let recorded = match place {
        Place::Folder(folder) => keep(folder, &line),
        Place::Stack(stack, access) => send(stack, access, &line).await,
        Place::Unnamed => {
            eprintln!("{line}");
            return Ok(());
        }
    };
    recorded.inspect_err(|_| eprintln!("{line}"))
}

fn event(act: &str, of: &Value, by: By<'_>, place: &Place) -> String {
    let now = ambient::now();
    let mut event = Map::new();
    for (name, value) in [
        ("timestamp", json!(now.to_string())),
        ("level", json!("WARN")),
        ("target", json!("admin")),
        ("event", json!("operator_acted")),
        ("at", json!(now)),
        ("act", json!(act)),
        ("operator", json!(operator(by, place))),
    ] {
        event.insert(name.to_owned(), value);
    }
    if matches!(by, By::Console(_)) {
        event.insert("through".to_owned(), json!("console"));
    }
    event.extend(of.as_object().cloned().unwrap_or_default());
    Value::Object(event).to_string()
}

/// Who the operator is: to the service, to AWS, or to this machine.
fn operator(by: By<'_>, place: &Place) -> Option<String> {
    match (by, place) {
        (By::Console(Some(superuser)), _) => Some(superuser.to_owned()),
        (_, Place::Stack(_, access)) => key_id(access),
        _ => environment::variable("LOGNAME").or_else(|| environment::variable("USER")),
    }
}

/// Who the operator is to AWS: CloudTrail says whose key that is. It is no secret.
fn key_id(access: &Access) -> Option<String> {
    access.credentials.as_ref().map(|keys| keys.key_id.clone())
}

fn keep(folder: &Path, line: &str) -> Result<(), Fault> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join(EVENTS));
    let written = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    written.map_err(|cause| Fault::unavailable(format!("the events of the folder cannot be written: {cause}")))
}

async fn send(stack: &str, access: &Access, line: &str) -> Result<(), Fault> {
    let (client, group) = (Client::new(&aws::configured(access)), format!("/latchkey/{stack}/operators"));
    let message = InputLogEvent::builder().timestamp(ambient::now().saturating_mul(1000)).message(line).build();
    let message = message.map_err(|cause| Fault::unavailable(cause.to_string()))?;
    let stream = client.create_log_stream().log_group_name(&group).log_stream_name(STREAM).send().await;
    match stream {
        Ok(_) => {}
        Err(error) if error.code() == Some("ResourceAlreadyExistsException") => {}
        Err(error) => return Err(unwritten("logs:CreateLogStream", &group, error.code())),
    }
    let put = client.put_log_events().log_group_name(&group).log_stream_name(STREAM).log_events(message).send().await;
    put.map(|_| ()).map_err(|error| unwritten("logs:PutLogEvents", &group, error.code()))
}

fn unwritten(right: &str, group: &str, code: Option<&str>) -> Fault {
    match code {
        Some("AccessDeniedException") => {
            Fault::unavailable(format!("the right {right} on the log group {group} is missing"))
                .next("ask for the rights of docs/events.md, under \"What operators did\"")
        }
        Some("ResourceNotFoundException") => Fault::unavailable(format!("there is no log group {group}"))
            .next("deploy this version of the template, which creates the group"),
        Some(code) => Fault::unavailable(format!("CloudWatch Logs refuses the log group {group}: {code}"))
            .next("check the credentials: aws sts get-caller-identity"),
        None => Fault::unavailable("CloudWatch Logs does not answer").next("check the region and the network"),
    }
}
