//! Many hands on one session, over real HTTP. Whatever the order of events:
//!
//! - I1: a refresh token has at most one live successor;
//! - I2: after a replay was detected or a logout was acknowledged, nothing of the session refreshes;
//! - I3: a client that does not replay outside the grace is never logged out.
//!
//! `LATCHKEY_ROUNDS` says how often each race is run: 50 times unless told otherwise. A theft, which is three, is a fifth as often,
//! and the storm lasts a fifth of a second for each.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

use serde_json::{Value, json};
use std::collections::HashSet;
use tests::{
    app::{PASSWORD, TestApp, text},
    events,
    wire::Answer,
};
use tokio::{sync::Mutex, task::JoinSet};

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod history;
#[cfg(test)]
mod storm;

/// How many refresh one token at once.
const RACERS: usize = 32;

const ROTATE: [(&str, &str); 2] = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];

/// One test at a time: on two cores eight of them wait for each other for longer than the service has.
static TURN: Mutex<()> = Mutex::const_new(());

/// Somebody was answered 503: on a machine that has other work two seconds may be too short for a write. That is neither a winner
/// nor a logout. What must never be is asserted all the same; what must be is asserted in another round.
struct Busy;

impl From<store::Error> for Busy {
    fn from(error: store::Error) -> Self {
        assert!(matches!(error, store::Error::Unavailable { .. }), "{error}");
        Self
    }
}

fn rounds() -> usize {
    settings::environment::variable("LATCHKEY_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap())
}

/// Runs so many rounds in which everybody is answered. Each has a number that no other has.
async fn repeat(what: &str, rounds: usize, round: impl AsyncFn(usize) -> Result<(), Busy>) {
    let _turn = TURN.lock().await;
    let mut busy = 0;
    for number in 0..rounds {
        while round(number + busy).await.is_err() {
            busy += 1;
            assert!(busy <= rounds, "{what}: of {} rounds {busy} were not answered", number + busy);
        }
    }
    println!("{what}: {rounds} rounds; {busy} others in which not all were answered");
}

fn answered(answer: Answer) -> Result<Answer, Busy> {
    if answer.status == 503 { Err(Busy) } else { Ok(answer) }
}

fn all_answered(answers: &[Answer]) -> Result<(), Busy> {
    if answers.iter().any(|answer| answer.status == 503) { Err(Busy) } else { Ok(()) }
}

/// A app that can be lent to tasks; it lives as long as the test's process.
async fn app(settings: &[(&str, &str)]) -> &'static TestApp {
    Box::leak(Box::new(TestApp::live(&[&ROTATE, settings].concat()).await))
}

/// Alice's refresh token.
async fn log_in(app: &TestApp) -> Result<String, Busy> {
    let answer = answered(app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Ok(text(&answer, "refresh"))
}

/// What `RACERS` requests with one token are answered.
async fn race(app: &'static TestApp, token: &str) -> Vec<Answer> {
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let token = token.to_owned();
        racers.spawn(async move { app.refresh(&token).await });
    }
    racers.join_all().await
}

/// Those that got a token.
fn given_to(answers: &[Answer]) -> impl Iterator<Item = &Answer> {
    answers.iter().filter(|answer| answer.status == 200)
}

/// The refresh tokens that were given out.
fn given(answers: &[Answer]) -> HashSet<String> {
    given_to(answers).map(|answer| text(answer, "refresh")).collect()
}

/// Whether somebody was told that the token is no longer good.
fn was_detected(answers: &[Answer]) -> bool {
    answers.iter().any(|answer| answer.status == 401)
}

/// How many of these tokens still refresh.
async fn alive(app: &TestApp, tokens: impl IntoIterator<Item = String>) -> Result<usize, Busy> {
    let mut alive = 0;
    for token in tokens {
        alive += usize::from(answered(app.refresh(&token).await)?.status == 200);
    }
    Ok(alive)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_one_of_thirty_two_wins() {
    let app = app(&[]).await;
    let round = async |round| {
        let first = log_in(app).await?;
        let answers = race(app, &first).await;
        let winners = given_to(&answers).count();
        assert!(winners <= 1, "round {round}: {winners}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401 | 503)), "round {round}");
        assert_eq!(alive(app, given(&answers)).await?, winners, "round {round}");
        all_answered(&answers)?;
        assert_eq!(winners, 1, "round {round}");
        Ok(())
    };
    repeat("one of thirty-two wins", rounds(), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_all_thirty_two_get_the_same_successor_within_the_grace() {
    let app = app(&[("REFRESH_GRACE_SECONDS", "60"), ("REUSE_DETECTION", "true")]).await;
    let round = async |round| {
        let first = log_in(app).await?;
        let answers = race(app, &first).await;
        let bodies: HashSet<String> = given_to(&answers).map(Answer::text).collect();
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)), "round {round}: {bodies:?}");
        assert!(bodies.len() <= 1, "round {round}: {bodies:?}");
        assert_eq!(alive(app, given(&answers)).await?, bodies.len(), "round {round}");
        all_answered(&answers)
    };
    repeat("all thirty-two get the same", rounds(), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_07_nothing_refreshes_after_a_logout_was_acknowledged() {
    let app = app(&[]).await;
    let round = async |round| {
        let first = log_in(app).await?;
        let logout = app.post("/api/token/blacklist/", json!({"refresh": first}));
        let (refreshed, logout) = tokio::join!(app.refresh(&first), logout);
        let logout = answered(logout)?;
        let tokens = given(&[refreshed]);
        assert!(matches!(logout.status, 200 | 401), "round {round}");
        let expected = if logout.status == 200 { 0 } else { tokens.len() };
        assert_eq!(alive(app, tokens).await?, expected, "round {round}");
        Ok(())
    };
    repeat("a logout beside a refresh", rounds(), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_09_nothing_refreshes_after_a_password_was_changed() {
    let app = app(&[("SESSION_CHECK", "true")]).await;
    let store = &app.service.store;
    let encoded = store.user("1").await.unwrap().unwrap().password;
    let round = async |round| {
        let first = log_in(app).await?;
        let epoch = store.user("1").await?.unwrap().epoch + 1;
        let change = store.set_password("1", &encoded, Some(epoch));
        let (refreshed, changed) = tokio::join!(app.refresh(&first), change);
        changed?;
        let tokens = given(&[refreshed]).into_iter().chain([first]);
        assert_eq!(alive(app, tokens).await?, 0, "round {round}");
        Ok(())
    };
    repeat("a new password beside a refresh", rounds(), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_10_nothing_is_left_after_a_replay_beside_a_refresh() {
    let app = app(&[("REUSE_DETECTION", "true")]).await;
    let round = async |round| {
        let first = log_in(app).await?;
        let second = text(&answered(app.refresh(&first).await)?, "refresh");
        let (replayed, refreshed) = tokio::join!(app.refresh(&first), app.refresh(&second));
        assert_eq!(answered(replayed)?.status, 401, "round {round}");
        let tokens = given(&[refreshed]).into_iter().chain([second]);
        assert_eq!(alive(app, tokens).await?, 0, "round {round}");
        Ok(())
    };
    repeat("a replay beside a refresh", rounds(), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_13_no_more_than_the_grace_allows_get_the_successor() {
    events::listen();
    let settings = [("REFRESH_GRACE_SECONDS", "60"), ("REFRESH_GRACE_USES", "5"), ("REUSE_DETECTION", "true")];
    let app = app(&settings).await;
    let round = async |round| {
        let first = log_in(app).await?;
        let answers = race(app, &first).await;
        assert!(given_to(&answers).count() <= 6, "round {round}: {}", given_to(&answers).count());
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401 | 503)), "round {round}");
        let tokens = given(&answers);
        assert!(tokens.len() <= 1, "round {round}");
        if was_detected(&answers) {
            assert_eq!(alive(app, tokens.clone()).await?, 0, "round {round}");
        }
        all_answered(&answers)?;
        assert_eq!((tokens.len(), causes(&first)), (1, vec![json!("grace_used_up")]), "round {round}");
        Ok(())
    };
    repeat("more than the grace allows", rounds().div_ceil(5), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_05_a_theft_is_told_once_however_many_see_it() {
    events::listen();
    let app = app(&[("REUSE_DETECTION", "true"), ("REUSE_ENDS_ALL_SESSIONS", "true")]).await;
    let round = async |round| {
        let (first, other) = (log_in(app).await?, log_in(app).await?);
        let second = text(&answered(app.refresh(&first).await)?, "refresh");
        let thieves = race(app, &first).await;
        assert!(thieves.iter().all(|answer| matches!(answer.status, 401 | 503)), "round {round}");
        assert!(causes(&first).len() <= 1, "round {round}");
        if was_detected(&thieves) {
            assert_eq!(alive(app, [second, other]).await?, 0, "round {round}");
        }
        all_answered(&thieves)?;
        assert_eq!(causes(&first), ["replayed"], "round {round}");
        let later = log_in(app).await?;
        race(app, &first).await;
        assert_eq!(alive(app, [later]).await?, 1, "round {round}: all sessions end once");
        assert_eq!(causes(&first), ["replayed"], "round {round}");
        Ok(())
    };
    repeat("a theft that many see", rounds().div_ceil(5), round).await;
}

/// What was told of the theft of a token.
fn causes(token: &str) -> Vec<Value> {
    let told = events::heard("refresh_reuse_detected", "session", &tests::app::sid(token));
    told.into_iter().map(|event| event["cause"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_adopts_a_token_from_before_the_move() {
    let app = app(&[]).await;
    let round = async |round| {
        let claims = json!({
            "token_type": "refresh", "exp": tests::clock::real() + 600, "iat": tests::clock::real(),
            "jti": format!("{round:012x}4def8123456789abcdef"), "user_id": "1",
        });
        let answers = race(app, &tests::app::forged(claims)).await;
        let winners = given_to(&answers).count();
        assert!(winners <= 1, "round {round}: {winners}");
        all_answered(&answers)?;
        assert_eq!(winners, 1, "round {round}");
        Ok(())
    };
    repeat("one of thirty-two adopts", rounds(), round).await;
}
