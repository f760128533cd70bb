//! `POST /api/token/`

use crate::app::{BLACKLISTED, NO_ACCOUNT, PASSWORD, TestApp, claims, not_valid, now, text, user};
use serde_json::json;
use tests::wire::Request;

#[tokio::test]
async fn ct_01_answers_a_refresh_and_an_access_token() {
    let app = TestApp::plain().await;
    let answer = app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["refresh", "access"]);
    let (refresh, access) = (claims(&text(&answer, "refresh")), claims(&text(&answer, "access")));
    assert_eq!([&refresh["iat"], &refresh["exp"]], [&json!(now()), &json!(now() + 86_400)]);
    assert_eq!([&access["iat"], &access["exp"]], [&json!(now()), &json!(now() + 300)]);
    assert_ne!(refresh["jti"], access["jti"]);
}

#[tokio::test]
async fn ct_02_writes_the_claims_of_simple_jwt_in_its_order() {
    let (refresh, access) = TestApp::plain().await.log_in().await;
    for (token, kind) in [(refresh, "refresh"), (access, "access")] {
        let claims = claims(&token);
        assert_eq!(claims.keys().collect::<Vec<_>>(), ["token_type", "exp", "iat", "jti", "user_id"]);
        assert_eq!((&claims["token_type"], &claims["user_id"]), (&json!(kind), &json!("1")));
    }
}

#[tokio::test]
async fn ct_04_answers_unknown_wrong_and_inactive_alike() {
    let app = TestApp::plain().await;
    for (name, password) in [("nobody", PASSWORD), ("alice", "wrong"), ("bob", PASSWORD), ("ALICE", PASSWORD)] {
        let answer = app.post("/api/token/", json!({"username": name, "password": password})).await;
        assert_eq!((answer.status, answer.text().as_str()), (401, NO_ACCOUNT), "{name}");
        assert_eq!(answer.header("x-amzn-remapped-www-authenticate"), answer.header("www-authenticate"));
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="api""#));
    }
}

#[tokio::test]
async fn ct_06_tells_every_missing_field_at_once() {
    let answer = TestApp::plain().await.post("/api/token/", json!({})).await;
    let body = r#"{"username":["This field is required."],"password":["This field is required."]}"#;
    assert_eq!((answer.status, answer.text().as_str()), (400, body));
}

#[tokio::test]
async fn ct_20_ignores_fields_that_it_did_not_ask_for() {
    let app = TestApp::plain().await;
    let body = json!({"username": "alice", "password": PASSWORD, "is_staff": true, "user_id": 99, "token_type": "x"});
    let access = text(&app.post("/api/token/", body).await, "access");
    assert_eq!(claims(&access)["user_id"], "1");
    assert_eq!(claims(&access).len(), 5);
}

#[tokio::test]
async fn ct_35_is_not_disturbed_by_a_bad_authorization_header() {
    let request = Request::json("/api/token/", &json!({"username": "alice", "password": PASSWORD}));
    assert_eq!(TestApp::plain().await.send(request.header("Authorization", "Bearer garbage")).await.status, 200);
}

#[tokio::test]
async fn takes_forms_with_and_without_a_trailing_slash() {
    let app = TestApp::plain().await;
    for path in ["/api/token/", "/api/token"] {
        let form = Request::new("POST", path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("username=alice&password=correct+horse+battery%20staple");
        assert_eq!(app.send(form).await.status, 200, "{path}");
        let parts = "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n\
                     --b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\ncorrect horse battery staple\r\n--b--\r\n";
        let multipart =
            Request::new("POST", path).header("Content-Type", "multipart/form-data; boundary=b").body(parts);
        assert_eq!(app.send(multipart).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn takes_a_password_as_it_was_typed() {
    let app = TestApp::plain().await;
    let answer = app.post("/api/token/", json!({"username": " alice ", "password": format!("{PASSWORD} ")})).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, NO_ACCOUNT));
    assert_eq!(app.post("/api/token/", json!({"username": " alice ", "password": PASSWORD})).await.status, 200);
}

#[tokio::test]
async fn pw_10_stores_todays_hash_in_place_of_yesterdays() {
    let app = TestApp::plain().await;
    let old = "pbkdf2_sha256$1000$salt000000000000000001$fbnXX4U9zozbfk+wO7b53W+08ejqxYITcngR35YcKdc=";
    app.service.store.set_password("1", old, None).await.unwrap();
    let body = json!({"username": "alice", "password": "alice-pass-1"});
    assert_eq!(app.post("/api/token/", body.clone()).await.status, 200);
    let stored = app.service.store.user("1").await.unwrap().unwrap().password;
    assert!(stored.starts_with("argon2$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_eq!(app.post("/api/token/", body).await.status, 200);
}

#[tokio::test]
async fn lets_in_four_at_once_who_all_store_the_same_new_hash() {
    let app = TestApp::plain().await;
    let old = "pbkdf2_sha256$1000$salt000000000000000001$fbnXX4U9zozbfk+wO7b53W+08ejqxYITcngR35YcKdc=";
    app.service.store.set_password("1", old, None).await.unwrap();
    let body = json!({"username": "alice", "password": "alice-pass-1"});
    let logins = [body.clone(), body.clone(), body.clone(), body].map(|body| app.post("/api/token/", body));
    let [a, b, c, d] = logins;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    assert_eq!([a, b, c, d].map(|answer| answer.status), [200; 4]);
}

#[tokio::test]
async fn writes_claims_and_fields_that_the_settings_name() {
    let settings =
        [("TOKEN_CLAIMS", "username,groups"), ("OBTAIN_FIELDS", "email"), ("AUDIENCE", "api"), ("ISSUER", "us")];
    let app = TestApp::with(&settings).await;
    let answer = app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(text(&answer, "email"), "alice@example.com");
    let claims = claims(&text(&answer, "access"));
    assert_eq!((&claims["username"], &claims["groups"]), (&json!("alice"), &json!([])));
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!("api"), &json!("us")));
}

#[tokio::test]
async fn rf_17_the_oldest_session_ends_when_there_are_too_many() {
    let app = TestApp::hardened(&[("MAX_SESSIONS_PER_USER", "2")]).await;
    let (first, first_access) = app.log_in().await;
    app.advance("1s");
    let (second, _) = app.log_in().await;
    let (third, _) = app.log_in().await;
    assert_eq!(app.refresh(&first).await.text(), BLACKLISTED);
    assert_eq!(app.hello(&first_access).await.text(), BLACKLISTED);
    assert_eq!([app.refresh(&second).await.status, app.refresh(&third).await.status], [200, 200]);
}

/// The hashers of a busy machine may answer 503 to some of them, who try again as they are told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rf_17_holds_when_fifty_log_in_at_once() {
    let app = TestApp::hardened(&[("MAX_SESSIONS_PER_USER", "5")]).await;
    let app = std::sync::Arc::new(app);
    let login = |_| {
        let app = std::sync::Arc::clone(&app);
        tokio::spawn(async move { let_in(&app).await })
    };
    let racers: Vec<_> = (0..50).map(login).collect();
    let mut tokens = Vec::new();
    for racer in racers {
        tokens.push(racer.await.unwrap());
    }
    let mut alive = 0;
    for token in &tokens {
        alive += usize::from(app.refresh(token).await.status == 200);
    }
    assert_eq!(alive, 5);
}

/// The refresh token of a login that is refused for want of time at most four times.
async fn let_in(app: &TestApp) -> String {
    for _ in 0..5 {
        let answer = app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
        match answer.status {
            503 => assert!(answer.header("retry-after").is_some(), "{}", answer.text()),
            status => {
                assert_eq!(status, 200, "{}", answer.text());
                return text(&answer, "refresh");
            }
        }
    }
    panic!("five times out of time");
}

#[tokio::test]
async fn sessions_end_in_time_however_often_they_are_refreshed() {
    let app = TestApp::hardened(&[("SESSION_MAX_LIFETIME", "6s")]).await;
    let (refresh, access) = app.log_in().await;
    let end = claims(&refresh)["exp"].as_i64().unwrap();
    assert_eq!((end, &claims(&access)["exp"]), (app.now() + 6, &json!(end)));
    app.advance("5s");
    let answer = app.refresh(&refresh).await;
    let (next, access) = (text(&answer, "refresh"), text(&answer, "access"));
    assert_eq!([&claims(&next)["exp"], &claims(&access)["exp"]], [&json!(end), &json!(end)]);
    assert_eq!(app.refresh(&refresh).await.text(), answer.text(), "the same again within the grace");
    assert_eq!(app.hello(&access).await.status, 200, "in its last second");
    app.advance("1s");
    assert_eq!(app.refresh(&next).await.json()["detail"], "Token is expired");
    assert_eq!(app.hello(&access).await.text(), not_valid("Token is expired"));
}

#[tokio::test]
async fn rf_16_a_session_that_is_not_refreshed_ends() {
    let lasts = |token: &str| claims(token)["exp"].as_i64().unwrap() - claims(token)["iat"].as_i64().unwrap();
    let app = TestApp::hardened(&[("SESSION_IDLE_LIFETIME", "1h")]).await;
    let (refresh, _) = app.log_in().await;
    let next = text(&app.refresh(&refresh).await, "refresh");
    assert_eq!([lasts(&refresh), lasts(&next)], [3600, 3600]);
    let app = TestApp::hardened(&[("SESSION_IDLE_LIFETIME", "1s")]).await;
    let (refresh, _) = app.log_in().await;
    app.advance("1s");
    assert_eq!(app.refresh(&refresh).await.json()["detail"], "Token is expired");
}

#[tokio::test]
async fn nobody_gets_a_token_that_is_too_long_to_be_verified() {
    let app = TestApp::with(&[("USER_ID_FIELD", "username")]).await;
    let name = "w".repeat(9_000);
    app.service.store.create_user(&user("9", &name, true)).await.unwrap();
    let answer = app.post("/api/token/", json!({"username": name, "password": PASSWORD})).await;
    let body = r#"{"detail":"The tokens of this user would be too large to be sent."}"#;
    assert_eq!((answer.status, answer.text().as_str(), answer.header("retry-after")), (403, body, None));
    assert_eq!(app.service.store.sessions_of("9").await.unwrap(), []);
}

/// The tokens of a user in so many groups. Each name takes 38 bytes of JSON.
async fn of_groups(count: usize, settings: &[(&str, &str)]) -> (TestApp, String) {
    let app = TestApp::with(&[&[("TOKEN_CLAIMS", "username,groups")], settings].concat()).await;
    let groups = (1..=count).map(|number| format!("department-{number:04}-readers-and-writers")).collect();
    let carol = store::User { groups, ..crate::app::user("3", "carol", true) };
    app.service.store.create_user(&carol).await.unwrap();
    let answer = app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let access = crate::app::text(&answer, "access");
    (app, access)
}

#[tokio::test]
async fn tells_as_many_groups_as_a_request_can_carry() {
    let (app, access) = of_groups(174, &[]).await;
    assert!((9_000..9_700).contains(&access.len()), "{}", access.len());
    assert_eq!(crate::app::claims(&access)["groups"].as_array().unwrap().len(), 174);
    assert_eq!(app.hello(&access).await.status, 200);
}

#[tokio::test]
async fn leaves_out_the_claim_that_no_request_could_carry() {
    for count in [175, 200, 5_000] {
        let (app, access) = of_groups(count, &[]).await;
        let claims = crate::app::claims(&access);
        assert_eq!((&claims["username"], claims.get("groups")), (&json!("carol"), None));
        assert_eq!(app.hello(&access).await.status, 200);
    }
}

/// Django's of some years ago.
const STALE: &str = "pbkdf2_sha256$1000$salt$nNr3AKmYFOXvzxzP+2VlPwJFPcGKllppLaQIvsodtc4=";

#[tokio::test]
async fn a_token_of_the_login_that_hashes_anew_outlives_that() {
    let app = TestApp::with(&[("CHECK_REVOKE_TOKEN", "true")]).await;
    app.service
        .store
        .create_user(&store::User { password: STALE.to_owned(), ..user("3", "carol", true) })
        .await
        .unwrap();
    let answer = app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await;
    assert_ne!(app.service.store.user("3").await.unwrap().unwrap().password, STALE);
    assert_eq!(app.hello(&text(&answer, "access")).await.status, 200);
    assert_eq!(app.refresh(&text(&answer, "refresh")).await.status, 200);
}
