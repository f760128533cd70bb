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
    /// The person who runs the command.
    Command,
    /// The person at the operator's page: a superuser by this name, or the one who runs its command.
    Console(Option<&'a str>),
}

/// An act that changed something, or should have.
pub(crate) struct Deed {
    act: &'static str,
    fields: Map<String, Value>,
    is_done: bool,
}

impl Deed {
    /// What came of the act of this name. Nothing, where nothing was to be changed, or was tried: the command line was wrong.
    pub(crate) fn of(outcome: &Result<Answer, Fault>, act: Option<&'static str>) -> Option<Self> {
        match outcome {
            Ok(answer) => {
                let (act, of) = answer.act.as_ref()?;
                Some(Self::new(act, of, json!({"outcome": "done"}), true))
            }
            Err(fault) => {
                let cause = json!({"outcome": "failed", "cause": fault.cause()?});
                Some(Self::new(act?, &json!({"user_id": fault.user_id}), cause, false))
            }
        }
    }

    fn new(act: &'static str, of: &Value, outcome: Value, is_done: bool) -> Self {
        let all = [of, &outcome].into_iter().filter_map(Value::as_object).flatten();
        let fields = all.filter(|(_, value)| !value.is_null() || is_done);
        Self { act, fields: fields.map(|(name, value)| (name.clone(), value.clone())).collect(), is_done }
    }

    /// Records it; where nobody names a log, on standard error.
    ///
    /// # Errors
    /// It is not recorded.
    pub(crate) async fn record(&self, by: By<'_>, place: &Place) -> Result<(), Fault> {
        match place {
            Place::Folder(folder) => keep(folder, &event(self, by, place)),
            Place::Stack(stack, access) => send(stack, access, &event(self, by, place)).await,
            Place::Unnamed => {
                self.tell(by, place);
                Ok(())
            }
        }
    }

    /// Tells it on standard error, where it is recorded nowhere else.
    pub(crate) fn tell(&self, by: By<'_>, place: &Place) {
        eprintln!("{}", event(self, by, place));
    }
}

/// Records what came of a command, if it was to change anything. What is done and not recorded is told, and the exit code is 1.
///
/// # Errors
/// That of the command.
pub(crate) async fn record(
    outcome: Result<Answer, Fault>,
    act: Option<&'static str>,
    place: impl FnOnce() -> Result<Place, Fault>,
) -> Result<Answer, Fault> {
    let Some(deed) = Deed::of(&outcome, act) else { return outcome };
    let (place, unreached) = place().map_or_else(|fault| (Place::Unnamed, Some(fault)), |place| (place, None));
    let recorded = match unreached {
        Some(fault) => Err(fault),
        None => deed.record(By::Command, &place).await,
    };
    let Err(fault) = recorded else { return outcome };
    let (what, next) = fault.into_words();
    let came = if deed.is_done { "is done, but not recorded" } else { "failed, and is not recorded" };
    eprintln!("warning: this {came}: {what}");
    next.into_iter().for_each(|next| eprintln!("next:  {next}"));
    deed.tell(By::Command, &place);
    outcome.map(|answer| Answer { refused: true, ..answer })
}

fn event(deed: &Deed, by: By<'_>, place: &Place) -> String {
    let now = ambient::now();
    let mut event = Map::new();
    for (name, value) in [
        ("timestamp", json!(now.to_string())),
        ("level", json!("WARN")),
        ("target", json!("admin")),
        ("event", json!("operator_acted")),
        ("at", json!(now)),
        ("act", json!(deed.act)),
        ("operator", json!(operator(by, place))),
    ] {
        event.insert(name.to_owned(), value);
    }
    if matches!(by, By::Console(_)) {
        event.insert("through".to_owned(), json!("console"));
    }
    event.extend(deed.fields.clone());
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
