//! `latchkey sessions end`

use crate::{
    ambient,
    answer::Answer,
    connection::{Target, patience::patiently},
    fault::Fault,
    terminal::{confirmation::Confirmation, count::count, printable},
    user_arg::{identified, named, vanished},
};
use clap::Args;
use serde_json::json;
use store::{Changed, EndReason, Ended, Store, User};
use tokio::task::JoinSet;

/// How many users are written at the same time.
const AT_ONCE: usize = 16;

#[derive(Args)]
#[command(after_help = "\
The refresh tokens of an ended session are refused at once. Access tokens are refused at once with SESSION_CHECK, and otherwise
when they expire. Passwords do not change: users can log in again.

--all writes every user once. All sessions that began before the command have ended when it is done. If it is interrupted,
run it again. To end all access tokens at once, with one write, use latchkey keys revoke.

Examples:
  latchkey sessions end alice                                     all sessions of alice
  latchkey sessions end --session 0123456789ab4def
  latchkey sessions end --all --stack latchkey                    asks first")]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    confirmation: Confirmation,
}

/// Whose sessions are meant, or which one.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The username, exactly as it was created
    username: Option<String>,
    /// The id of the user, instead of the username
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// One session, by its id in the list
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// The sessions of everybody
    #[arg(long)]
    all: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        if self.which.all {
            self.confirmation.demand("log everybody out")?;
            self.confirmation.obtain("This logs everybody out.", "everybody")?;
        }
        let opened = target.open().await?;
        match &self.which {
            Which { all: true, .. } => everybodys(&opened.store, ambient::now()).await,
            Which { session: Some(sid), .. } => end_one(sid, None, &opened.store).await,
            Which { id: Some(id), .. } => end_all_of(&identified(id, &opened.store).await?, &opened.store).await,
            Which { username, .. } => {
                let user = named(username.as_deref().unwrap_or_default(), &opened.store).await?;
                end_all_of(&user, &opened.store).await
            }
        }
    }
}

/// Ends one session, of this user if one is named.
///
/// # Errors
/// There is none with this id, or it is another user's, or the store does not answer.
pub(crate) async fn end_one(sid: &str, owner: Option<&User>, store: &Store) -> Result<Answer, Fault> {
    let (owner, now) = (owner.map(|user| user.id.as_str()), ambient::now());
    let ended = match owner {
        Some(id) => store.end_session_of(id, sid, now, EndReason::Operator).await?,
        None => store.end_session(sid, now, EndReason::Operator).await?,
    };
    let text = match ended {
        Ended::Already => format!("the session {sid} was over already\n"),
        Ended::Ended => format!("ended the session {sid}\n"),
        Ended::Missing => {
            return Err(Fault::refused(format!("there is no session {sid:?}"))
                .next("see which there are: latchkey sessions list NAME"));
        }
    };
    let mut of = json!({"session": sid});
    if let (Some(id), Some(of)) = (owner, of.as_object_mut()) {
        of.insert("user_id".to_owned(), id.into());
    }
    Ok(Answer::new(text, json!({"session": sid, "ended": true})).did("sessions end", of))
}

/// Ends every session of the user.
///
/// # Errors
/// The user is gone, or the store does not answer.
pub(crate) async fn end_all_of(user: &User, store: &Store) -> Result<Answer, Fault> {
    match store.bump_epoch(&user.id, ambient::now()).await? {
        Changed::Changed => {}
        Changed::Missing => return Err(vanished(user)),
    }
    let text = format!("ended all sessions of {}\n", printable(&user.username));
    let json = json!({"users": 1, "id": user.id, "username": user.username});
    Ok(Answer::new(text, json).did("sessions end", json!({"user_id": user.id})))
}

async fn everybodys(store: &Store, now: i64) -> Result<Answer, Fault> {
    let (mut ended, mut from) = (0, None);
    loop {
        let page = store.users(from.as_deref()).await.map_err(|cause| interrupted(ended, cause))?;
        for users in page.users.chunks(AT_ONCE) {
            ended += each(users, store, now).await.map_err(|cause| interrupted(ended, cause))?;
        }
        from = page.next;
        if from.is_none() {
            let text = format!("ended all sessions of {}\n", count(ended, "user"));
            return Ok(Answer::new(text, json!({"users": ended})).did("sessions end", json!({"users": ended})));
        }
    }
}

/// How many of them there still are. Who was deleted meanwhile has no sessions.
async fn each(users: &[User], store: &Store, now: i64) -> Result<u64, store::Error> {
    let mut tasks = JoinSet::new();
    for id in users.iter().map(|user| user.id.clone()) {
        let store = store.clone();
        tasks.spawn(async move { patiently(|| store.bump_epoch(&id, now)).await });
    }
    let outcomes = tasks.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(outcomes.iter().filter(|outcome| **outcome == Changed::Changed).count() as u64)
}

fn interrupted(ended: u64, cause: store::Error) -> Fault {
    Fault::unavailable(format!("only the sessions of {} are ended: {cause}", count(ended, "user")))
        .next("run the command again: it ends the sessions of all others")
}
