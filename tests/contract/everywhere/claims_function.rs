//! CLAIMS_FUNCTION: claims by a team's own code, and no token where it does not say them.

use crate::{
    app::{PASSWORD, TestApp, claims, sid, text},
    cookies::cookie::{Browser, COOKIES},
};
use serde_json::{Value, json};
use tests::{claims_function::ClaimsFunction, events, wire::Answer};

const ANEW: (&str, &str) = ("CLAIMS_FUNCTION_AT_REFRESH", "true");
const AWAY: &str = r#"{"detail":"Service temporarily unavailable, try again later."}"#;

/// A service that asks a function, which says `tier`.
async fn app(settings: &[(&str, &str)]) -> (TestApp, ClaimsFunction) {
    events::listen();
    let function = ClaimsFunction::adding(json!({"tier": "gold"})).await;
    let app = TestApp::with(&[&[("CLAIMS_FUNCTION", &*function.url)], settings].concat()).await;
    (app, function)
}

/// The same in profile `hardened`.
async fn hardened(settings: &[(&str, &str)]) -> (TestApp, ClaimsFunction) {
    app(&[&tests::app::HARDENED, settings].concat()).await
}

async fn login(app: &TestApp, path: &str) -> Answer {
    app.post(path, json!({"username": "alice", "password": PASSWORD})).await
}

fn says(token: &str, name: &str) -> Value {
    claims(token).get(name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_login_asks_as_cognito_does_and_says_what_it_hears() {
    let (app, function) = app(&[("ISSUER", "https://id.example.com")]).await;
    let mut alice = app.service.store.user("1").await.unwrap().unwrap();
    alice.id = "7".to_owned();
    alice.username = "carol".to_owned();
    alice.groups = vec!["editors".to_owned()];
    let attributes = json!({"teams": ["red", "blue"], "level": 3, "beta": true, "role": "editor"});
    alice.attributes = store::Attributes::of_json(attributes.as_object().unwrap()).unwrap();
    app.service.store.create_user(&alice).await.unwrap();
    let answer = app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await;
    for token in [text(&answer, "access"), text(&answer, "refresh")] {
        assert_eq!(says(&token, "tier"), "gold");
    }
    let [event] = &function.asked()[..] else { panic!("asked once") };
    assert_eq!(
        *event,
        json!({
            "version": "2",
            "triggerSource": "TokenGeneration_Authentication",
            "region": "local",
            "userPoolId": "https://id.example.com",
            "userName": "carol",
            "callerContext": {"awsSdkVersion": "latchkey-0.2.0", "clientId": "latchkey"},
            "request": {
                "userAttributes": {
                    "sub": "7", "email": "alice@example.com",
                    "custom:is_active": "true", "custom:is_staff": "false", "custom:is_superuser": "false",
                    "custom:beta": "true", "custom:level": "3", "custom:role": "editor", "custom:teams": r#"["red","blue"]"#,
                },
                "groupConfiguration": {"groupsToOverride": ["editors"], "iamRolesToOverride": [], "preferredRole": null},
                "scopes": [],
            },
            "response": {"claimsAndScopeOverrideDetails": null},
        })
    );
}

#[tokio::test]
async fn who_is_not_let_in_is_not_asked_about() {
    let (app, function) = app(&[]).await;
    assert_eq!(app.post("/api/token/", json!({"username": "alice", "password": "wrong"})).await.status, 401);
    assert_eq!(app.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await.status, 401);
    assert_eq!(function.asked(), [Value::Null; 0]);
}

#[tokio::test]
async fn a_refresh_keeps_what_the_login_heard() {
    for settings in [&[][..], &[("ROTATE_REFRESH_TOKENS", "true")], &tests::app::HARDENED] {
        let (app, function) = app(&[&[("TOKEN_CLAIMS", "username")], settings].concat()).await;
        let (refresh, _) = app.log_in().await;
        function.add(json!({"tier": "silver"}));
        let answer = app.refresh(&refresh).await;
        assert_eq!(says(&text(&answer, "access"), "tier"), "gold", "{settings:?}");
        assert_eq!(function.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_refresh_may_ask_anew_and_forgets_what_it_does_not_hear_again() {
    let kinds = [&[][..], &[("ROTATE_REFRESH_TOKENS", "true")], &tests::app::HARDENED];
    for settings in kinds {
        let (app, function) = app(&[&[ANEW, ("TOKEN_CLAIMS", "username")], settings].concat()).await;
        function.add(json!({"tier": "gold", "trial": true}));
        let (refresh, access) = app.log_in().await;
        assert_eq!((says(&access, "tier"), says(&access, "trial")), (json!("gold"), json!(true)));
        function.add(json!({"tier": "silver"}));
        let answer = app.refresh(&refresh).await;
        let access = text(&answer, "access");
        assert_eq!(says(&access, "tier"), "silver", "{settings:?}");
        assert!(!claims(&access).contains_key("trial"), "{settings:?}");
        assert_eq!((says(&access, "username"), says(&access, "user_id")), (json!("alice"), json!("1")));
        assert_eq!(function.asked()[1]["triggerSource"], "TokenGeneration_RefreshTokens");
        if let Some(next) = answer.json()["refresh"].as_str() {
            function.add(json!({}));
            assert!(!claims(&text(&app.refresh(next).await, "access")).contains_key("tier"), "{settings:?}");
        }
    }
}

#[tokio::test]
async fn within_the_grace_the_answer_is_the_same_whatever_the_function_says_now() {
    let (app, function) = hardened(&[ANEW]).await;
    let (refresh, _) = app.log_in().await;
    function.add(json!({"tier": "silver"}));
    let first = app.refresh(&refresh).await;
    function.add(json!({"tier": "bronze", "other": 1}));
    assert_eq!(app.refresh(&refresh).await.text(), first.text());
    function.answer(500, "");
    assert_eq!(app.refresh(&refresh).await.text(), first.text(), "and whether it answers at all");
    assert_eq!(says(&text(&first, "access"), "tier"), "silver");
}

#[tokio::test]
async fn a_token_that_gets_no_successor_is_not_asked_about() {
    let (app, function) = hardened(&[ANEW]).await;
    let (refresh, _) = app.log_in().await;
    let next = text(&app.refresh(&refresh).await, "refresh");
    function.answer(500, "");
    let asked = function.asked().len();
    app.advance("1m");
    let refused = app.refresh(&refresh).await;
    assert_eq!((refused.status, refused.text().as_str()), (401, tests::app::BLACKLISTED), "a theft is told at once");
    assert_eq!(app.refresh(&next).await.status, 401, "and its session has ended");
    assert_eq!(function.asked().len(), asked);
}

#[tokio::test]
async fn without_its_claims_there_is_no_token_and_nothing_is_spent() {
    let (app, function) = hardened(&[ANEW]).await;
    let (refresh, access) = app.log_in().await;
    function.answer(500, "alice's secret");
    for answer in
        [login(&app, "/api/token/").await, login(&app, "/api/token/sliding/").await, app.refresh(&refresh).await]
    {
        assert_eq!((answer.status, answer.text().as_str(), answer.header("retry-after")), (503, AWAY, Some("1")));
    }
    assert_eq!(app.hello(&access).await.status, 200);
    assert_eq!(app.service.store.sessions_of("1").await.unwrap().len(), 1, "no session was begun");
    function.add(json!({"tier": "silver"}));
    assert_eq!(says(&text(&app.refresh(&refresh).await, "access"), "tier"), "silver", "the token was not spent");
    let told = events::heard("claims_function_failed", "detail", "the answer is 500");
    assert!(!told.is_empty() && told.iter().all(|event| event["cause"] == "refused" && event["at"].is_i64()));
    assert!(!format!("{told:?}").contains("alice"));
}

#[tokio::test]
async fn an_answer_that_no_token_can_say_is_none() {
    let (app, function) = app(&[("TOKEN_CLAIMS", "role")]).await;
    let own = [
        "aud",
        "exp",
        "iat",
        "iss",
        "jti",
        "nbf",
        "sub",
        "token_type",
        "user_id",
        "refresh_exp",
        "hash_password",
        "remember",
        "latchkey_epoch",
    ];
    for name in own.into_iter().chain(["role", "", "a b", "caf\u{e9}"]) {
        function.add(json!({name: 1}));
        assert_eq!(login(&app, "/api/token/").await.status, 503, "{name}");
        function.generate(json!({"claimsToSuppress": [name]}));
        assert_eq!(login(&app, "/api/token/").await.status, 503, "{name}");
    }
    for value in [json!(null), json!("x".repeat(6_656)), json!(1e300), json!([[[[[[[[[1]]]]]]]]])] {
        function.add(json!({"tier": value}));
        assert_eq!(login(&app, "/api/token/").await.status, 503, "{value}");
    }
    for body in ["", "null", "{}", r#"{"errorMessage":"x"}"#, "<html>"] {
        function.answer(200, body);
        assert_eq!(login(&app, "/api/token/").await.status, 503, "{body}");
    }
    function.answer(200, &json!({"response": {"x": "x".repeat(70_000)}}).to_string());
    assert_eq!(login(&app, "/api/token/").await.status, 503);
    assert_eq!(app.service.store.sessions_of("1").await.unwrap(), []);
}

#[tokio::test]
async fn a_claim_of_token_claims_is_overridden_or_taken_away_where_every_refresh_asks() {
    let (app, function) = app(&[ANEW, ("TOKEN_CLAIMS", "username,email")]).await;
    function
        .generate(json!({"claimsToAddOrOverride": {"username": "Alice A."}, "claimsToSuppress": ["email", "nothing"]}));
    let (refresh, access) = app.log_in().await;
    let renewed = text(&app.refresh(&refresh).await, "access");
    for token in [access, renewed] {
        assert_eq!(says(&token, "username"), "Alice A.");
        assert!(!claims(&token).contains_key("email"));
    }
    function.generate(json!({}));
    let back = text(&app.refresh(&refresh).await, "access");
    assert_eq!((says(&back, "username"), says(&back, "email")), (json!("alice"), json!("alice@example.com")));
}

#[tokio::test]
async fn token_claims_make_room_for_what_the_function_says() {
    let (app, function) = app(&[("TOKEN_CLAIMS", "email,username")]).await;
    function.add(json!({"tier": "x".repeat(6_656 - r#"{"tier":""}"#.len())}));
    let (refresh, access) = app.log_in().await;
    for token in [access, text(&app.refresh(&refresh).await, "access")] {
        assert_eq!(says(&token, "tier").as_str().unwrap().len(), 6_645);
        assert!(!claims(&token).contains_key("email") && !claims(&token).contains_key("username"));
        assert_eq!(app.hello(&token).await.status, 200);
    }
}

#[tokio::test]
async fn a_cookie_carries_less() {
    let (app, function) = app(&[COOKIES]).await;
    function.add(json!({"tier": "x".repeat(2_049)}));
    let mut browser = Browser::before(&app);
    let answer = browser.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    assert_eq!(answer.status, 503);
    function.add(json!({"tier": "x".repeat(2_000)}));
    Browser::of_alice(&app).await;
}

#[tokio::test]
async fn a_sliding_token_says_it_too() {
    let (app, function) = app(&[ANEW]).await;
    let token = text(&login(&app, "/api/token/sliding/").await, "token");
    assert_eq!(says(&token, "tier"), "gold");
    function.add(json!({"level": 2}));
    let renewed = text(&app.post("/api/token/sliding/refresh/", json!({"token": token})).await, "token");
    assert_eq!((says(&renewed, "level"), claims(&renewed).contains_key("tier")), (json!(2), false));
    assert_eq!(sid(&renewed), sid(&token));
    app.service.store.delete_user("1", app.now()).await.unwrap();
    let answer = app.post("/api/token/sliding/refresh/", json!({"token": renewed})).await;
    assert_eq!((answer.status, function.asked().len()), (401, 2), "there is nobody to ask about");
}

#[tokio::test]
async fn legacy_tokens_say_it_too() {
    for settings in [&[][..], &[ANEW]] {
        let (app, function) =
            app(&[&[("LEGACY", "drf-jwt"), ("JWT_SECRET_KEY", tests::app::SECRET)], settings].concat()).await;
        let token = text(&login(&app, "/api-token-auth/").await, "token");
        assert_eq!((says(&token, "tier"), says(&token, "username")), (json!("gold"), json!("alice")));
        function.add(json!({"tier": "silver"}));
        let renewed = text(&app.post("/api-token-refresh/", json!({"token": token})).await, "token");
        assert_eq!((says(&renewed, "tier"), says(&renewed, "orig_jti")), (json!("silver"), says(&token, "jti")));
        for name in ["orig_iat", "orig_jti", "username", "email", "exp", "latchkey_epoch"] {
            function.add(json!({name: 1}));
            assert_eq!(login(&app, "/api-token-auth/").await.status, 503, "{name}");
        }
    }
}

/// The packages make each payload from nothing: what a handler of Django's once wrote into it is no claim of the next token.
#[tokio::test]
async fn a_legacy_refresh_keeps_no_claim_of_an_older_token() {
    let (app, _) = app(&[("LEGACY", "drf-jwt"), ("JWT_SECRET_KEY", tests::app::SECRET)]).await;
    let mut old = claims(&text(&login(&app, "/api-token-auth/").await, "token"));
    old.insert("role".to_owned(), json!("admin"));
    let old = crate::app::forged(Value::Object(old));
    let renewed = text(&app.post("/api-token-refresh/", json!({ "token": old })).await, "token");
    assert_eq!((says(&renewed, "role"), says(&renewed, "tier")), (Value::Null, json!("gold")));
}

#[tokio::test]
async fn the_authorizer_hands_on_what_token_claims_names_too() {
    let (app, function) = app(&[ANEW, ("TOKEN_CLAIMS", "tier")]).await;
    let (_, access) = app.log_in().await;
    assert_eq!(says(&access, "tier"), "gold");
    assert_eq!(app.hello(&access).await.status, 200);
    function.add(json!({}));
    let (_, access) = app.log_in().await;
    assert!(!claims(&access).contains_key("tier"));
}

#[tokio::test]
async fn local_mode_asks_nobody_on_aws() {
    let function =
        ("CLAIMS_FUNCTION".to_owned(), "arn:aws:lambda:eu-central-1:123456789012:function:claims".to_owned());
    let refused = tests::service::Service::start(&[function]).await.err().unwrap();
    assert!(refused.starts_with("CLAIMS_FUNCTION: is a function on AWS"), "{refused}");
}
