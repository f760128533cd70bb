//! LOGIN_THROTTLE: guessing is slowed down, on every way to log in.

use serde_json::json;
use tests::wire::Answer;

use crate::stage::{NO_ACCOUNT, PASSWORD, Stage};

async fn log_in(stage: &Stage, name: &str, password: &str) -> Answer {
    stage.post("/api/token/", json!({"username": name, "password": password})).await
}

#[tokio::test]
async fn pw_21_guesses_have_to_wait_whoever_is_guessed() {
    for name in ["alice", "nobody"] {
        let stage = Stage::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
        assert_eq!(log_in(&stage, name, "wrong").await.text(), NO_ACCOUNT);
        let answer = log_in(&stage, name, PASSWORD).await;
        let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1_790..=1_800).contains(&seconds), "{seconds}");
        let body = format!(r#"{{"detail":"Request was throttled. Expected available in {seconds} seconds."}}"#);
        assert_eq!((answer.status, answer.text()), (429, body), "{name}");
    }
}

#[tokio::test]
async fn pw_24_success_begins_anew() {
    let stage = Stage::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "4")]).await;
    for _ in 0..6 {
        log_in(&stage, "alice", "wrong").await;
        assert_eq!(log_in(&stage, "alice", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_stopped() {
    let stage = Stage::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES_PER_ADDRESS", "1")]).await;
    assert_eq!(log_in(&stage, "a", "wrong").await.status, 401);
    assert_eq!(log_in(&stage, "d", "wrong").await.status, 429);
}

#[tokio::test]
async fn pw_22_strangers_cannot_lock_a_user_out() {
    let stage = Stage::with(&[("LOGIN_THROTTLE", "true")]).await;
    assert_eq!(log_in(&stage, "alice", PASSWORD).await.status, 200, "this address is known now");
    for _ in 0..1000 {
        // As `throttle.rs` names the counter of an account; strangers' failures count there.
        stage.service.store.count_failure("account alice", 86_400, crate::stage::now()).await.unwrap();
    }
    assert_eq!(log_in(&stage, "alice", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn pw_21_a_hundred_failures_in_a_row_close_an_account_to_strangers() {
    let stage = Stage::with(&[("LOGIN_THROTTLE", "true")]).await;
    for _ in 0..100 {
        stage.service.store.count_failure("account alice", 86_400, crate::stage::now()).await.unwrap();
    }
    assert_eq!(log_in(&stage, "alice", PASSWORD).await.status, 429);
}

#[tokio::test]
async fn nobody_waits_unless_the_settings_say_so() {
    let stage = Stage::plain().await;
    for _ in 0..12 {
        assert_eq!(log_in(&stage, "alice", "wrong").await.status, 401);
    }
}
