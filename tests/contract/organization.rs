//! `/api/organizations/{id}/`: `GET`, `PUT`, `PATCH` and `DELETE`

use crate::app::{NOT_PROVIDED, PASSWORD, TestApp, text};
use serde_json::{Value, json};
use tests::wire::{Answer, Request};

const NOT_FOUND: &str = r#"{"detail":"Not found."}"#;

async fn ask(app: &TestApp, token: &str, method: &str, id: &str, body: Value) -> Answer {
    let request = Request::new(method, &format!("/api/organizations/{id}"));
    let request = request.header("Authorization", format!("Bearer {token}"));
    let request = if body.is_null() {
        request
    } else {
        request.header("Content-Type", "application/json").body(body.to_string())
    };
    app.send(request).await
}

async fn add(app: &TestApp, token: &str, name: &str) -> Value {
    let body = json!({"name": name, "description": "old"});
    let request = Request::json("/api/organizations/", &body).header("Authorization", format!("Bearer {token}"));
    let answer = app.send(request).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["data"].clone()
}

/// Alice's access token, and the organization Acme of hers.
async fn acme() -> (TestApp, String, Value) {
    let app = TestApp::plain().await;
    let (_, access) = app.log_in().await;
    let acme = add(&app, &access, "Acme").await;
    (app, access, acme)
}

fn id(organization: &Value) -> &str {
    organization["id"].as_str().unwrap()
}

#[tokio::test]
async fn shows_one_with_and_without_the_slash() {
    let (app, access, acme) = acme().await;
    for path in [format!("{}/", id(&acme)), id(&acme).to_owned()] {
        let answer = ask(&app, &access, "GET", &path, Value::Null).await;
        assert_eq!((answer.status, answer.json()), (200, acme.clone()));
        assert_eq!(answer.header("allow"), Some("GET, PUT, PATCH, DELETE, HEAD, OPTIONS"));
    }
    let described = ask(&app, &access, "OPTIONS", id(&acme), Value::Null).await.json();
    assert_eq!(described["actions"]["PUT"]["name"]["required"], true);
}

#[tokio::test]
async fn patch_changes_what_it_names_and_put_wants_a_name() {
    let (app, access, acme) = acme().await;
    let changed = ask(&app, &access, "PATCH", id(&acme), json!({"description": "new"})).await;
    assert_eq!((changed.status, &changed.json()["name"]), (200, &json!("Acme")));
    assert_eq!(changed.json()["description"], "new");
    let refused = ask(&app, &access, "PUT", id(&acme), json!({"description": "newer"})).await;
    assert_eq!((refused.status, refused.text().as_str()), (400, r#"{"name":["This field is required."]}"#));
    let replaced = ask(&app, &access, "PUT", id(&acme), json!({"name": "ACME", "description": ""})).await;
    assert_eq!((replaced.status, &replaced.json()["name"]), (200, &json!("ACME")));
    let shown = ask(&app, &access, "GET", id(&acme), Value::Null).await;
    assert_eq!((shown.json(), &shown.json()["description"]), (replaced.json(), &json!("")));
    assert_eq!(shown.json()["created_at"], acme["created_at"]);
}

#[tokio::test]
async fn what_is_so_already_is_not_written_again() {
    let (app, access, acme) = acme().await;
    app.advance("1s");
    for (method, body) in [("PATCH", json!({})), ("PUT", json!({"name": "Acme"})), ("PATCH", json!({"name": "Acme"}))] {
        let answer = ask(&app, &access, method, id(&acme), body).await;
        assert_eq!((answer.status, answer.json()), (200, acme.clone()));
    }
    let changed = ask(&app, &access, "PATCH", id(&acme), json!({"name": "Other"})).await.json();
    assert_ne!(changed["updated_at"], acme["updated_at"]);
}

#[tokio::test]
async fn a_new_name_must_be_free_and_the_old_one_is_then() {
    let (app, access, acme) = acme().await;
    let zenith = add(&app, &access, "Zenith").await;
    let refused = ask(&app, &access, "PATCH", id(&zenith), json!({"name": "ACME"})).await;
    let taken = r#"{"name":["organization with this name already exists."]}"#;
    assert_eq!((refused.status, refused.text().as_str()), (400, taken));
    assert_eq!(ask(&app, &access, "PATCH", id(&acme), json!({"name": "Apex"})).await.status, 200);
    let renamed = ask(&app, &access, "PATCH", id(&zenith), json!({"name": "ACME"})).await;
    assert_eq!((renamed.status, &renamed.json()["name"]), (200, &json!("ACME")));
}

#[tokio::test]
async fn deletes_one_and_frees_its_name() {
    let (app, access, acme) = acme().await;
    let answer = ask(&app, &access, "DELETE", id(&acme), Value::Null).await;
    assert_eq!((answer.status, answer.text().as_str(), answer.header("content-type")), (204, "", None));
    for method in ["DELETE", "GET"] {
        let answer = ask(&app, &access, method, id(&acme), Value::Null).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND), "{method}");
    }
    assert_ne!(add(&app, &access, "Acme").await["id"], acme["id"]);
}

#[tokio::test]
async fn anothers_is_not_found_whatever_is_asked() {
    let (app, access, acme) = acme().await;
    app.service.store.set_active("2", true, None).await.unwrap();
    let bob = app.post("/api/token/", json!({"username": "bob", "password": PASSWORD})).await;
    let bob = text(&bob, "access");
    for (method, body) in
        [("GET", Value::Null), ("PUT", json!({"name": "x"})), ("PATCH", json!({})), ("DELETE", Value::Null)]
    {
        let answer = ask(&app, &bob, method, id(&acme), body).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND), "{method}");
    }
    assert_eq!(ask(&app, &access, "GET", id(&acme), Value::Null).await.json(), acme);
}

#[tokio::test]
async fn what_is_no_id_is_not_found() {
    let (app, access, _) = acme().await;
    let long = "0".repeat(2_000);
    for id in ["x", "%00", "name%23acme", &long, "00000000-0000-0000-0000-000000000000"] {
        let answer = ask(&app, &access, "GET", &format!("{id}/"), Value::Null).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, NOT_FOUND), "{id}");
    }
}

/// Each reads the whole and writes the whole: a blind write would take the other's change back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_does_not_undo_another_that_was_made_meanwhile() {
    let (app, access, acme) = acme().await;
    let app = std::sync::Arc::new(app);
    for round in 0..5 {
        let change = |body: Value| {
            let (app, access, id) = (std::sync::Arc::clone(&app), access.clone(), id(&acme).to_owned());
            tokio::spawn(async move { ask(&app, &access, "PATCH", &id, body).await.status })
        };
        let (name, description) = (format!("name {round}"), format!("description {round}"));
        let (one, other) = (change(json!({"name": name})), change(json!({"description": description})));
        assert_eq!((one.await.unwrap(), other.await.unwrap()), (200, 200));
        let shown = ask(&app, &access, "GET", id(&acme), Value::Null).await.json();
        assert_eq!((&shown["name"], &shown["description"]), (&json!(name), &json!(description)));
    }
}

#[tokio::test]
async fn asks_who_it_is() {
    let (app, access, acme) = acme().await;
    let path = format!("/api/organizations/{}/", id(&acme));
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert_eq!(app.send(Request::new(method, &path)).await.text(), NOT_PROVIDED, "{method}");
    }
    assert_eq!(ask(&app, &access, "POST", id(&acme), json!({})).await.status, 405);
}
