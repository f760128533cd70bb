//! `POST /api/token/sliding/refresh/`

use crate::app::{BLACKLISTED, HARDENED, INVALID, PASSWORD, TestApp, claims, forged, now, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

async fn refresh(stage: &TestApp, token: &str) -> Answer {
    stage.post("/api/token/sliding/refresh/", json!({"token": token})).await
}

#[tokio::test]
async fn renews_a_token_and_keeps_its_id() {
    let stage = TestApp::plain().await;
    let old = stage.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    stage.advance("4m");
    let new = refresh(&stage, &text(&old, "token")).await;
    let (old, new) = (claims(&text(&old, "token")), claims(&text(&new, "token")));
    assert_eq!((&old["jti"], &old["refresh_exp"]), (&new["jti"], &new["refresh_exp"]));
    assert_eq!([&old["exp"], &new["exp"]], [&json!(now() + 300), &json!(stage.now() + 300)]);
}

#[tokio::test]
async fn refuses_what_cannot_be_renewed_any_more() {
    let stage = TestApp::plain().await;
    let sliding = |refresh_exp: Option<i64>| {
        let mut claims = json!({"token_type": "sliding", "exp": now() + 60, "iat": now(), "jti": "x", "user_id": "1"});
        if let Some(refresh_exp) = refresh_exp {
            claims["refresh_exp"] = json!(refresh_exp);
        }
        forged(claims)
    };
    let late = refresh(&stage, &sliding(Some(now() - 1))).await;
    assert_eq!(late.text(), r#"{"detail":"Token 'refresh_exp' claim has expired","code":"token_not_valid"}"#);
    let never = refresh(&stage, &sliding(None)).await;
    assert_eq!(never.text(), r#"{"detail":"Token has no 'refresh_exp' claim","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn refuses_other_kinds() {
    let stage = TestApp::plain().await;
    let (token, _) = stage.log_in().await;
    assert_eq!(refresh(&stage, &token).await.text(), r#"{"detail":"Token has wrong type","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn rf_21_ends_with_all_sessions_of_the_user() {
    for settings in [&[][..], &HARDENED] {
        let stage = TestApp::with(&[settings, &[("AUTH_TOKEN_CLASSES", "SlidingToken")]].concat()).await;
        let token = log_in(&stage).await;
        assert_eq!(stage.hello(&token).await.status, 200);
        stage.service.store.bump_epoch("1", now()).await.unwrap();
        assert_eq!(refresh(&stage, &token).await.text(), BLACKLISTED, "{settings:?}");
        assert_eq!(stage.hello(&token).await.json()["messages"][0]["message"], "Token is blacklisted", "{settings:?}");
        assert_eq!(refresh(&stage, &log_in(&stage).await).await.status, 200, "a new login works");
    }
}

#[tokio::test]
async fn rf_18_hardened_renews_nothing_of_who_was_switched_off() {
    let stage = TestApp::hardened(&[]).await;
    let token = log_in(&stage).await;
    stage.service.store.set_active("1", false, None).await.unwrap();
    let refused = r#"{"detail":"No active account found for the given token."}"#;
    assert_eq!(refresh(&stage, &token).await.text(), refused);
    stage.service.store.delete_user("1", 0).await.unwrap();
    assert_eq!(refresh(&stage, &token).await.text(), refused);
}

#[tokio::test]
async fn refuses_a_time_that_no_clock_will_reach() {
    let stage = TestApp::plain().await;
    for last in ["1000000000000000000000000000000", "253402300800", "1e300"] {
        let claims = format!(
            r#"{{"token_type":"sliding","exp":{},"iat":{},"jti":"x","user_id":"1","refresh_exp":{last}}}"#,
            now() + 60,
            now()
        );
        let token =
            tests::forge::token_of_texts(r#"{"alg":"HS256","typ":"JWT"}"#, &claims, "HS256", tests::app::SECRET);
        let answer = refresh(&stage, &token).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, INVALID), "{last}");
    }
}

#[tokio::test]
async fn tells_a_blacklisted_token_before_its_other_faults() {
    let stage = TestApp::plain().await;
    let jti = "0123456789abcdef0123456789abcdef";
    let refresh_token = Claims::refresh().with("jti", jti).sign();
    stage.post("/api/token/blacklist/", json!({"refresh": refresh_token})).await;
    assert_eq!(refresh(&stage, &refresh_token).await.text(), BLACKLISTED, "of another type, too");
}

async fn log_in(stage: &TestApp) -> String {
    let answer = stage.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    text(&answer, "token")
}

#[tokio::test]
async fn tells_of_the_user_as_they_are_now() {
    for listed in ["true", "false"] {
        let stage = TestApp::with(&[("TOKEN_CLAIMS", "first_name"), ("BLACKLIST_ENABLED", listed)]).await;
        let token = log_in(&stage).await;
        stage.service.store.update_profile("1", "alice@example.com", "Alice", "", None).await.unwrap();
        let renewed = crate::app::text(&refresh(&stage, &token).await, "token");
        assert_eq!(crate::app::claims(&renewed)["first_name"], "Alice");
    }
}
