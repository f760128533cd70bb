//! The further fields of a user: in tokens, in answers, and where their owner may write them.

use crate::app::{PASSWORD, TestApp, claims, text, user};
use serde_json::{Value, json};
use store::{Attributes, User};
use tests::wire::{Answer, Request};

const CLAIMS: (&str, &str) = ("TOKEN_CLAIMS", "username,role,tenant=tenant_id");

fn attributes(members: Value) -> Attributes {
    Attributes::of_json(members.as_object().unwrap()).unwrap()
}

/// A app with carol, who has these attributes.
async fn with(members: Value, settings: &[(&str, &str)]) -> TestApp {
    let app = TestApp::with(&[&[CLAIMS], settings].concat()).await;
    let carol = User { attributes: attributes(members), ..user("3", "carol", true) };
    app.service.store.create_user(&carol).await.unwrap();
    app
}

async fn log_in(app: &TestApp) -> Answer {
    let answer = app.post("/api/token/", json!({"username": "carol", "password": PASSWORD})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

async fn change(app: &TestApp, members: Value) {
    let user = app.service.store.user("3").await.unwrap().unwrap();
    let wanted = User { attributes: attributes(members), ..user.clone() };
    app.service.store.set_rights(&user, &wanted, None).await.unwrap();
}

async fn patch(app: &TestApp, access: &str, body: Value) -> Answer {
    let request = Request::new("PATCH", "/api/user/").header("Authorization", format!("Bearer {access}"));
    app.send(request.header("Content-Type", "application/json").body(body.to_string())).await
}

#[tokio::test]
async fn become_claims_under_their_own_names_or_others() {
    let app = with(json!({"role": "editor", "tenant_id": 7, "phone": "1"}), &[]).await;
    let answer = log_in(&app).await;
    for token in ["access", "refresh"] {
        let claims = claims(&text(&answer, token));
        assert_eq!((&claims["role"], &claims["tenant"]), (&json!("editor"), &json!(7)), "{token}");
        assert!(!claims.contains_key("tenant_id") && !claims.contains_key("phone"), "{token}");
    }
}

#[tokio::test]
async fn that_a_user_is_without_are_no_claims_and_null_in_the_answer() {
    let app = with(json!({}), &[("OBTAIN_FIELDS", "email,role,plan")]).await;
    let answer = log_in(&app).await;
    assert!(!claims(&text(&answer, "access")).contains_key("role"));
    assert_eq!(answer.json()["email"], "carol@example.com");
    assert_eq!(answer.json().get("role"), Some(&Value::Null));
}

#[tokio::test]
async fn are_written_anew_at_every_refresh() {
    let rotating = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
    let branching = [("ROTATE_REFRESH_TOKENS", "true")];
    for settings in [&[][..], &rotating, &branching] {
        let app = with(json!({"role": "admin", "tenant_id": "t1"}), settings).await;
        let refresh = text(&log_in(&app).await, "refresh");
        change(&app, json!({"role": "reader"})).await;
        let answer = app.refresh(&refresh).await;
        let now = claims(&text(&answer, "access"));
        assert_eq!(now["role"], "reader", "{settings:?}");
        assert!(!now.contains_key("tenant"), "{settings:?}");
        let Some(next) = answer.json()["refresh"].as_str().map(str::to_owned) else { continue };
        assert!(!claims(&next).contains_key("tenant"), "{settings:?}");
        change(&app, json!({"tenant_id": "t2"})).await;
        let now = claims(&text(&app.refresh(&next).await, "access"));
        assert_eq!((now.get("role"), &now["tenant"]), (None, &json!("t2")), "{settings:?}");
    }
}

#[tokio::test]
async fn are_repeated_within_the_grace_as_they_were_told_first() {
    let grace = ("REFRESH_GRACE_SECONDS", "10");
    let settings = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true"), grace];
    let app = with(json!({"role": "admin", "tenant_id": "t1"}), &settings).await;
    let refresh = text(&log_in(&app).await, "refresh");
    change(&app, json!({"tenant_id": "t1", "plan": "x"})).await;
    let first = app.refresh(&refresh).await;
    change(&app, json!({"role": "admin"})).await;
    assert_eq!(app.refresh(&refresh).await.text(), first.text());
}

#[tokio::test]
async fn are_handed_on_by_the_authorizer_as_flat_text() {
    let settings = [("TOKEN_CLAIMS", "role,tags,level,tenant=tenant_id")];
    let app = with(json!({"role": "editor", "tags": ["a", "b"], "level": 2.5, "tenant_id": true}), &settings).await;
    let access = text(&log_in(&app).await, "access");
    assert_eq!(app.hello(&access).await.status, 200);
}

#[tokio::test]
async fn that_no_request_could_carry_are_left_out() {
    let app = with(json!({"role": "x".repeat(10_000), "tenant_id": "t1"}), &[]).await;
    let access = text(&log_in(&app).await, "access");
    assert_eq!((claims(&access).get("role"), &claims(&access)["tenant"]), (None, &json!("t1")));
    assert_eq!(app.hello(&access).await.status, 200);
}

#[tokio::test]
async fn are_shown_to_their_owner() {
    let app = with(json!({"role": "editor", "tags": ["a"]}), &[]).await;
    let access = text(&log_in(&app).await, "access");
    let answer = app.send(Request::bearer("/api/user/", &access)).await;
    assert_eq!((&answer.json()["role"], &answer.json()["tags"]), (&json!("editor"), &json!(["a"])));
    assert_eq!(answer.json()["username"], "carol");
}

#[tokio::test]
async fn are_written_by_their_owner_where_that_is_set() {
    let app =
        with(json!({"role": "editor", "level": 1}), &[("USER_WRITABLE_ATTRIBUTES", "phone,level,first_name")]).await;
    let access = text(&log_in(&app).await, "access");
    let body = json!({"phone": "0171", "level": 2, "first_name": " Carol ", "role": "admin", "is_staff": true, "last_name": "X"});
    let answer = patch(&app, &access, body).await;
    assert_eq!((answer.status, answer.header("allow")), (200, Some("GET, PATCH, HEAD, OPTIONS")), "{}", answer.text());
    let user = app.service.store.user("3").await.unwrap().unwrap();
    assert_eq!(user.attributes, attributes(json!({"role": "editor", "level": 2, "phone": "0171"})));
    assert_eq!((user.first_name.as_str(), user.last_name.as_str(), user.is_staff), ("Carol", "", false));
    assert_eq!((&answer.json()["phone"], &answer.json()["first_name"]), (&json!("0171"), &json!("Carol")));
    assert_eq!(patch(&app, &access, json!({"phone": null})).await.json().get("phone"), None);
}

#[tokio::test]
async fn keep_their_type_and_their_bounds_when_their_owner_writes() {
    let app = with(json!({"level": 1}), &[("USER_WRITABLE_ATTRIBUTES", "phone,level")]).await;
    let access = text(&log_in(&app).await, "access");
    for (body, told) in [
        (json!({"level": "2"}), r#"{"level":["Not a valid number."]}"#),
        (json!({"phone": {"a": 1}}), r#"{"phone":["Not a valid value."]}"#),
        (json!({"phone": "a\u{0}"}), r#"{"phone":["Null characters are not allowed."]}"#),
        (json!({"phone": ["a", "b\u{0}"]}), r#"{"phone":["Null characters are not allowed."]}"#),
        (json!({"phone": "x".repeat(17_000)}), r#"{"phone":["The attributes take more than 16 KiB together."]}"#),
    ] {
        let answer = patch(&app, &access, body).await;
        assert_eq!((answer.status, answer.text().as_str()), (400, told));
    }
    let user = app.service.store.user("3").await.unwrap().unwrap();
    assert_eq!(user.attributes, attributes(json!({"level": 1})));
}

#[tokio::test]
async fn are_written_by_nobody_where_nothing_is_set() {
    let app = with(json!({}), &[]).await;
    let access = text(&log_in(&app).await, "access");
    let answer = patch(&app, &access, json!({"phone": "1"})).await;
    assert_eq!((answer.status, answer.text().as_str()), (405, r#"{"detail":"Method \"PATCH\" not allowed."}"#));
}
