//! `latchkey events`

mod event;
mod folder;
mod logs;
pub(crate) mod record;

use crate::{
    ambient,
    answer::Answer,
    connection::{self, Chosen, Target, place::Place},
    events::{
        event::{Event, OfUser, Wanted, line},
        folder::File,
        logs::Logs,
    },
    fault::Fault,
    user_arg::anyone,
};
use clap::Args;
use serde_json::Value;
use std::{
    io::{self, Write},
    time::Duration,
};
use store::User;

/// How much of the log of a stack is read, unless another time is given: in seconds.
const RECENT: i64 = 3600;
/// How many events the operator's page shows.
const LAST: usize = 50;

/// What `latchkey events` is given.
#[derive(Args)]
#[command(after_help = "\
A folder keeps its last thousand events. Those of a stack are read from its log groups in CloudWatch Logs. docs/events.md lists the
events and their fields, and the rights that reading takes.

Examples:
  latchkey events --since 1h
  latchkey events --user alice --event login_failed
  latchkey events --follow --json
  latchkey events --stack latchkey --since 2d --event refresh_reuse_detected")]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Only events of this user, also failed logins: a username, an id or an address
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Only events of this name, such as login_failed
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Only events of this last time, such as 10m or 2d [default: all of a folder, 1h of a stack]
    #[arg(long, value_name = "TIME", value_parser = span)]
    since: Option<i64>,
    /// Only so many of them, the last ones
    #[arg(long, value_name = "NUMBER", default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
    /// Go on with events as they happen, until Ctrl-C
    #[arg(long)]
    follow: bool,
}

/// Where the events are.
enum Journal {
    Folder(File),
    Stack(Box<Logs>),
}

impl Arguments {
    pub(crate) async fn run(&self, json: bool) -> Result<Answer, Fault> {
        let (mut journal, after) = self.journal()?;
        let wanted = self.wanted(after).await?;
        let mut events = journal.news(&wanted).await?;
        wanted.bound(&mut events);
        if !self.follow {
            let text: String = events.iter().map(line).collect();
            return Ok(Answer::new(text, events.into_iter().map(Value::Object).collect()));
        }
        while print(&events, json).is_ok() {
            tokio::time::sleep(journal.pause()).await;
            events = journal.news(&wanted).await?;
        }
        Ok(Answer::nothing())
    }

    /// Where the events are, and when the earliest took place.
    fn journal(&self) -> Result<(Journal, i64), Fault> {
        let since = |span: i64| ambient::now().saturating_sub(span);
        match self.target.chosen()? {
            Chosen::Folder(folder) => {
                connection::folder::demand(&folder)?;
                Ok((Journal::Folder(File::of(folder)), self.since.map_or(0, since)))
            }
            Chosen::Stack(stack) => {
                let after = since(self.since.unwrap_or(RECENT));
                let access = self.target.access("CLOUDWATCH_LOGS")?;
                Ok((Journal::Stack(Box::new(Logs::of(stack, &access, after))), after))
            }
            Chosen::Tables(_) => Err(Fault::usage("events are in the log groups of a stack, and tables name none")
                .next("give --stack NAME in place of the tables")),
        }
    }

    async fn wanted(&self, after: i64) -> Result<Wanted, Fault> {
        let user = match &self.user {
            Some(word) => Some(OfUser::from(&anyone(word, &self.target.open().await?.store).await?)),
            None => None,
        };
        Ok(Wanted { user, event: self.event.clone(), after, limit: self.limit })
    }
}

impl Journal {
    /// What is wanted and has come since the last time, the oldest first.
    async fn news(&mut self, wanted: &Wanted) -> Result<Vec<Event>, Fault> {
        match self {
            Self::Folder(file) => Ok(file.news()?.into_iter().filter(|event| wanted.has(event)).collect()),
            Self::Stack(logs) => logs.news(wanted).await,
        }
    }

    /// How long to wait until it is looked at again.
    fn pause(&self) -> Duration {
        match self {
            Self::Folder(_) => folder::POLL,
            Self::Stack(_) => logs::POLL,
        }
    }
}

/// The last events of a place, the oldest first: those of a user or all, of this last time in seconds.
///
/// # Errors
/// They cannot be read.
pub(crate) async fn last(place: &Place, user: Option<&User>, since: Option<i64>) -> Result<Vec<Event>, Fault> {
    let after = |otherwise: Option<i64>| since.or(otherwise).map_or(0, |span| ambient::now().saturating_sub(span));
    let (mut journal, after) = match place {
        Place::Folder(folder) => (Journal::Folder(File::of(folder.clone())), after(None)),
        Place::Stack(stack, access) => {
            let after = after(Some(RECENT));
            (Journal::Stack(Box::new(Logs::of(stack, access, after))), after)
        }
        Place::Unnamed => return Ok(Vec::new()),
    };
    let wanted = Wanted { user: user.map(OfUser::from), event: None, after, limit: LAST };
    let mut events = journal.news(&wanted).await?;
    wanted.bound(&mut events);
    Ok(events)
}

/// Prints events as they come. A reader that has gone away ends it.
fn print(events: &[Event], json: bool) -> io::Result<()> {
    let text = |event: &Event| if json { format!("{}\n", Value::Object(event.clone())) } else { line(event) };
    io::stdout().write_all(events.iter().map(text).collect::<String>().as_bytes())?;
    io::stdout().flush()
}

/// A time such as `10m`, in seconds.
///
/// # Errors
/// It is none, and what would be one.
pub(crate) fn span(text: &str) -> Result<i64, String> {
    settings::lifetime(text).ok_or_else(|| "give a time such as 10m, 2h or 1d".to_owned())
}
