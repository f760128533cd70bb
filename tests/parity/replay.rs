//! Plays every recorded case: a server for each variant, several at a time.

use crate::{
    normal::{self, Context},
    package::{self, Package},
    recorded::{self, Case},
    report::Line,
    stage::{self, Stage},
    variant,
    verdict::{Outcome, Verdict, verdict},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tests::service;
use tokio::{sync::Semaphore, task::JoinSet};

/// How many servers are up at a time, those of other packages included.
static SERVERS: Semaphore = Semaphore::const_new(6);

/// How many cases share a server at most: the largest variant holds half of all cases.
const CASES_OF_A_SERVER: usize = 40;

/// What a case may take beside its sleep and still prove something: within a second no moment is rounded to another one, and
/// no store and no issuer of keys is given up.
const PROMPT: Duration = Duration::from_secs(1);

/// How often a case is played at most where the machine is busy.
const TRIES: usize = 6;

/// The verdict on every recorded case of a package, and on lists that say more than is true.
pub(crate) async fn every(package: &'static Package) -> Vec<Line> {
    let cases = recorded::cases(package.recorded);
    let mut lines: Vec<Line> = package.idle(&cases).into_iter().map(idle).collect();
    let moved = cases.into_iter().map(package::moved);
    let (absent, present): (Vec<_>, Vec<_>) = moved.partition(|case| package.why_absent(case).is_some());
    lines.extend(absent.iter().map(|case| line(case, Verdict::Absent)));
    let jwks = service::publish(pages()).await;
    let mut playing = JoinSet::new();
    for share in shares(present) {
        playing.spawn(async move {
            let _turn = SERVERS.acquire().await.unwrap();
            play(package, share, jwks).await
        });
    }
    lines.extend(playing.join_all().await.into_iter().flatten());
    lines
}

async fn play(package: &Package, cases: Vec<Case>, jwks: SocketAddr) -> Vec<Line> {
    let mut server = Server::open(&cases[0], jwks).await;
    let mut lines = Vec::new();
    for case in &cases {
        let mut verdict = server.judge(package, case).await;
        for _ in 1..TRIES {
            if !server.late || !matches!(verdict, Verdict::Wrong(_)) {
                break;
            }
            server = Server::open(case, jwks).await;
            verdict = server.judge(package, case).await;
        }
        lines.push(line(case, verdict));
    }
    lines
}

/// A server for the cases of a variant.
struct Server {
    stage: Result<Stage, String>,
    /// Whether it was late since it began: what it then does wrong, another one is asked again.
    late: bool,
}

impl Server {
    async fn open(case: &Case, jwks: SocketAddr) -> Self {
        let begun = Instant::now();
        let stage = Stage::open(&case.settings, &variant::variables(case, jwks)).await;
        Self { stage, late: begun.elapsed() > PROMPT }
    }

    async fn judge(&mut self, package: &Package, case: &Case) -> Verdict {
        let begun = Instant::now();
        let outcome = match &mut self.stage {
            Ok(stage) => play_one(stage, case).await,
            Err(why) => Ok(Outcome::Refused(why.clone())),
        };
        self.late |= begun.elapsed() > slept(case) + PROMPT;
        let listed = package.listed(&case.id);
        outcome.map_or_else(|why| Verdict::Wrong(vec![why]), |outcome| verdict(case, listed, &outcome))
    }
}

/// How long the steps of a case sleep.
fn slept(case: &Case) -> Duration {
    let seconds = case.setup.iter().filter(|step| step["op"] == "sleep").filter_map(|step| step["seconds"].as_f64());
    Duration::from_secs_f64(seconds.sum())
}

async fn play_one(stage: &mut Stage, case: &Case) -> Result<Outcome, String> {
    let begun = Instant::now();
    stage.prepare(case).await?;
    exchange(stage, case, begun).await
}

async fn exchange(stage: &Stage, case: &Case, begun: Instant) -> Result<Outcome, String> {
    let logins = if watches_logins(case) { stage.logins().await? } else { Vec::new() };
    let before = stage::now();
    let answer = stage.ask(&case.request).await?;
    let now = before as f64 + 0.5;
    let context = Context {
        now,
        names: stage.names(),
        passwords: &stage.passwords(),
        verify: &case.verify,
        echoes: case.echoes.then(|| case.request.to_string()),
    };
    Ok(Outcome::Answered {
        answer: normal::answer(&answer, &context),
        effects: if watches_logins(case) { effects(stage, case, &logins, now).await? } else { Vec::new() },
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Whether the case is about last logins: to look at every user twice takes longer than most cases.
fn watches_logins(case: &Case) -> bool {
    case.settings["SIMPLE_JWT"]["UPDATE_LAST_LOGIN"] == true || case.id.starts_with("lastlogin.")
}

/// Whose last login is not what the recorder saw. Its other effects are rows of Django's own tables.
async fn effects(stage: &Stage, case: &Case, before: &[(String, i64)], now: f64) -> Result<Vec<String>, String> {
    let after = stage.logins().await?.into_iter().filter(|login| !before.contains(login));
    let after: BTreeMap<String, String> = after.map(|(user, at)| (user, normal::epoch(at as f64, now))).collect();
    let recorded = &case.effects["last_login"];
    let expected = recorded.as_object().cloned().unwrap_or_default();
    let got: Value = after.into_iter().map(|(user, at)| (user, Value::from(at))).collect();
    let same = got == Value::Object(expected);
    Ok(if same { Vec::new() } else { vec![format!("last_login: want {recorded}  got {got}")] })
}

fn line(case: &Case, verdict: Verdict) -> Line {
    Line { group: case.group.clone(), case: format!("{} ({})", case.id, case.variant), verdict }
}

/// Cases of one variant, split where they are many; those that sleep come first, so that the others fill their time.
fn shares(cases: Vec<Case>) -> Vec<Vec<Case>> {
    let mut variants: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in cases {
        variants.entry(case.variant.clone()).or_default().push(case);
    }
    let split = |cases: Vec<Case>| cases.chunks(CASES_OF_A_SERVER).map(<[Case]>::to_vec).collect::<Vec<_>>();
    let mut shares: Vec<Vec<Case>> = variants.into_values().flat_map(split).collect();
    shares.sort_by_key(|cases| cases.iter().all(|case| slept(case).is_zero()));
    shares
}

fn idle(name: &'static str) -> Line {
    let wrong = Verdict::Wrong(vec!["is listed, and no recorded case is so called".to_owned()]);
    Line { group: "lists".to_owned(), case: name.to_owned(), verdict: wrong }
}

/// What the recorder's key server answered.
fn pages() -> Vec<(&'static str, u16, String)> {
    vec![
        ("/404", 404, "{}".to_owned()),
        ("/500", 500, "{}".to_owned()),
        ("/array", 200, "[]".to_owned()),
        ("/jwks.json", 200, recorded::text("jwks.json")),
        ("/redirect", 302, "/jwks.json".to_owned()),
    ]
}
