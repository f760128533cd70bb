//! `POST /api/user/password/`

use crate::app::{BLACKLISTED, HARDENED, NOT_PROVIDED, PASSWORD, TestApp, text};
use serde_json::json;
use std::sync::Arc;
use tests::{
    service::publish,
    wire::{Answer, Request},
};

/// Fifteen code points that stand in no list.
const NEW: &str = "walrus on stilts";

async fn change(app: &TestApp, access: &str, old: &str, new: &str) -> Answer {
    let body = json!({"old_password": old, "new_password": new});
    app.send(Request::json("/api/user/password/", &body).header("Authorization", format!("Bearer {access}"))).await
}

async fn log_in_with(app: &TestApp, password: &str) -> u16 {
    app.post("/api/token/", json!({"username": "alice", "password": password})).await.status
}

#[tokio::test]
async fn changes_the_password() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = change(&app, &access, PASSWORD, NEW).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"detail":"New password has been saved."}"#));
    assert_eq!([log_in_with(&app, PASSWORD).await, log_in_with(&app, NEW).await], [401, 200]);
}

#[tokio::test]
async fn rf_20_ends_the_other_sessions_and_not_the_one_that_asks() {
    for settings in [&HARDENED[..], &[]] {
        let app = TestApp::with(settings).await;
        let (refresh, access) = app.log_in().await;
        let (others_refresh, others_access) = app.log_in().await;
        assert_eq!(change(&app, &access, PASSWORD, NEW).await.status, 200);
        assert_eq!(app.refresh(&others_refresh).await.json()["detail"], "Token is blacklisted");
        assert_eq!(app.hello(&access).await.status, 200);
        assert_eq!(app.refresh(&refresh).await.status, 200);
        let stateless = settings.is_empty();
        assert_eq!(app.hello(&others_access).await.status, if stateless { 200 } else { 401 });
        let verified = app.post("/api/token/verify/", json!({"token": others_access})).await.status;
        assert_eq!(verified, if stateless { 200 } else { 400 });
    }
}

#[tokio::test]
async fn wants_the_old_password() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = change(&app, &access, "wrong", NEW).await;
    let body = r#"{"old_password":["Your old password was entered incorrectly. Please enter it again."]}"#;
    assert_eq!((answer.status, answer.text().as_str()), (400, body));
    assert_eq!(log_in_with(&app, PASSWORD).await, 200);
    let nothing = Request::json("/api/user/password/", &json!({})).header("Authorization", format!("Bearer {access}"));
    assert_eq!(
        app.send(nothing).await.text(),
        r#"{"old_password":["This field is required."],"new_password":["This field is required."]}"#
    );
}

#[tokio::test]
async fn pw_18_to_20_tells_all_that_stands_against_the_new_one() {
    let app = TestApp::hardened(&[]).await;
    let (_, access) = app.log_in().await;
    for (new, faults) in [
        (
            "Password",
            r#""This password is too short. It must contain at least 15 characters.","This password is too common.""#,
        ),
        ("alice@example.com", r#""The password is too similar to the email address.""#),
        (
            "alice",
            r#""The password is too similar to the username.","This password is too short. It must contain at least 15 characters.","This password is too common.""#,
        ),
    ] {
        let answer = change(&app, &access, PASSWORD, new).await;
        assert_eq!((answer.status, answer.text()), (400, format!(r#"{{"new_password":[{faults}]}}"#)));
    }
    for good in ["481516234299107", "correct horse battery stable", "🔑🔒🗝🔐🚪🪟🏠🏡🏘🏚🛖🏰🏯🗼🗽"]
    {
        let (_, access) = app.log_in().await;
        assert_eq!(change(&app, &access, PASSWORD, good).await.status, 200, "{good}");
        assert_eq!(change(&app, &access, good, PASSWORD).await.status, 200, "{good}");
    }
}

#[tokio::test]
async fn pw_18_asks_for_djangos_eight_characters_by_default() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let answer = change(&app, &access, PASSWORD, "4815162").await;
    assert_eq!(
        answer.text(),
        r#"{"new_password":["This password is too short. It must contain at least 8 characters.","This password is entirely numeric."]}"#
    );
    assert_eq!(change(&app, &access, PASSWORD, "q8!vzz3k").await.status, 200);
}

#[tokio::test]
async fn pw_15_a_letter_is_the_same_however_it_is_typed() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    assert_eq!(change(&app, &access, PASSWORD, "cafe\u{301} sans sucre").await.status, 200);
    for typed in ["caf\u{e9} sans sucre", "cafe\u{301} sans sucre"] {
        assert_eq!(log_in_with(&app, typed).await, 200);
    }
    assert_eq!(log_in_with(&app, "cafe sans sucre").await, 401);
}

#[tokio::test]
async fn pw_16_takes_a_long_password_and_refuses_a_longer_one() {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let longest = "very long ".repeat(409) + "indeed";
    let refused = change(&app, &access, PASSWORD, &format!("{longest}!")).await;
    assert_eq!(
        refused.text(),
        r#"{"new_password":["This password is too long. It must contain at most 4096 bytes."]}"#
    );
    assert_eq!(change(&app, &access, PASSWORD, &longest).await.status, 200);
    assert_eq!(log_in_with(&app, &longest).await, 200);
}

#[tokio::test]
async fn asks_whether_the_password_was_stolen() {
    // SHA-1 of "walrus on stilts"; "badger on stilts" is in an empty range.
    let sha1 = "05D572D9B862C9BEF623BD8054AD8C8F9A013C54";
    let pages = publish(vec![
        (RANGE_OF_NEW, 200, format!("{}:7\r\n", sha1.trim_start_matches(RANGE_OF_NEW.trim_start_matches("/range/")))),
        (RANGE_OF_OTHER, 200, String::new()),
    ])
    .await;
    let url = format!("http://{pages}/range/");
    let app = TestApp::with(&[("BREACHED_PASSWORD_URL", &url)]).await;
    let (_, access) = app.log_in().await;
    let answer = change(&app, &access, PASSWORD, NEW).await;
    assert_eq!(answer.text(), r#"{"new_password":["This password has appeared in a data breach."]}"#);
    assert_eq!(change(&app, &access, PASSWORD, "badger on stilts").await.status, 200);
}

const RANGE_OF_NEW: &str = "/range/05D57";
const RANGE_OF_OTHER: &str = "/range/1DEC9";

#[tokio::test]
async fn fails_open_or_closed_when_nobody_can_tell() {
    for (closed, status) in [("false", 200), ("true", 503)] {
        let settings =
            [("BREACHED_PASSWORD_URL", "http://127.0.0.1:1/range/"), ("BREACHED_PASSWORD_FAIL_CLOSED", closed)];
        let app = TestApp::with(&settings).await;
        let (_, access) = app.log_in().await;
        assert_eq!(change(&app, &access, PASSWORD, NEW).await.status, status);
    }
}

#[tokio::test]
async fn pw_21_slows_down_who_guesses_with_a_stolen_token() {
    let app = TestApp::hardened(&[]).await;
    let (_, access) = app.log_in().await;
    let mut answered = Vec::new();
    while answered.len() < 20 && !answered.contains(&429) {
        answered.push(change(&app, &access, "wrong", NEW).await.status);
    }
    assert!(answered.ends_with(&[400, 429]), "{answered:?}");
}

#[tokio::test]
async fn refuses_a_session_that_is_over() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
    assert_eq!(change(&app, &access, PASSWORD, NEW).await.text(), BLACKLISTED);
    assert_eq!(log_in_with(&app, PASSWORD).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_09_no_successor_outlives_a_password_change() {
    let app = Arc::new(TestApp::hardened(&[]).await);
    let mut password = PASSWORD.to_owned();
    for round in 0..12 {
        let login = |password: String| {
            let app = Arc::clone(&app);
            async move { app.post("/api/token/", json!({"username": "alice", "password": password})).await }
        };
        let access = text(&login(password.clone()).await, "access");
        let victim = text(&login(password.clone()).await, "refresh");
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let (app, victim) = (Arc::clone(&app), victim.clone());
                tokio::spawn(async move { app.refresh(&victim).await })
            })
            .collect();
        let new = format!("{NEW} number {round}");
        assert_eq!(change(&app, &access, &password, &new).await.status, 200);
        password = new;
        let mut tokens = vec![victim];
        for racer in racers {
            let answer = racer.await.unwrap();
            tokens.extend(answer.json()["refresh"].as_str().map(str::to_owned));
        }
        for token in tokens {
            assert_eq!(app.refresh(&token).await.text(), BLACKLISTED, "round {round}");
        }
    }
}

#[tokio::test]
async fn asks_who_it_is() {
    let app = TestApp::plain().await;
    let answer = app.post("/api/user/password/", json!({"old_password": PASSWORD, "new_password": NEW})).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NOT_PROVIDED));
    let (_, access) = app.log_in().await;
    let answer = app.send(Request::bearer("/api/user/password/", &access)).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST, OPTIONS")));
}

/// A guesser who has the old password logs in all the time while it is changed; the list of breached passwords is slow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_20_no_login_with_the_old_password_outlives_it() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let breached = ("BREACHED_PASSWORD_URL", &*format!("http://{}/range/", silent.local_addr().unwrap()));
    for (setting, path, field, use_path, slow) in [
        (("LEGACY", "jwt"), "/api-token-auth/", "token", "/api-token-verify/", false),
        (("LEGACY", "drf-jwt"), "/api-token-auth/", "token", "/api-token-verify/", true),
        (("BLACKLIST_ENABLED", "false"), "/api/token/", "refresh", "/api/token/refresh/", true),
        (("PROFILE", "simplejwt"), "/api/token/", "refresh", "/api/token/refresh/", false),
    ] {
        let settings = if slow { vec![setting, breached] } else { vec![setting] };
        let app = Arc::new(TestApp::live(&settings).await);
        let login = move |app: Arc<TestApp>, password: &'static str| async move {
            let answer = app.post(path, json!({"username": "alice", "password": password})).await;
            answer.json()[field].as_str().map(str::to_owned)
        };
        let (_, access) = app.log_in().await;
        let (seen, thief) = (Arc::clone(&app), Arc::new(std::sync::Mutex::new(Vec::new())));
        let stolen = Arc::clone(&thief);
        let guessing = tokio::spawn(async move {
            while let Some(token) = login(Arc::clone(&seen), PASSWORD).await {
                stolen.lock().unwrap().push(token);
            }
        });
        while thief.lock().unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert_eq!(change(&app, &access, PASSWORD, NEW).await.status, 200);
        let mine = login(Arc::clone(&app), NEW).await.unwrap();
        guessing.await.unwrap();
        let stolen = std::mem::take(&mut *thief.lock().unwrap());
        for token in stolen {
            let answer = app.post(use_path, json!({"token": token, "refresh": token})).await;
            assert!([400, 401].contains(&answer.status), "{setting:?}: {}", answer.text());
        }
        let answer = app.post(use_path, json!({"token": mine, "refresh": mine})).await;
        assert!([200, 201].contains(&answer.status), "{setting:?}: {}", answer.text());
    }
}
