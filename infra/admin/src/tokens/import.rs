//! `latchkey tokens import`

mod blacklist;

use crate::{
    ambient,
    answer::Answer,
    connection::{
        deployment::{Deployment, DeploymentArgs},
        patience::patiently,
    },
    django::{
        Source,
        object::{Model, Reading},
        rows::{Row, Rows},
    },
    fault::Fault,
    terminal::{printable, progress::Progress},
    tokens::import::blacklist::{Blacklist, Token},
};
use clap::Args;
use serde_json::json;
use std::mem::take;
use store::{Blacklisted, EndReason, Ended, Presented, Revocation, Revoked, State, Store};
use tokio::task::JoinSet;

/// How many tokens are written at the same time.
const AT_ONCE: usize = 16;

/// What else could be read.
const NEXT: &str = "name a database, or make a dump with: python manage.py dumpdata token_blacklist > tokens.json";

/// How many refused rows are told.
const TOLD: usize = 1000;

#[derive(Args)]
#[command(after_help = "\
SOURCE is a file of dumpdata (json or jsonl) with both models of token_blacklist, a database of SQLite, - for standard input, or the
URL of a database of PostgreSQL. The password for PostgreSQL comes from PGPASSWORD or ~/.pgpass.

Writes a row for each blacklisted token that has not expired. The row is deleted after the token has expired. LEEWAY of the stack, or
else of the environment, counts as part of a token's lifetime. Outstanding tokens that are not blacklisted need no import: the first
refresh takes them over. Import the users first, and the blacklist last before the switch. You can run the command again.

Examples:
  python manage.py dumpdata token_blacklist > tokens.json
  latchkey tokens import tokens.json --dry-run
  latchkey tokens import db.sqlite3 --stack latchkey")]
pub(crate) struct Arguments {
    /// Where the tokens come from: a file, - or a URL
    source: String,
    /// The claim that names the user (USER_ID_CLAIM), for tokens whose user Django did not store
    #[arg(long, value_name = "NAME", default_value = "user_id")]
    user_id_claim: String,
    /// Write nothing, only count
    #[arg(long)]
    dry_run: bool,
}

/// When a token counts as expired.
#[derive(Clone, Copy)]
struct Moment {
    now: i64,
    /// For how many seconds an expired token is still good.
    leeway: i64,
}

/// What became of the tokens.
#[derive(Default)]
struct Report {
    read: u64,
    logged_out: u64,
    already: u64,
    expired: u64,
    outstanding: u64,
    refused: u64,
    /// Of the first of the refused rows.
    reasons: Vec<String>,
}

impl Arguments {
    /// Whether nothing is to be changed.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    pub(crate) async fn run(&self, deployment_args: &DeploymentArgs) -> Result<Answer, Fault> {
        let source = Source::open(&self.source, &Reading::default()).await.map_err(|fault| fault.next(NEXT))?;
        let mut report = Report::default();
        let mut blacklist = Blacklist::read(listed(&source).await?).await?;
        let outstanding = rows(&source, "token_blacklist.outstandingtoken").await?;
        if outstanding.total == 0 {
            return Err(Fault::refused("there are no tokens to import").next(NEXT));
        }
        let deployment = Deployment::of(deployment_args).await?;
        let (store, leeway) = (deployment.store.as_ref().map_err(Clone::clone)?, deployment.stated()?.leeway);
        // A wrong name of a table shows here.
        store.session("0").await?;
        let moment = Moment { now: ambient::now(), leeway };
        self.import(outstanding, &mut blacklist, store, moment, &mut report).await?;
        if !blacklist.is_empty() {
            blame(listed(&source).await?, &blacklist, &mut report).await?;
        }
        Ok(report.answer(self.dry_run))
    }

    async fn import(
        &self,
        mut rows: Rows,
        blacklist: &mut Blacklist,
        store: &Store,
        moment: Moment,
        report: &mut Report,
    ) -> Result<(), Fault> {
        let (mut progress, mut tokens) = (Progress::new("token", Some(rows.total)), Vec::new());
        while let Some(row) = rows.next().await? {
            progress.add(1);
            report.read += 1;
            match self.token(&row, blacklist) {
                Ok(None) => report.outstanding += 1,
                Ok(Some(token)) if moment.is_over(&token) => report.expired += 1,
                Ok(Some(token)) => tokens.push(token),
                Err(reason) => report.refuse(format!("{} {reason}", row.at)),
            }
            if tokens.len() == AT_ONCE {
                self.log_out(take(&mut tokens), store, moment.now, report).await?;
            }
        }
        self.log_out(tokens, store, moment.now, report).await?;
        progress.finish();
        Ok(())
    }

    /// The token in a row, where it was logged out.
    fn token(&self, row: &Row, blacklist: &mut Blacklist) -> Result<Option<Token>, String> {
        let object = row.object.as_ref().map_err(|broken| broken.reason.clone())?;
        if !blacklist.take(object)? {
            return Ok(None);
        }
        Token::read(object, &self.user_id_claim).map(Some)
    }

    async fn log_out(&self, tokens: Vec<Token>, store: &Store, now: i64, report: &mut Report) -> Result<(), Fault> {
        let mut tasks = JoinSet::new();
        for token in tokens {
            let (store, dry_run) = (store.clone(), self.dry_run);
            tasks.spawn(async move {
                if dry_run { would_end(&token, &store).await } else { patiently(|| log_out(&token, &store, now)).await }
            });
        }
        for is_new in tasks.join_all().await {
            let count = if is_new? { &mut report.logged_out } else { &mut report.already };
            *count += 1;
        }
        Ok(())
    }
}

/// The rows of the blacklist.
async fn listed(source: &Source) -> Result<Rows, Fault> {
    rows(source, "token_blacklist.blacklistedtoken").await
}

/// Tells of each row that names a token which did not come.
async fn blame(mut listed: Rows, blacklist: &Blacklist, report: &mut Report) -> Result<(), Fault> {
    while let Some(row) = listed.next().await? {
        blacklist.left(&row).into_iter().for_each(|reason| report.refuse(reason));
    }
    Ok(())
}

async fn rows(source: &Source, label: &str) -> Result<Rows, Fault> {
    if matches!(source, Source::Sheet(_)) {
        return Err(Fault::usage("tokens are not read from CSV").next(NEXT));
    }
    source.rows(Model { label, table: None }).await.map_err(|fault| fault.next(NEXT))
}

/// Ends what the token can refresh; whether it was not over before.
async fn log_out(token: &Token, store: &Store, now: i64) -> Result<bool, store::Error> {
    let (Some(sid), Some(user_id)) = (token::session_of(&token.jti), &token.user_id) else {
        return match store.blacklist_jti(&token.jti, token.expiry, now).await? {
            Blacklisted::Already => Ok(false),
            Blacklisted::Blacklisted => Ok(true),
            // It was taken over here before, and went on.
            Blacklisted::Followed(sid) => Ok(store.end_session(&sid, now, EndReason::LoggedOut).await? == Ended::Ended),
        };
    };
    let revocation = Revocation {
        sid,
        user_id,
        presented: &token.jti,
        expiry: token.expiry,
        now,
        reason: EndReason::LoggedOut,
        ip: None,
    };
    match store.revoke_session(&revocation).await? {
        Revoked::Already => Ok(false),
        // The same.
        Revoked::NotCurrent => Ok(store.end_session_of(user_id, sid, now, EndReason::LoggedOut).await? == Ended::Ended),
        Revoked::Revoked => Ok(true),
    }
}

impl Moment {
    fn is_over(self, token: &Token) -> bool {
        token.expiry <= self.now.saturating_sub(self.leeway)
    }
}

async fn would_end(token: &Token, store: &Store) -> Result<bool, store::Error> {
    let status = store.token_status(token::session_of(&token.jti), &token.jti, None).await?;
    let presented = Presented { jti: &token.jti, is_refresh: true, login: i64::MAX };
    Ok(match status.state(&presented) {
        State::Blacklisted | State::Revoked => false,
        State::Current | State::Foreign | State::Predates | State::Rotated => true,
    })
}

impl Report {
    fn refuse(&mut self, reason: String) {
        self.refused += 1;
        if self.reasons.len() < TOLD {
            self.reasons.push(reason);
        }
    }

    fn answer(self, dry_run: bool) -> Answer {
        let Self { read, logged_out, already, expired, outstanding, refused, reasons } = self;
        let mut text: String = reasons.iter().map(|reason| format!("{}\n", printable(reason))).collect();
        let untold = refused - reasons.len() as u64;
        if untold > 0 {
            text += &format!("and {untold} more\n");
        }
        if dry_run {
            text += "nothing is written; this would be done:\n";
        }
        let counts = [
            ("read", read, ""),
            ("logged out", logged_out, ""),
            ("already", already, ""),
            ("expired", expired, ", which needs nothing"),
            ("outstanding", outstanding, ", which needs nothing: the first refresh takes a token over"),
            ("refused", refused, ""),
        ];
        text.extend(counts.map(|(name, count, note)| format!("{name:<14} {count}{note}\n")));
        let json = json!({
            "dry_run": dry_run,
            "read": read,
            "logged_out": logged_out,
            "already_logged_out": already,
            "expired": expired,
            "outstanding": outstanding,
            "refused": refused,
            "reasons": reasons,
        });
        let answer = Answer { refused: refused > 0, ..Answer::new(text, json) };
        if dry_run { answer } else { answer.did("tokens import", json!({"tokens": logged_out})) }
    }
}
