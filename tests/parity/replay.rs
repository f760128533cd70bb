//! Plays every recorded case: a server for each variant, several at a time.

use crate::{
    comparison::{Comparison, Outcome, verdict},
    cookies,
    normal::{self, Context},
    packages::package::{self, Package},
    recorded::{self, Case},
    report::Line,
    server::{self, RecordedServer},
    variant,
};
use ::tests::service;
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::JoinSet};

/// How many servers are up at a time, those of other packages included.
static SERVERS: Semaphore = Semaphore::const_new(6);

/// How many cases share a server at most: the largest variant holds half of all cases.
const CASES_OF_A_SERVER: usize = 40;

/// What a case may take beside its sleep and still prove something: within a second no moment is rounded to another one, and
/// no store and no issuer of keys is given up.
const PROMPT: Duration = Duration::from_secs(1);

/// What became of a case in which something is that the replayer cannot play.
const UNKNOWN: &str = "cannot be played: the replayer does not know a step, a body or a recipe of it";

/// How often a case is played at most where the machine is busy.
const TRIES: usize = 6;

/// The verdict on every recorded case of a package, and on lists that say more than is true.
pub(crate) async fn every(package: &'static Package) -> Vec<Line> {
    let cases = recorded::cases(package.recorded);
    let mut lines: Vec<Line> = package.idle(&cases).into_iter().map(idle).collect();
    let moved = cases.into_iter().map(package::moved);
    let (absent, present): (Vec<_>, Vec<_>) = moved.partition(|case| package.why_absent(case).is_some());
    lines.extend(absent.iter().map(|case| line(case, Comparison::Absent)));
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
    let mut server = Server::open(package, &cases[0], jwks).await;
    let mut lines = Vec::new();
    for case in &cases {
        let mut verdict = server.judge(package, case).await;
        for _ in 1..TRIES {
            if !server.late || !matches!(verdict, Comparison::Wrong(_)) {
                break;
            }
            server = Server::open(package, case, jwks).await;
            verdict = server.judge(package, case).await;
        }
        lines.push(line(case, verdict));
    }
    lines
}

/// A server for the cases of a variant.
struct Server {
    app: Result<RecordedServer, String>,
    /// Whether it was late since it began: what it then does wrong, another one is asked again.
    late: bool,
}

impl Server {
    async fn open(package: &Package, case: &Case, jwks: SocketAddr) -> Self {
        let begun = Instant::now();
        let app = async { RecordedServer::open(&case.settings, &variant::variables(package, case, jwks)).await };
        let app = played(app).await;
        Self { app, late: begun.elapsed() > PROMPT }
    }

    async fn judge(&mut self, package: &Package, case: &Case) -> Comparison {
        let begun = Instant::now();
        let outcome = match &mut self.app {
            Ok(app) => played(play_one(app, case)).await,
            Err(why) => Ok(Outcome::Refused(why.clone())),
        };
        self.late |= begun.elapsed() > slept(case) + PROMPT;
        let listed = package.listed(&case.id);
        outcome
            .map_or_else(|why| Comparison::Wrong(vec![why]), |outcome| verdict(case, listed, package.rules, &outcome))
    }
}

/// What the replayer does not know costs the one case in which it stands, never those after it.
async fn played<T>(play: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    AssertUnwindSafe(play).catch_unwind().await.unwrap_or_else(|_| Err(UNKNOWN.to_owned()))
}

/// How long the steps of a case sleep.
fn slept(case: &Case) -> Duration {
    let seconds = case.setup.iter().filter(|step| step["op"] == "sleep").filter_map(|step| step["seconds"].as_f64());
    Duration::from_secs_f64(seconds.sum())
}

async fn play_one(app: &mut RecordedServer, case: &Case) -> Result<Outcome, String> {
    let begun = Instant::now();
    app.prepare(case).await?;
    exchange(app, case, begun).await
}

async fn exchange(app: &RecordedServer, case: &Case, begun: Instant) -> Result<Outcome, String> {
    let logins = if watches_logins(case) { app.logins().await? } else { Vec::new() };
    let mails = app.mails(case.accounts).await?;
    let before = server::now();
    let answer = app.ask(&case.request).await?;
    let now = before as f64 + 0.5;
    let context = Context {
        now,
        names: app.names(),
        passwords: &app.passwords(),
        verify: &case.verify,
        echoes: case.echoes.then(|| case.request.to_string()),
        accounts: case.accounts,
    };
    let sent = app.mails(case.accounts).await?.into_iter().filter(|mail| !mails.contains(mail));
    let mut normal = normal::answer(&answer, &context);
    if case.accounts {
        normal["mails"] = sent.map(|(_, to)| json!({"to": [to]})).collect();
    }
    Ok(Outcome::Answered {
        answer: normal,
        effects: if watches_logins(case) { effects(app, case, &logins, now).await? } else { Vec::new() },
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Whether the case is about last logins: to look at every user twice takes longer than most cases.
fn watches_logins(case: &Case) -> bool {
    let is_set = case.settings["SIMPLE_JWT"]["UPDATE_LAST_LOGIN"] == true && !case.accounts;
    is_set || case.id.starts_with("lastlogin.")
}

/// Whose last login is not what the recorder saw. Its other effects are rows of Django's own tables.
async fn effects(app: &RecordedServer, case: &Case, before: &[(String, i64)], now: f64) -> Result<Vec<String>, String> {
    let after = app.logins().await?.into_iter().filter(|login| !before.contains(login));
    let after: BTreeMap<String, String> = after.map(|(user, at)| (user, cookies::epoch(at as f64, now))).collect();
    let recorded = &case.effects["last_login"];
    let expected = recorded.as_object().cloned().unwrap_or_default();
    let got: Value = after.into_iter().map(|(user, at)| (user, Value::from(at))).collect();
    let same = got == Value::Object(expected);
    Ok(if same { Vec::new() } else { vec![format!("last_login: want {recorded}  got {got}")] })
}

fn line(case: &Case, verdict: Comparison) -> Line {
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
    let wrong = Comparison::Wrong(vec!["is listed, and no recorded case is so called".to_owned()]);
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

#[cfg(test)]
mod tests {
    use super::{UNKNOWN, play};
    use crate::{comparison::Comparison, packages::differences::SIMPLE_JWT, recorded};
    use serde_json::{Value, json};

    /// A request without a token for the guarded route, after these steps.
    fn case(setup: Value) -> recorded::Case {
        let detail = json!({"detail": "Authentication credentials were not provided."});
        let headers = json!({"content-type": "application/json", "www-authenticate": "Bearer realm=\"api\"", "allow": "GET, POST, HEAD, OPTIONS"});
        let response = json!({"status": 401, "headers": headers, "body": detail, "body_raw": detail.to_string()});
        let request = json!({"method": "GET", "path": "/api/hello/", "headers": []});
        recorded::case(&json!({"id": "x", "settings": {}, "setup": setup, "request": request, "response": response}))
    }

    #[tokio::test]
    async fn an_unknown_step_costs_one_case_and_no_other() {
        let steps = [
            json!([{"op": "dance"}]),
            json!([{"op": "control", "action": "dance"}]),
            json!([{"op": "forge", "as": "t", "token": {"claims": {"exp": {"$moon": 1}}}}]),
            json!([]),
        ];
        let lines = play(&SIMPLE_JWT, steps.map(case).to_vec(), ([127, 0, 0, 1], 9).into()).await;
        let verdicts: Vec<Comparison> = lines.into_iter().map(|line| line.verdict).collect();
        let wrong = |why: &str| Comparison::Wrong(vec![why.to_owned()]);
        assert_eq!(verdicts[0], wrong("step \"dance\": an unknown step: dance"));
        assert!(
            matches!(&verdicts[1], Comparison::Wrong(why) if why[0].contains("an unknown act: dance")),
            "{verdicts:?}"
        );
        assert_eq!(verdicts[2..], [wrong(UNKNOWN), Comparison::Same]);
    }
}
