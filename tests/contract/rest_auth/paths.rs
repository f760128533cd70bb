//! The paths that packages of ACCOUNTS have for Simple JWT's own views.

use crate::app::{PASSWORD, TestApp, text};
use serde_json::json;
use tests::accounts::{djoser, rest_auth};

#[tokio::test]
async fn djosers_lead_to_the_endpoints_of_tokens() {
    let app = djoser(&[]).await;
    for slash in ["/", ""] {
        let login =
            app.post(&format!("/auth/jwt/create{slash}"), json!({"username": "alice", "password": PASSWORD})).await;
        assert_eq!(login.status, 200, "{}", login.text());
        let refresh = json!({"refresh": text(&login, "refresh")});
        let token = text(&app.post(&format!("/auth/jwt/refresh{slash}"), refresh).await, "access");
        assert_eq!(app.post(&format!("/auth/jwt/verify{slash}"), json!({"token": token})).await.text(), "{}");
    }
}

#[tokio::test]
async fn each_package_has_its_own_alone() {
    let paths = ["/auth/jwt/create/", "/auth/jwt/refresh/", "/auth/jwt/verify/", "/dj-rest-auth/token/verify/"];
    let both = TestApp::with(&[("ACCOUNTS", "djoser,dj-rest-auth")]).await;
    for (app, known) in [
        (TestApp::plain().await, [false; 4]),
        (djoser(&[]).await, [true, true, true, false]),
        (rest_auth(&[]).await, [false, false, false, true]),
        (both, [true; 4]),
    ] {
        for (path, known) in paths.into_iter().zip(known) {
            assert_eq!(app.post(path, json!({})).await.status != 404, known, "{path}");
        }
    }
}

#[tokio::test]
async fn the_other_packages_endpoints_are_unknown() {
    for (app, path) in [
        (djoser(&[]).await, "/dj-rest-auth/login/"),
        (rest_auth(&[]).await, "/auth/users/"),
        (TestApp::plain().await, "/dj-rest-auth/registration/"),
    ] {
        assert_eq!(app.post(path, json!({})).await.status, 404, "{path}");
    }
}
