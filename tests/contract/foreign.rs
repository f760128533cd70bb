//! Tokens of another issuer, whose keys come from JWK_URL: they open doors, and become nothing else.

use crate::app::{BLACKLISTED, INVALID, TestApp, not_valid, now, user};
use serde_json::{Value, json};
use tests::{
    forge,
    service::{Service, publish},
    wire::Request,
};
use token::{Algorithm, Key, KeySet};

/// The other issuer's one key.
fn theirs() -> Key {
    Key::generate(Algorithm::ES256, Some("theirs".to_owned()), &[5; 32]).unwrap()
}

/// A service that trusts the other issuer, with a key of its own, and these settings.
async fn trusting(settings: &[(&str, &str)]) -> TestApp {
    let published = KeySet::new(vec![theirs()]).unwrap().jwks(0).to_string();
    let issuer = publish(vec![("/jwks.json", 200, published)]).await;
    let url = format!("http://{issuer}/jwks.json");
    let trusted = [("ALGORITHM", "ES256"), ("JWK_URL", &*url), ("OAUTH_CLIENTS", "app:0123456789abcdef-a-secret")];
    let variables = trusted.iter().chain(settings).map(|(name, value)| (name.to_string(), value.to_string()));
    let own = Key::generate(Algorithm::ES256, Some("ours".to_owned()), &[6; 32]).unwrap();
    let service = Service::with_keys(&variables.collect::<Vec<_>>(), KeySet::new(vec![own]).unwrap()).await.unwrap();
    service.store.create_user(&user("1", "alice", true)).await.unwrap();
    TestApp { service }
}

/// A token of the other issuer for alice, who is no superuser.
fn foreign(header: Value, changes: Value) -> String {
    let mut claims = json!({"exp": now() + 300, "iat": now(), "jti": "0123456789ab4def8123456789abcdef", "user_id": "1",
                            "refresh_exp": now() + 300, "is_superuser": true});
    claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    signed(header, &claims)
}

/// These claims under the other issuer's key.
fn signed(header: Value, claims: &Value) -> String {
    let pem = KeySet::new(vec![theirs()]).unwrap().to_json();
    let document: Value = serde_json::from_str(&pem).unwrap();
    forge::token(&header, claims, document["keys"][0]["material"].as_str().unwrap())
}

fn of_type(token_type: &str) -> String {
    foreign(json!({"alg": "ES256", "kid": "theirs"}), json!({"token_type": token_type}))
}

fn about(path: &str, token: &str) -> Request {
    let body = format!("token={token}&client_id=app&client_secret=0123456789abcdef-a-secret");
    let request = Request::new("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
    request.body(body)
}

#[tokio::test]
async fn an_access_token_opens_doors_and_is_active() {
    let app = trusting(&[]).await;
    assert_eq!(app.hello(&of_type("access")).await.status, 200);
    assert_eq!(app.post("/api/token/verify/", json!({"token": of_type("access")})).await.text(), "{}");
    assert_eq!(app.send(about("/oauth/introspect", &of_type("access"))).await.json()["active"], true);
}

/// As Auth0, Google and Keycloak issue them.
#[tokio::test]
async fn one_without_type_and_id_opens_doors_where_neither_is_asked_for() {
    let claims = json!({"exp": now() + 300, "iat": now(), "sub": "1"});
    let bare = signed(json!({"alg": "ES256", "kid": "theirs"}), &claims);
    let named = ("USER_ID_CLAIM", "sub");
    assert_eq!(trusting(&[named]).await.hello(&bare).await.status, 401, "by default both are asked for");
    let app = trusting(&[named, ("TOKEN_TYPE_CLAIM", "None"), ("JTI_CLAIM", "None")]).await;
    assert_eq!(app.hello(&bare).await.status, 200);
    assert_eq!(app.post("/api/token/verify/", json!({"token": bare})).await.text(), "{}");
    assert_eq!(app.refresh(&bare).await.text(), INVALID, "it makes no tokens of ours");
    let (refresh, access) = app.log_in().await;
    assert_eq!(app.hello(&access).await.status, 200);
    assert_eq!(app.hello(&refresh).await.text(), not_valid("Token has wrong type"), "our own say their type");
    assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": refresh})).await.status, 200);
    assert_eq!(app.refresh(&refresh).await.text(), BLACKLISTED, "and have an id to be logged out by");
}

#[tokio::test]
async fn an_access_token_of_rfc_9068_opens_doors() {
    let app = trusting(&[]).await;
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT", "JWT"] {
        let token = foreign(json!({"alg": "ES256", "kid": "theirs", "typ": typ}), json!({"token_type": "access"}));
        assert_eq!(app.hello(&token).await.status, 200, "{typ}");
    }
    let other = foreign(json!({"alg": "ES256", "kid": "theirs", "typ": "dpop+jwt"}), json!({"token_type": "access"}));
    assert_eq!(app.hello(&other).await.status, 401);
}

#[tokio::test]
async fn a_refresh_token_never_becomes_one_of_ours() {
    for settings in [
        &[][..],
        &[("ROTATE_REFRESH_TOKENS", "true")],
        &[("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")],
        &[("BLACKLIST_ENABLED", "false")],
        &[("PROFILE", "hardened")],
        &[("LEGACY", "drf-jwt")],
    ] {
        let app = trusting(settings).await;
        let refresh = of_type("refresh");
        for path in ["/api/token/refresh/", "/api/token/blacklist/"] {
            let answer = app.post(path, json!({"refresh": refresh})).await;
            assert_eq!((answer.status, &*answer.text()), (401, INVALID), "{path} {settings:?}");
        }
        let told = app.send(about("/oauth/introspect", &refresh)).await.text();
        assert_eq!(told, r#"{"active":false}"#, "{settings:?}: it is of no use here");
        let rows = app.service.everything_kept().await;
        assert!(!rows.contains("0123456789ab4def"), "{settings:?}: {rows}");
    }
}

#[tokio::test]
async fn a_sliding_token_is_not_renewed() {
    let app = trusting(&[("TOKEN_ENDPOINTS", "sliding")]).await;
    let answer = app.post("/api/token/refresh/", json!({"token": of_type("sliding")})).await;
    assert_eq!((answer.status, &*answer.text()), (401, INVALID));
}

#[tokio::test]
async fn a_token_is_not_revoked_here() {
    let app = trusting(&[]).await;
    let access = of_type("access");
    let answer = app.send(about("/oauth/revoke", &access)).await;
    assert_eq!((answer.status, answer.text().as_str()), (400, r#"{"error":"unsupported_token_type"}"#));
    assert_eq!(app.send(about("/oauth/introspect", &access)).await.json()["active"], true);
}

#[tokio::test]
async fn a_legacy_token_is_nobodys() {
    let app = trusting(&[("LEGACY", "drf-jwt"), ("JWT_ALGORITHM", "ES256"), ("SESSION_CHECK", "true")]).await;
    let legacy = foreign(json!({"alg": "ES256", "kid": "theirs"}), json!({"username": "alice"}));
    assert_eq!(app.hello(&legacy).await.status, 401);
}
