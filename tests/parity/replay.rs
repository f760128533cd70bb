//! Plays every recorded case: a server for each variant, several at a time.

use std::{collections::BTreeMap, net::SocketAddr, time::Instant};

use serde_json::Value;
use tests::service;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    normal::{self, Context},
    package::{self, Package},
    recorded::{self, Case},
    report::Line,
    stage::{self, Stage},
    variant,
    verdict::{Outcome, Verdict, verdict},
};

/// How many servers are up at a time, those of other packages included.
static SERVERS: Semaphore = Semaphore::const_new(6);

/// How many cases share a server at most: the largest variant holds half of all cases.
const CASES_OF_A_SERVER: usize = 40;

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
    let variables = variant::variables(&cases[0], jwks);
    let mut lines = Vec::new();
    let mut stage = Stage::open(&cases[0].settings, &variables).await;
    for case in &cases {
        let outcome = match &mut stage {
            Ok(stage) => play_one(stage, case).await,
            Err(why) => Ok(Outcome::Refused(why.clone())),
        };
        let listed = package.listed(&case.id);
        lines.push(line(
            case,
            outcome.map_or_else(|why| Verdict::Wrong(vec![why]), |outcome| verdict(case, listed, &outcome)),
        ));
    }
    lines
}

async fn play_one(stage: &mut Stage, case: &Case) -> Result<Outcome, String> {
    let begun = Instant::now();
    stage.prepare(case).await?;
    exchange(stage, case, begun).await
}

async fn exchange(stage: &Stage, case: &Case, begun: Instant) -> Result<Outcome, String> {
    let logins = if watches_logins(case) { stage.logins().await } else { Vec::new() };
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
        effects: if watches_logins(case) { effects(stage, case, &logins, now).await } else { Vec::new() },
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Whether the case is about last logins: to look at every user twice takes longer than most cases.
fn watches_logins(case: &Case) -> bool {
    case.settings["SIMPLE_JWT"]["UPDATE_LAST_LOGIN"] == true || case.id.starts_with("lastlogin.")
}

/// Whose last login is not what the recorder saw. Its other effects are rows of Django's own tables.
async fn effects(stage: &Stage, case: &Case, before: &[(String, i64)], now: f64) -> Vec<String> {
    let after = stage.logins().await.into_iter().filter(|login| !before.contains(login));
    let after: BTreeMap<String, String> = after.map(|(user, at)| (user, normal::epoch(at as f64, now))).collect();
    let recorded = &case.effects["last_login"];
    let expected = recorded.as_object().cloned().unwrap_or_default();
    let got: Value = after.into_iter().map(|(user, at)| (user, Value::from(at))).collect();
    if got == Value::Object(expected) { Vec::new() } else { vec![format!("last_login: want {recorded}  got {got}")] }
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
    shares.sort_by_key(|cases| !cases.iter().flat_map(|case| &case.setup).any(|step| step["op"] == "sleep"));
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
