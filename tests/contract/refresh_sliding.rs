//! `POST /api/token/sliding/refresh/`

use crate::app::{BLACKLISTED, HARDENED, INVALID, PASSWORD, TestApp, claims, forged, now, text};
use serde_json::json;
use tests::{claims::Claims, wire::Answer};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/api/token/sliding/refresh/", json!({"token": token})).await
}

#[tokio::test]
async fn renews_a_token_and_keeps_its_id() {
    let app = TestApp::plain().await;
    let old = app.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    app.advance("4m");
    let new = refresh(&app, &text(&old, "token")).await;
    let (old, new) = (claims(&text(&old, "token")), claims(&text(&new, "token")));
    assert_eq!((&old["jti"], &old["refresh_exp"]), (&new["jti"], &new["refresh_exp"]));
    assert_eq!([&old["exp"], &new["exp"]], [&json!(now() + 300), &json!(app.now() + 300)]);
}

#[tokio::test]
async fn refuses_what_cannot_be_renewed_any_more() {
    let app = TestApp::plain().await;
    let sliding = |refresh_exp: Option<i64>| {
        let mut claims = json!({"token_type": "sliding", "exp": now() + 60, "iat": now(), "jti": "x", "user_id": "1"});
        if let Some(refresh_exp) = refresh_exp {
            claims["refresh_exp"] = json!(refresh_exp);
        }
        forged(claims)
    };
    let late = refresh(&app, &sliding(Some(now() - 1))).await;
    assert_eq!(late.text(), r#"{"detail":"Token 'refresh_exp' claim has expired","code":"token_not_valid"}"#);
    let never = refresh(&app, &sliding(None)).await;
    assert_eq!(never.text(), r#"{"detail":"Token has no 'refresh_exp' claim","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn refuses_other_kinds() {
    let app = TestApp::plain().await;
    let (token, _) = app.log_in().await;
    assert_eq!(refresh(&app, &token).await.text(), r#"{"detail":"Token has wrong type","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn rf_21_ends_with_all_sessions_of_the_user() {
    for settings in [&[][..], &HARDENED] {
        let app = TestApp::with(&[settings, &[("AUTH_TOKEN_CLASSES", "SlidingToken")]].concat()).await;
        let token = log_in(&app).await;
        assert_eq!(app.hello(&token).await.status, 200);
        app.service.store.bump_epoch("1", now()).await.unwrap();
        assert_eq!(refresh(&app, &token).await.text(), BLACKLISTED, "{settings:?}");
        assert_eq!(app.hello(&token).await.json()["messages"][0]["message"], "Token is blacklisted", "{settings:?}");
        assert_eq!(refresh(&app, &log_in(&app).await).await.status, 200, "a new login works");
    }
}

#[tokio::test]
async fn rf_18_hardened_renews_nothing_of_who_was_switched_off() {
    let app = TestApp::hardened(&[]).await;
    let token = log_in(&app).await;
    app.service.store.set_active("1", false, None).await.unwrap();
    let refused = r#"{"detail":"No active account found for the given token."}"#;
    assert_eq!(refresh(&app, &token).await.text(), refused);
    app.service.store.delete_user("1", 0).await.unwrap();
    assert_eq!(refresh(&app, &token).await.text(), refused);
}

#[tokio::test]
async fn refuses_a_time_that_no_clock_will_reach() {
    let app = TestApp::plain().await;
    for last in ["1000000000000000000000000000000", "253402300800", "1e300"] {
        let claims = format!(
            r#"{{"token_type":"sliding","exp":{},"iat":{},"jti":"x","user_id":"1","refresh_exp":{last}}}"#,
            now() + 60,
            now()
        );
        let token =
            tests::forge::token_of_texts(r#"{"alg":"HS256","typ":"JWT"}"#, &claims, "HS256", tests::app::SECRET);
        let answer = refresh(&app, &token).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, INVALID), "{last}");
    }
}

#[tokio::test]
async fn tells_a_blacklisted_token_before_its_other_faults() {
    let app = TestApp::plain().await;
    let jti = "0123456789abcdef0123456789abcdef";
    let refresh_token = Claims::refresh().with("jti", jti).sign();
    app.post("/api/token/blacklist/", json!({"refresh": refresh_token})).await;
    assert_eq!(refresh(&app, &refresh_token).await.text(), BLACKLISTED, "of another type, too");
}

async fn log_in(app: &TestApp) -> String {
    let answer = app.post("/api/token/sliding/", json!({"username": "alice", "password": PASSWORD})).await;
    text(&answer, "token")
}

#[tokio::test]
async fn tells_of_the_user_as_they_are_now() {
    for listed in ["true", "false"] {
        let app = TestApp::with(&[("TOKEN_CLAIMS", "first_name"), ("BLACKLIST_ENABLED", listed)]).await;
        let token = log_in(&app).await;
        app.service.store.update_profile("1", "alice@example.com", "Alice", "", None).await.unwrap();
        let renewed = crate::app::text(&refresh(&app, &token).await, "token");
        assert_eq!(crate::app::claims(&renewed)["first_name"], "Alice");
    }
}

/// Simple JWT 5 does not look for the user of a sliding token. SESSION_CHECK does.
#[tokio::test]
async fn renews_a_token_of_nobody_unless_sessions_are_checked() {
    let nobody = || Claims::sliding().with("refresh_exp", now() + 60).without("user_id").sign();
    let app = TestApp::plain().await;
    let token = log_in(&app).await;
    app.service.store.delete_user("1", 0).await.unwrap();
    assert_eq!([refresh(&app, &token).await.status, refresh(&app, &nobody()).await.status], [200, 200]);
    let checking = TestApp::with(&[("SESSION_CHECK", "true")]).await;
    checking.service.store.delete_user("1", 0).await.unwrap();
    let refused = [refresh(&checking, &token).await, refresh(&checking, &nobody()).await];
    assert_eq!(refused.map(|answer| answer.status), [401, 401]);
}
