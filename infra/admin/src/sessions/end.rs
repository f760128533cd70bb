//! `latchkey sessions end`

use crate::{
    ambient,
    answer::Answer,
    connection::{Opened, Target, patience::patiently},
    fault::Fault,
    terminal::{confirmation::Confirmation, count::count, printable},
    user_arg,
};
use clap::Args;
use serde_json::json;
use store::{Changed, EndReason, Ended, Store, User};
use tokio::task::JoinSet;

/// How many users are written at the same time.
const AT_ONCE: usize = 16;

#[derive(Args)]
#[command(after_help = "\
No refresh token of an ended session is good any more. Access tokens end at once where the store is asked about them
(SESSION_CHECK), and elsewhere with their lifetime. Passwords stay as they are: users can log in again.

--all writes every user once: what anybody began before the command is over when it has ended. If it is interrupted,
run it again. Where even access tokens must die at once, everywhere and by one write: latchkey keys revoke.

Examples:
  latchkey sessions end alice                                     all of alice's
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
    /// Those of everybody
    #[arg(long)]
    all: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        if self.which.all {
            self.confirmation.demand("log everybody out")?;
            self.confirmation.obtain("This logs everybody out.", "everybody")?;
        }
        let (opened, now) = (target.open().await?, ambient::now());
        match &self.which {
            Which { all: true, .. } => everybodys(&opened.store, now).await,
            Which { session: Some(sid), .. } => one(sid, &opened.store, now).await,
            Which { id: Some(id), .. } => users(&user_arg::identified(id, &opened).await?, &opened, now).await,
            Which { username, .. } => {
                let user = user_arg::named(username.as_deref().unwrap_or_default(), &opened).await?;
                users(&user, &opened, now).await
            }
        }
    }
}

async fn one(sid: &str, store: &Store, now: i64) -> Result<Answer, Fault> {
    let text = match store.end_session(sid, now, EndReason::Operator).await? {
        Ended::Already => format!("the session {sid} was over already\n"),
        Ended::Ended => format!("ended the session {sid}\n"),
        Ended::Missing => {
            return Err(Fault::refused(format!("there is no session {sid:?}"))
                .next("see which there are: latchkey sessions list NAME"));
        }
    };
    Ok(Answer::new(text, json!({"session": sid, "ended": true})).did("sessions end", json!({"session": sid})))
}

async fn users(user: &User, opened: &Opened, now: i64) -> Result<Answer, Fault> {
    match opened.store.bump_epoch(&user.id, now).await? {
        Changed::Changed => {}
        Changed::Missing => return Err(user_arg::vanished(user)),
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
        .next("run the command again: it ends the others', and does no harm to those")
}
