//! LOGIN_THROTTLE: guessing is slowed down, on every way to log in.

use crate::app::{NO_ACCOUNT, PASSWORD, TestApp};
use serde_json::json;
use tests::wire::{Answer, Request};

async fn log_in(app: &TestApp, name: &str, password: &str) -> Answer {
    app.post("/api/token/", json!({"username": name, "password": password})).await
}

async fn log_in_from(source: [u8; 4], app: &TestApp, name: &str, password: &str) -> Answer {
    let form = json!({"username": name, "password": password});
    app.send(Request::json("/api/token/", &form).from(source)).await
}

#[tokio::test]
async fn pw_21_guesses_have_to_wait_whoever_is_guessed() {
    for name in ["alice", "nobody"] {
        let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
        assert_eq!(log_in(&app, name, "wrong").await.text(), NO_ACCOUNT);
        let answer = log_in(&app, name, PASSWORD).await;
        let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1_790..=1_800).contains(&seconds), "{seconds}");
        let body = format!(r#"{{"detail":"Request was throttled. Expected available in {seconds} seconds."}}"#);
        assert_eq!((answer.status, answer.text()), (429, body), "{name}");
    }
}

#[tokio::test]
async fn pw_24_success_begins_anew() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "4")]).await;
    for _ in 0..6 {
        log_in(&app, "alice", "wrong").await;
        assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_stopped() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES_PER_ADDRESS", "1")]).await;
    assert_eq!(log_in(&app, "a", "wrong").await.status, 401);
    assert_eq!(log_in(&app, "d", "wrong").await.status, 429);
}

#[tokio::test]
async fn a_list_of_stolen_passwords_is_stopped_at_its_address() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES_PER_ADDRESS", "12")]).await;
    let (mut wait, mut failed) = (0, 0);
    while wait < 4 {
        let answer = log_in_from([127, 0, 0, 66], &app, &format!("user{failed}"), "stolen").await;
        wait = answer.header("retry-after").unwrap_or("0").parse().unwrap();
        failed += i32::from(answer.status == 401);
        app.advance(&format!("{}s", if wait < 4 { wait } else { 0 }));
    }
    assert_eq!(failed, 8, "half are free, and then the wait doubles");
    assert_eq!(log_in_from([127, 0, 0, 66], &app, "alice", PASSWORD).await.status, 429, "whatever is tried next");
    assert_eq!(log_in_from([127, 0, 0, 67], &app, "alice", PASSWORD).await.status, 200, "and from there alone");
}

#[tokio::test]
async fn pw_21_a_hundred_addresses_are_one_attack_on_an_account() {
    let app = TestApp::hardened(&[]).await;
    assert_eq!(log_in_from([127, 0, 0, 1], &app, "alice", PASSWORD).await.status, 200);
    for name in ["alice", "nobody"] {
        let (mut address, mut refused) = (0, 0);
        while address < 101 {
            address += 1;
            refused += u8::from(log_in_from([127, 0, 1, address], &app, name, "wrong").await.status == 429);
        }
        assert!(refused >= 40, "{refused} of {name}");
    }
    assert_eq!(log_in_from([127, 0, 0, 1], &app, "alice", PASSWORD).await.status, 200, "PW-22: who is known gets in");
}

#[tokio::test]
async fn pw_22_strangers_cannot_lock_a_user_out() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true")]).await;
    assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 200, "this address is known now");
    for _ in 0..1000 {
        // As `throttle.rs` names the counter of an account; strangers' failures count there.
        app.service.store.count_failure("account alice", 86_400, crate::app::now()).await.unwrap();
    }
    assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn pw_22_neighbours_behind_one_address_cannot_lock_a_user_out() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES_PER_ADDRESS", "4")]).await;
    assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 200, "she is known here now");
    for neighbour in 0..9 {
        log_in(&app, &format!("neighbour{neighbour}"), "mistyped").await;
    }
    assert_eq!(log_in(&app, "carol", PASSWORD).await.status, 429, "who is new here waits");
    assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn pw_22_who_is_attacked_can_change_the_password_from_anywhere() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true")]).await;
    let (_, access) = app.log_in().await;
    for _ in 0..200 {
        app.service.store.count_failure("account alice", 86_400, crate::app::now()).await.unwrap();
    }
    let change = |old: &str| {
        let body = json!({"old_password": old, "new_password": "walrus on stilts"});
        Request::json("/api/user/password/", &body)
            .header("Authorization", format!("Bearer {access}"))
            .from([127, 0, 0, 9])
    };
    assert_eq!(app.send(change(PASSWORD)).await.text(), r#"{"detail":"New password has been saved."}"#);
    let mut refused = Vec::new();
    for _ in 0..12 {
        refused.push(app.send(change("guess")).await.status);
    }
    assert!(refused[0] == 400 && refused[11] == 429, "whoever has the token alone cannot guess on: {refused:?}");
}

#[tokio::test]
async fn pw_21_a_hundred_failures_in_a_row_close_an_account_to_strangers() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true")]).await;
    for _ in 0..100 {
        app.service.store.count_failure("account alice", 86_400, crate::app::now()).await.unwrap();
    }
    assert_eq!(log_in(&app, "alice", PASSWORD).await.status, 429);
}

#[tokio::test]
async fn nobody_waits_unless_the_settings_say_so() {
    let app = TestApp::plain().await;
    for _ in 0..12 {
        assert_eq!(log_in(&app, "alice", "wrong").await.status, 401);
    }
}

#[tokio::test]
async fn pw_21_a_stolen_token_guesses_on_from_no_other_address() {
    let app = TestApp::with(&[("LOGIN_THROTTLE", "true")]).await;
    let (refresh, access) = app.log_in().await;
    let guess = async |access: &str, host: u8| {
        let body = json!({"old_password": "guess", "new_password": "walrus on stilts"});
        let request = Request::json("/api/user/password/", &body);
        app.send(request.header("Authorization", format!("Bearer {access}")).from([127, 0, 0, host])).await.status
    };
    let mut answered = Vec::new();
    for host in 2..12 {
        answered.push(guess(&access, host).await);
    }
    assert!(answered.starts_with(&[400; 5]) && answered.ends_with(&[429]), "{answered:?}");
    let next = crate::app::text(&app.refresh(&refresh).await, "access");
    assert_eq!(guess(&next, 13).await, 429, "the next token of the session is no fresh start");
    let (_, mine) = app.log_in().await;
    assert_eq!(guess(&mine, 14).await, 400, "another session has its own counter");
}
