//! `POST /api/token/refresh/`

use crate::app::{BLACKLISTED, INVALID, TestApp, claims, now, tampered, text, user};
use serde_json::json;
use std::sync::Arc;
use tests::{claims::Claims, wire::Request};
use tokio::{sync::Barrier, task::JoinSet};

const ROTATE: [(&str, &str); 2] = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];

#[tokio::test]
async fn answers_a_new_access_token() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    let answer = app.refresh(&refresh).await;
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["access"]);
    assert_ne!(claims(&text(&answer, "access"))["jti"], claims(&access)["jti"]);
    assert_eq!(app.hello(&text(&answer, "access")).await.status, 200);
}

#[tokio::test]
async fn ct_21_rotates() {
    let app = TestApp::with(&ROTATE).await;
    let (first, _) = app.log_in().await;
    let answer = app.refresh(&first).await;
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["access", "refresh"]);
    let second = text(&answer, "refresh");
    assert_ne!(claims(&second)["jti"], claims(&first)["jti"]);
    assert_eq!(app.refresh(&second).await.status, 200);
}

#[tokio::test]
async fn tells_a_blacklisted_token_before_its_other_faults() {
    for settings in [&[][..], &ROTATE] {
        let app = TestApp::with(settings).await;
        let (refresh, access) = app.log_in().await;
        app.post("/api/token/blacklist/", json!({"refresh": refresh})).await;
        let id = claims(&refresh)["jti"].clone();
        let other_type = Claims::access().with("jti", id.clone());
        let endless = Claims::refresh().without("exp").with("jti", id.clone());
        let untyped = Claims::refresh().without("token_type").with("jti", id);
        for token in [other_type, endless, untyped].map(Claims::sign) {
            assert_eq!(app.refresh(&token).await.text(), BLACKLISTED);
            let again = app.post("/api/token/blacklist/", json!({"refresh": token})).await;
            assert_eq!(again.text(), BLACKLISTED);
        }
        let wrong_type = r#"{"detail":"Token has wrong type","code":"token_not_valid"}"#;
        assert_eq!(app.refresh(&access).await.text(), wrong_type, "the access token of the session is not listed");
    }
}

#[tokio::test]
async fn takes_a_time_in_quotes_as_simple_jwt_does_and_no_empty_id() {
    let app = TestApp::plain().await;
    let token = |iat: serde_json::Value, jti: &str| Claims::refresh().with("iat", iat).with("jti", jti).sign();
    let quoted = token(json!((now() - 5).to_string()), "x");
    assert_eq!(app.refresh(&quoted).await.status, 200);
    assert_eq!(app.refresh(&token(json!((now() + 60).to_string()), "x")).await.text(), INVALID);
    let nameless = token(json!(now()), "");
    assert_eq!(app.refresh(&nameless).await.text(), INVALID, "one logout would end every such token");
}

#[tokio::test]
async fn reads_no_body_under_an_over_long_content_type() {
    let app = TestApp::plain().await;
    let content_type = |length: usize| format!("application/json; x={}", "a".repeat(length));
    let ask = async |length: usize| {
        let request = Request::new("POST", "/api/token/refresh/").header("Content-Type", content_type(length));
        app.send(request.body(br#"{"refresh":"x"}"#)).await.status
    };
    assert_eq!((ask(9_000).await, ask(10_001).await), (401, 415));
}

#[tokio::test]
async fn rotates_once() {
    let app = TestApp::with(&ROTATE).await;
    let (first, _) = app.log_in().await;
    let second = text(&app.refresh(&first).await, "refresh");
    let again = app.refresh(&first).await;
    assert_eq!((again.status, again.text().as_str()), (401, BLACKLISTED));
    assert_eq!(app.refresh(&second).await.status, 200, "Simple JWT leaves the newer token alone");
}

/// Sixteen on four threads, let go at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lets_one_of_many_racers_win() {
    let app = Arc::new(TestApp::with(&ROTATE).await);
    for _ in 0..10 {
        let (first, _) = app.log_in().await;
        let (start, mut racers) = (Arc::new(Barrier::new(16)), JoinSet::new());
        for _ in 0..16 {
            let (app, start, first) = (Arc::clone(&app), Arc::clone(&start), first.clone());
            racers.spawn(async move {
                start.wait().await;
                app.refresh(&first).await
            });
        }
        let answers = racers.join_all().await;
        let (winners, losers): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(winners.len(), 1);
        assert!(losers.iter().all(|answer| (answer.status, answer.text().as_str()) == (401, BLACKLISTED)));
        assert_eq!(app.refresh(&text(winners[0], "refresh")).await.status, 200);
    }
}

#[tokio::test]
async fn rf_14_answers_a_repeated_request_within_the_grace_to_the_byte() {
    let app = TestApp::with(&[ROTATE[0], ROTATE[1], ("REFRESH_GRACE_SECONDS", "10")]).await;
    let (first, _) = app.log_in().await;
    let (one, two) = (app.refresh(&first).await, app.refresh(&first).await);
    assert_eq!((one.status, one.text()), (two.status, two.text()));
    assert_eq!(app.refresh(&text(&one, "refresh")).await.status, 200);
}

#[tokio::test]
async fn rf_03_ends_the_session_when_a_spent_token_comes_back() {
    let app = TestApp::with(&[ROTATE[0], ROTATE[1], ("REUSE_DETECTION", "true")]).await;
    let (first, _) = app.log_in().await;
    let (other, _) = app.log_in().await;
    let second = text(&app.refresh(&first).await, "refresh");
    assert_eq!(app.refresh(&first).await.text(), BLACKLISTED);
    assert_eq!(app.refresh(&second).await.text(), BLACKLISTED);
    assert_eq!(app.refresh(&other).await.status, 200, "another session lives on");
}

#[tokio::test]
async fn leaves_both_tokens_alive_without_blacklist_after_rotation() {
    let app = TestApp::with(&[ROTATE[0]]).await;
    let (first, _) = app.log_in().await;
    let second = text(&app.refresh(&first).await, "refresh");
    assert_eq!([app.refresh(&first).await.status, app.refresh(&second).await.status], [200, 200]);
}

#[tokio::test]
async fn adopts_a_token_from_before_the_move_once() {
    let app = TestApp::with(&ROTATE).await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let token = Claims::refresh().with("jti", jti).sign();
        let next = text(&app.refresh(&token).await, "refresh");
        assert_eq!(app.refresh(&token).await.text(), BLACKLISTED, "{jti}");
        assert_eq!(app.refresh(&next).await.status, 200, "{jti}");
    }
}

#[tokio::test]
async fn cl_27_copies_foreign_claims_and_no_others() {
    let app = TestApp::plain().await;
    let refresh = Claims::refresh().with("iat", now() - 9).with("jti", "0123456789ab4def8123456789abcdef");
    let refresh = refresh.with("tenant", json!({"a": [1, 1.5]})).sign();
    let access = claims(&text(&app.refresh(&refresh).await, "access"));
    assert_eq!(access["tenant"], json!({"a": [1, 1.5]}));
    assert_eq!(access["token_type"], "access");
    assert_eq!(access["iat"], now());
}

#[tokio::test]
async fn rf_19_refuses_users_who_are_gone_or_inactive() {
    let app = TestApp::plain().await;
    let body = r#"{"detail":"No active account found for the given token."}"#;
    for user_id in ["2", "99"] {
        let answer = app.refresh(&Claims::refresh().with("user_id", user_id).sign()).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, body));
    }
}

#[tokio::test]
async fn ct_25_refuses_garbage() {
    let app = TestApp::plain().await;
    let (refresh, access) = app.log_in().await;
    for token in ["abc", "é.é.é", &"a".repeat(20_000), &tampered(&refresh)] {
        let answer = app.refresh(token).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, INVALID));
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#));
    }
    assert_eq!(app.refresh(&access).await.text(), r#"{"detail":"Token has wrong type","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn ct_24_tells_an_expired_token() {
    let expired = Claims::refresh().with("exp", now() - 10).with("iat", now() - 60).sign();
    let answer = TestApp::plain().await.refresh(&expired).await;
    assert_eq!(answer.text(), r#"{"detail":"Token is expired","code":"token_not_valid"}"#);
}

#[tokio::test]
async fn cl_20_mints_nothing_for_nobody() {
    let answer = TestApp::plain().await.refresh(&Claims::refresh().without("user_id").sign()).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["detail"], "Token contained no recognizable user identification");
}

#[tokio::test]
async fn rf_21_ends_with_the_others_though_it_has_no_session() {
    for settings in [&[][..], &ROTATE, &[ROTATE[0]], &[("BLACKLIST_ENABLED", "false")]] {
        for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
            let app = TestApp::with(settings).await;
            let at = |iat: i64| Claims::refresh().with("iat", iat).with("jti", jti).sign();
            let (old, new) = (at(now() - 20), at(now() - 5));
            app.service.store.bump_epoch("1", now() - 10).await.unwrap();
            let answer = app.refresh(&old).await;
            assert_eq!((answer.status, answer.text().as_str()), (401, BLACKLISTED), "{settings:?} {jti}");
            assert_eq!(app.refresh(&new).await.status, 200, "{settings:?} {jti}");
        }
    }
}

#[tokio::test]
async fn serves_nobody_who_took_over_the_name_of_its_user() {
    for settings in [&[("USER_ID_FIELD", "username")][..], &[("USER_ID_FIELD", "username"), ROTATE[0], ROTATE[1]]] {
        let app = TestApp::with(settings).await;
        let (refresh, _) = app.log_in().await;
        app.service.store.rename("1", "alice", "alicia", 0).await.unwrap();
        app.service.store.create_user(&user("3", "alice", true)).await.unwrap();
        let answer = app.refresh(&refresh).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, BLACKLISTED), "{settings:?}");
    }
}

#[tokio::test]
async fn tells_of_the_user_as_they_are_now() {
    let claims = ("TOKEN_CLAIMS", "first_name,groups");
    for settings in [&[][..], &[ROTATE[0]], &ROTATE, &[("BLACKLIST_ENABLED", "false")]] {
        let app = TestApp::with(&[settings, &[claims]].concat()).await;
        let (refresh, access) = app.log_in().await;
        assert_eq!(crate::app::claims(&access)["first_name"], "", "{settings:?}");
        app.service.store.update_profile("1", "alice@example.com", "Alice", "", None).await.unwrap();
        let answer = app.refresh(&refresh).await;
        for token in ["access", "refresh"].iter().filter_map(|name| answer.json()[name].as_str().map(str::to_owned)) {
            assert_eq!(crate::app::claims(&token)["first_name"], "Alice", "{settings:?}");
        }
    }
}

#[tokio::test]
async fn rf_14_repeats_to_the_byte_what_the_user_was_like_then() {
    let grace = [("TOKEN_CLAIMS", "first_name"), ("REFRESH_GRACE_SECONDS", "30"), ("REFRESH_GRACE_USES", "9")];
    let app = TestApp::with(&[&ROTATE[..], &grace].concat()).await;
    let (refresh, _) = app.log_in().await;
    let name = async |name| app.service.store.update_profile("1", "alice@example.com", name, "", None).await.unwrap();
    name("Alice").await;
    let first = app.refresh(&refresh).await.text();
    assert_eq!(app.refresh(&refresh).await.text(), first);
    name("Alicia").await;
    assert_eq!(app.refresh(&refresh).await.text(), first, "the row says what was written anew");
    let next = crate::app::text(&app.refresh(&refresh).await, "refresh");
    let second = app.refresh(&next).await;
    assert_eq!(crate::app::claims(&crate::app::text(&second, "access"))["first_name"], "Alicia");
    name("").await;
    assert_eq!(app.refresh(&next).await.text(), second.text());
}

#[tokio::test]
async fn a_shorter_lifetime_ends_no_token_that_is_out_there() {
    let settings = [("REFRESH_TOKEN_LIFETIME", "1d")];
    for settings in [&settings[..], &[settings[0], ROTATE[0], ROTATE[1]]] {
        let app = TestApp::with(settings).await;
        let issued = app.now() - 60;
        let of_days = |days: i64| {
            let claims = Claims::refresh().with("iat", issued).with("exp", issued + days * 86_400);
            claims.with("jti", format!("of {days} days")).sign()
        };
        for days in [7, 365, 3_653] {
            assert_eq!(app.refresh(&of_days(days)).await.status, 200, "{days}");
        }
        assert_eq!(app.refresh(&of_days(3_654)).await.json()["detail"], "Token is invalid");
    }
}

/// Without BLACKLIST_AFTER_ROTATION each successor has a session of its own.
#[tokio::test]
async fn a_successor_of_a_successor_ends_with_the_login() {
    let settings = [("ROTATE_REFRESH_TOKENS", "true"), ("SESSION_MAX_LIFETIME", "10m")];
    let app = TestApp::with(&settings).await;
    let (mut token, _) = app.log_in().await;
    for _ in 0..3 {
        app.advance("2m");
        token = text(&app.refresh(&token).await, "refresh");
        assert_eq!(claims(&token)["exp"], now() + 600);
    }
}

#[tokio::test]
async fn a_token_that_has_no_session_is_refused_where_one_is_required() {
    for (required, status) in [("true", 401), ("false", 200)] {
        let app = TestApp::with(&[("REQUIRE_SESSION", required)]).await;
        assert_eq!(app.refresh(&Claims::refresh().sign()).await.status, status, "REQUIRE_SESSION={required}");
    }
}
