//! `GET /operator/mails` and `/operator/events`: what the console of local mode shows to superusers alone.

use crate::app::{PASSWORD, TestApp, text, user};
use serde_json::json;
use store::User;
use tests::wire::Request;

const PATHS: [&str; 2] = ["/operator/mails", "/operator/events"];

/// A service that mails links, and the access token of its superuser.
async fn operated() -> (TestApp, String) {
    let mailing = [
        ("ACCOUNTS", "djoser"),
        ("SEND_ACTIVATION_EMAIL", "true"),
        ("DOMAIN", "localhost"),
        ("ACTIVATION_URL", "activate/{uid}/{token}"),
    ];
    let app = TestApp::with(&mailing).await;
    app.service.store.create_user(&User { is_superuser: true, ..user("3", "root", true) }).await.unwrap();
    let login = app.post("/api/token/", json!({"username": "root", "password": PASSWORD})).await;
    (app, text(&login, "access"))
}

#[tokio::test]
async fn shows_a_superuser_the_mails_with_their_links() {
    let (app, root) = operated().await;
    assert_eq!(app.send(Request::bearer("/operator/mails", &root)).await.json(), json!([]));
    let body = json!({"username": "carol", "email": "carol@example.com", "password": "Zx9-quartz-lamp"});
    assert_eq!(app.post("/auth/users/", body).await.status, 201);
    let mails = app.send(Request::bearer("/operator/mails", &root)).await.json();
    assert_eq!((&mails[0]["kind"], &mails[0]["state"]), (&json!("activation"), &json!("waiting")));
    assert_eq!(mails[0]["messages"][0]["to"], "carol@example.com");
    assert!(mails[0]["messages"][0]["text"].as_str().unwrap().contains("//localhost/activate/"), "{mails}");
    assert_eq!(app.send(Request::bearer("/operator/events", &root)).await.json(), json!([]), "memory keeps none");
}

#[tokio::test]
async fn shows_nothing_to_anybody_else() {
    let (app, root) = operated().await;
    let (_, alice) = app.log_in().await;
    for path in PATHS {
        assert_eq!(app.send(Request::new("GET", path)).await.status, 401, "{path}");
        assert_eq!(app.send(Request::bearer(path, "e30.e30.e30")).await.status, 401, "{path}");
        let refused = app.send(Request::bearer(path, &alice)).await;
        assert_eq!(refused.json(), json!({"detail": "You do not have permission to perform this action."}));
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, None), "{path}");
        let elsewhere = Request::bearer(path, &root).header("Host", "evil.test");
        assert_eq!(app.send(elsewhere).await.status, 404, "{path}: another page's name leads here");
        let written = Request::new("POST", path).header("Authorization", format!("Bearer {root}"));
        assert_eq!(app.send(written).await.status, 404, "{path}");
    }
    app.service.store.set_active("3", false, None).await.unwrap();
    assert_eq!(app.send(Request::bearer(PATHS[0], &root)).await.status, 401, "the row says what holds now");
}
