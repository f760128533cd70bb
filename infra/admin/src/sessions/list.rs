//! `latchkey sessions list`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    terminal::{date::date, printable},
    user_arg::UserArg,
};
use clap::Args;
use serde_json::{Value, json};
use store::{Session, Store, User};

#[derive(Args)]
#[command(after_help = "\
Lists the sessions that have not ended, the oldest first: id, login, last use, address, and how the client describes itself.

Examples:
  latchkey sessions list alice
  latchkey sessions list --id 7 --json --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let user = self.user.find(&opened.store).await?;
        list(&user, &opened.store).await
    }
}

/// The sessions of the user that live.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn list(user: &User, store: &Store) -> Result<Answer, Fault> {
    let (mut sessions, now) = (store.sessions_of(&user.id).await?, ambient::now());
    sessions.retain(|session| session.is_live(now) && session.survives(user.epoch));
    let text = match sessions.len() {
        0 => format!("{} has no sessions\n", printable(&user.username)),
        _ => sessions.iter().map(line).collect(),
    };
    Ok(Answer::new(text, Value::Array(sessions.iter().map(json).collect())))
}

/// The login, or the last refresh: a token that is only verified leaves no trace.
fn last_used(session: &Session) -> i64 {
    session.rotated_at.unwrap_or(session.created_at)
}

fn line(session: &Session) -> String {
    let told = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), printable);
    let (created, used) = (date(session.created_at), date(last_used(session)));
    format!("{}  {created}  {used}  {:<15}  {}\n", session.sid, told(&session.ip), told(&session.user_agent))
}

fn json(session: &Session) -> Value {
    json!({
        "id": session.sid,
        "created_at": date(session.created_at),
        "last_used_at": date(last_used(session)),
        "expires_at": date(session.expiry),
        "refreshed": session.generation,
        "ip": session.ip,
        "user_agent": session.user_agent,
    })
}
