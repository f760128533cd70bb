//! `latchkey events`

use crate::{
    ambient,
    answer::Answer,
    connection::{Chosen, Target, folder},
    fault::Fault,
    terminal::{date::date, printable},
    user_arg::anyone,
};
use clap::Args;
use serde_json::{Map, Value};
use settings::file::EVENTS;
use std::{
    fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

/// How often a folder is looked at for new events.
const POLL: Duration = Duration::from_millis(250);
/// What stands before the other fields, or says nothing to people.
const TOLD: [&str; 5] = ["at", "event", "level", "target", "timestamp"];

/// What `latchkey events` is given.
#[derive(Args)]
#[command(after_help = "\
A folder keeps its last thousand events. docs/events.md lists the events and their fields.

Examples:
  latchkey events --since 1h
  latchkey events --user alice --event login_failed
  latchkey events --follow --json")]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Only events of this user: a username, an id or an address
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only events of this name, such as login_failed
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Only events of this last time, such as 10m or 2d
    #[arg(long, value_name = "TIME", value_parser = span)]
    since: Option<i64>,
    /// Go on with events as they happen, until Ctrl-C
    #[arg(long)]
    follow: bool,
}

/// Which events are wanted.
struct Wanted {
    user_id: Option<String>,
    event: Option<String>,
    after: i64,
}

type Event = Map<String, Value>;

impl Arguments {
    pub(crate) async fn run(&self, json: bool) -> Result<Answer, Fault> {
        let folder = match self.target.chosen()? {
            Chosen::Folder(folder) => folder,
            Chosen::Stack(_) | Chosen::Tables(_) => return Err(in_cloudwatch()),
        };
        folder::demand(&folder)?;
        let wanted = self.wanted().await?;
        let read = read(&folder)?;
        let events: Vec<&Event> = read.iter().filter(|event| wanted.has(event)).collect();
        let text: String = events.iter().map(|event| line(event)).collect();
        let answer = Answer::new(text, events.iter().map(|event| Value::Object((*event).clone())).collect());
        if !self.follow {
            return Ok(answer);
        }
        follow(&folder, &wanted, &read, json).await
    }

    async fn wanted(&self) -> Result<Wanted, Fault> {
        let user_id = match &self.user {
            Some(word) => Some(anyone(word, &self.target.open().await?).await?.id),
            None => None,
        };
        let after = self.since.map_or(0, |span| ambient::now().saturating_sub(span));
        Ok(Wanted { user_id, event: self.event.clone(), after })
    }
}

impl Wanted {
    fn has(&self, event: &Event) -> bool {
        let is = |field: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| event.get(field).and_then(Value::as_str) == Some(wanted))
        };
        is("user_id", &self.user_id) && is("event", &self.event) && at(event) >= self.after
    }
}

/// The events of the folder, oldest first. A line that is none was cut by the end of a process.
fn read(folder: &Path) -> Result<Vec<Event>, Fault> {
    let text = match fs::read(folder.join(EVENTS)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(Fault::unavailable(format!("the events cannot be read: {cause}"))),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Prints what is there, and then what comes.
async fn follow(folder: &Path, wanted: &Wanted, first: &[Event], json: bool) -> Result<Answer, Fault> {
    let mut known = Vec::new();
    let mut present = first.to_vec();
    loop {
        for event in unknown(&known, &present).iter().filter(|event| wanted.has(event)) {
            let text = if json { format!("{}\n", Value::Object(event.clone())) } else { line(event) };
            if io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()).is_err() {
                return Ok(Answer::nothing());
            }
        }
        known = present;
        tokio::time::sleep(POLL).await;
        present = read(folder)?;
    }
}

/// The events behind the last one that is known. The file loses its beginning now and then.
fn unknown<'a>(known: &[Event], present: &'a [Event]) -> &'a [Event] {
    let overlap =
        (0..=present.len()).rev().find(|&length| present.get(..length).is_some_and(|start| known.ends_with(start)));
    present.get(overlap.unwrap_or(0)..).unwrap_or_default()
}

fn at(event: &Event) -> i64 {
    let stamped = || event.get("timestamp")?.as_str()?.parse().ok();
    event.get("at").and_then(Value::as_i64).or_else(stamped).unwrap_or_default()
}

/// `2026-11-22T09:30:00Z INFO  login  user_id=…`
fn line(event: &Event) -> String {
    let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default();
    let others = event.iter().filter(|(name, value)| !TOLD.contains(&name.as_str()) && !value.is_null());
    let others: String = others
        .map(|(name, value)| format!(" {name}={}", value.as_str().map_or(value.to_string(), str::to_owned)))
        .collect();
    format!("{} {:5} {}{}\n", date(at(event)), text("level"), printable(text("event")), printable(&others))
}

fn span(text: &str) -> Result<i64, String> {
    settings::lifetime(text).ok_or_else(|| "give a time such as 10m, 2h or 1d".to_owned())
}

fn in_cloudwatch() -> Fault {
    Fault::usage("the events of a deployment are in CloudWatch Logs").next(
        "run a query of docs/events.md in Logs Insights over the log groups /latchkey/STACK/…, or: aws logs tail /latchkey/STACK/obtain --follow",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(numbers: std::ops::Range<u32>) -> Vec<Event> {
        numbers.map(|number| Event::from_iter([("number".to_owned(), number.into())])).collect()
    }

    #[test]
    fn only_what_is_new_follows() {
        let known = events(0..5);
        for (present, new) in [(0..5, 5..5), (0..7, 5..7), (3..8, 5..8), (9..11, 9..11)] {
            assert_eq!(unknown(&known, &events(present)), events(new));
        }
    }

    #[test]
    fn a_line_obeys_no_control_character() {
        let event =
            serde_json::json!({"timestamp": "0", "level": "WARN", "event": "x", "cause": "a\u{1b}[2Jb", "ip": null});
        assert_eq!(line(event.as_object().unwrap()), "1970-01-01T00:00:00Z WARN  x cause=a\u{fffd}[2Jb\n");
    }
}
