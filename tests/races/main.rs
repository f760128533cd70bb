//! Many hands on one session, over real HTTP. Whatever the order of events:
//!
//! - I1: a refresh token has at most one live successor;
//! - I2: after a replay was detected or a logout was acknowledged, nothing of the session refreshes;
//! - I3: a client that does not replay outside the grace is never logged out.
//!
//! `LATCHKEY_ROUNDS` says how often each race is run: 50 times unless told otherwise. A theft, which is three, is a fifth as often.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where the service does not do what it should"
)]

use std::collections::HashSet;

use serde_json::{Value, json};
use tests::{
    events,
    stage::{Stage, text},
    wire::Answer,
};
use tokio::{sync::Mutex, task::JoinSet};

/// How many refresh one token at once.
const RACERS: usize = 32;

const ROTATE: [(&str, &str); 2] = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];

fn rounds() -> usize {
    settings::environment::variable("LATCHKEY_ROUNDS").map_or(50, |rounds| rounds.parse().unwrap())
}

/// A stage that can be lent to tasks; it lives as long as the test's process.
async fn stage(settings: &[(&str, &str)]) -> &'static Stage {
    Box::leak(Box::new(Stage::with(&[&ROTATE, settings].concat()).await))
}

/// What `RACERS` requests with one token are answered. One race at a time: the tests run side by side, and on two cores eight
/// races wait for each other for longer than the service has.
async fn race(stage: &'static Stage, token: &str) -> Vec<Answer> {
    static TURN: Mutex<()> = Mutex::const_new(());
    let _turn = TURN.lock().await;
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let token = token.to_owned();
        racers.spawn(async move { stage.refresh(&token).await });
    }
    racers.join_all().await
}

/// The refresh tokens that were given out.
fn given(answers: &[Answer]) -> HashSet<String> {
    answers.iter().filter(|answer| answer.status == 200).map(|answer| text(answer, "refresh")).collect()
}

/// How many of these tokens still refresh.
async fn alive(stage: &Stage, tokens: impl IntoIterator<Item = String>) -> usize {
    let mut alive = 0;
    for token in tokens {
        alive += usize::from(stage.refresh(&token).await.status == 200);
    }
    alive
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_one_of_thirty_two_wins() {
    let stage = stage(&[]).await;
    for round in 0..rounds() {
        let (first, _) = stage.log_in().await;
        let answers = race(stage, &first).await;
        let winners = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(winners, 1, "round {round}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401)), "round {round}");
        assert_eq!(alive(stage, given(&answers)).await, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_all_thirty_two_get_the_same_successor_within_the_grace() {
    let stage = stage(&[("REFRESH_GRACE_SECONDS", "60"), ("REUSE_DETECTION", "true")]).await;
    for round in 0..rounds() {
        let (first, _) = stage.log_in().await;
        let answers = race(stage, &first).await;
        let bodies: HashSet<String> = answers.iter().map(Answer::text).collect();
        assert!(answers.iter().all(|answer| answer.status == 200), "round {round}: {bodies:?}");
        assert_eq!(bodies.len(), 1, "round {round}");
        assert_eq!(alive(stage, given(&answers)).await, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_07_nothing_refreshes_after_a_logout_was_acknowledged() {
    let stage = stage(&[]).await;
    for round in 0..rounds() {
        let (first, _) = stage.log_in().await;
        let logout = stage.post("/api/token/blacklist/", json!({"refresh": first}));
        let (refreshed, logout) = tokio::join!(stage.refresh(&first), logout);
        let tokens = given(&[refreshed]);
        assert!(matches!(logout.status, 200 | 401), "round {round}");
        let expected = if logout.status == 200 { 0 } else { tokens.len() };
        assert_eq!(alive(stage, tokens).await, expected, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_09_nothing_refreshes_after_a_password_was_changed() {
    let stage = stage(&[("SESSION_CHECK", "true")]).await;
    let encoded = stage.service.store.user("1").await.unwrap().unwrap().password;
    for round in 0..rounds() {
        let (first, _) = stage.log_in().await;
        let epoch = stage.service.store.user("1").await.unwrap().unwrap().epoch + 1;
        let change = stage.service.store.set_password("1", &encoded, Some(epoch));
        let (refreshed, changed) = tokio::join!(stage.refresh(&first), change);
        changed.unwrap();
        let tokens = given(&[refreshed]).into_iter().chain([first]);
        assert_eq!(alive(stage, tokens).await, 0, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_10_nothing_is_left_after_a_replay_beside_a_refresh() {
    let stage = stage(&[("REUSE_DETECTION", "true")]).await;
    for round in 0..rounds() {
        let (first, _) = stage.log_in().await;
        let second = text(&stage.refresh(&first).await, "refresh");
        let (replayed, refreshed) = tokio::join!(stage.refresh(&first), stage.refresh(&second));
        assert_eq!(replayed.status, 401, "round {round}");
        let tokens = given(&[refreshed]).into_iter().chain([second]);
        assert_eq!(alive(stage, tokens).await, 0, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_13_no_more_than_the_grace_allows_get_the_successor() {
    events::listen();
    let settings = [("REFRESH_GRACE_SECONDS", "60"), ("REFRESH_GRACE_USES", "5"), ("REUSE_DETECTION", "true")];
    let stage = stage(&settings).await;
    for round in 0..rounds().div_ceil(5) {
        let (first, _) = stage.log_in().await;
        let answers = race(stage, &first).await;
        let given_out = answers.iter().filter(|answer| answer.status == 200).count();
        assert!((1..=6).contains(&given_out), "round {round}: {given_out}");
        // 503: on a machine that is busy with something else.
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401 | 503)), "round {round}");
        let tokens = given(&answers);
        assert_eq!(tokens.len(), 1, "round {round}");
        assert_eq!(alive(stage, tokens).await, 0, "round {round}");
        assert_eq!(causes(&first), ["grace_used_up"], "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_05_a_theft_is_told_once_however_many_see_it() {
    events::listen();
    let stage = stage(&[("REUSE_DETECTION", "true"), ("REUSE_ENDS_ALL_SESSIONS", "true")]).await;
    for round in 0..rounds().div_ceil(5) {
        let (first, _) = stage.log_in().await;
        let (other, _) = stage.log_in().await;
        let second = text(&stage.refresh(&first).await, "refresh");
        assert!(race(stage, &first).await.iter().all(|answer| matches!(answer.status, 401 | 503)), "round {round}");
        assert_eq!(causes(&first), ["replayed"], "round {round}");
        assert_eq!(alive(stage, [second, other]).await, 0, "round {round}");
        let (later, _) = stage.log_in().await;
        race(stage, &first).await;
        assert_eq!(alive(stage, [later]).await, 1, "round {round}: all sessions end once");
        assert_eq!(causes(&first), ["replayed"], "round {round}");
    }
}

/// What was told of the theft of a token.
fn causes(token: &str) -> Vec<Value> {
    let claims = tests::stage::claims(token);
    let session: String = claims["jti"].as_str().unwrap().chars().take(16).collect();
    let told = events::heard("refresh_reuse_detected", "session", &session);
    told.into_iter().map(|event| event["cause"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_adopts_a_token_from_before_the_move() {
    let stage = stage(&[]).await;
    for round in 0..rounds() {
        let claims = json!({
            "token_type": "refresh", "exp": tests::stage::now() + 600, "iat": tests::stage::now(),
            "jti": format!("{round:012x}4def8123456789abcdef"), "user_id": "1",
        });
        let answers = race(stage, &tests::stage::forged(claims)).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "round {round}");
    }
}
