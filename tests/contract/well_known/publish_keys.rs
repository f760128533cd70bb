//! `GET /.well-known/jwks.json`

use crate::app::{INVALID, TestApp, now};
use serde_json::json;
use tests::{
    service::Service,
    wire::{Answer, Request},
};
use token::{Algorithm, Any, KeySet, Policy, Rules, Token};

const PATH: &str = "/.well-known/jwks.json";

/// A service whose set has an Ed25519 key that signs, a P-256 key that will, and a secret from before.
async fn service() -> (Service, KeySet) {
    let policy = |algorithm| Policy::new(algorithm, &Rules::default());
    let past = now() - 2000;
    let first = KeySet::first(Algorithm::HS256, &std::array::from_fn(|at| at as u8)).unwrap();
    let second = first.rotate(&policy(Algorithm::EdDSA), past, &[2; 80]).unwrap();
    let keys = second.rotate(&policy(Algorithm::ES256), now(), &[3; 80]).unwrap();
    (Service::with_keys(&[], keys.clone()).await.unwrap(), keys)
}

async fn get(service: &Service, known: Option<&str>) -> Answer {
    let request = Request::new("GET", PATH);
    let request = known.map_or(request.clone(), |tag| request.header("If-None-Match", tag));
    request.send(service.address).await.unwrap()
}

#[tokio::test]
async fn kr_02_publishes_the_next_key_before_it_signs_and_no_secret() {
    let (service, keys) = service().await;
    let answer = get(&service, None).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let published = answer.json();
    let published = published["keys"].as_array().unwrap();
    let algorithms: Vec<_> = published.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!((keys.keys().len(), algorithms), (3, vec!["ES256", "EdDSA"]));
    for key in published {
        assert_eq!(key["use"], "sig");
        assert!(["d", "k", "p", "q", "dp", "dq", "qi"].iter().all(|private| key.get(private).is_none()), "{key}");
    }
}

/// In profile `hardened` the keys that a service makes, by what a reader of the published ones takes.
#[tokio::test]
async fn no_published_key_verifies_a_refresh_token() {
    for endpoints in ["pair", "sliding"] {
        let settings =
            [("PROFILE", "hardened"), ("TOKEN_ENDPOINTS", endpoints)].map(|(name, value)| (name.into(), value.into()));
        let policy = settings::Settings::of(&settings).unwrap().policy();
        let keys = KeySet::begin(&policy, &[4; 80]).unwrap();
        let app = TestApp { service: Service::with_keys(&settings, keys).await.unwrap() };
        app.service.store.create_user(&crate::app::user("1", "alice", true)).await.unwrap();
        let published = KeySet::from_jwks(&get(&app.service, None).await.text(), Algorithm::EdDSA).unwrap();
        let good = |token: &str| {
            Token::<Any>::verify(token, &published, &Rules { longest_lifetime: 1 << 40, ..Rules::default() }, now())
                .is_ok()
        };
        let answer =
            app.post("/api/token/", json!({"username": "alice", "password": crate::app::PASSWORD})).await.json();
        let said: Vec<_> =
            answer.as_object().unwrap().iter().map(|(name, token)| (&**name, good(token.as_str().unwrap()))).collect();
        match endpoints {
            "pair" => {
                assert_eq!(said, [("refresh", false), ("access", true)]);
                let first = app.refresh(answer["refresh"].as_str().unwrap()).await;
                let again = app.refresh(answer["refresh"].as_str().unwrap()).await;
                assert_eq!(first.text(), again.text(), "the same two keys sign the repeated answer");
                let next = first.json();
                assert!(good(next["access"].as_str().unwrap()) && !good(next["refresh"].as_str().unwrap()));
                assert_eq!(app.hello(next["access"].as_str().unwrap()).await.status, 200);
            }
            _ => {
                assert_eq!(said, [("token", false)]);
                let renewed = app.post("/api/token/refresh/", json!({"token": answer["token"]})).await;
                assert!(renewed.status == 200 && !good(renewed.json()["token"].as_str().unwrap()));
            }
        }
    }
}

#[tokio::test]
async fn a_sliding_token_that_no_published_key_verifies_opens_the_doors_of_its_issuer() {
    let settings = [("PROFILE", "hardened"), ("TOKEN_ENDPOINTS", "sliding"), ("AUTH_TOKEN_CLASSES", "SlidingToken")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let policy = settings::Settings::of(&settings).unwrap().policy();
    let keys = KeySet::begin(&policy, &[4; 80]).unwrap();
    let app = TestApp { service: Service::with_keys(&settings, keys).await.unwrap() };
    app.service.store.create_user(&crate::app::user("1", "alice", true)).await.unwrap();
    let answer = app.post("/api/token/", json!({"username": "alice", "password": crate::app::PASSWORD})).await;
    assert_eq!(app.hello(answer.json()["token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn may_be_kept_by_anyone() {
    let (service, _) = service().await;
    let first = get(&service, None).await;
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    assert_eq!((first.header("access-control-allow-origin"), first.header("vary")), (Some("*"), None));
    assert_eq!(first.header("x-content-type-options"), Some("nosniff"));
    let again = get(&service, first.header("etag")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(get(&service, Some("\"another\"")).await.status, 200);
    let head = Request::new("HEAD", PATH).send(service.address).await.unwrap();
    assert_eq!((head.status, head.header("etag")), (200, first.header("etag")));
}

#[tokio::test]
async fn is_there_for_whoever_accepts_key_sets() {
    let (service, _) = service().await;
    let request = Request::new("GET", PATH).header("Accept", "application/jwk-set+json");
    assert_eq!(request.send(service.address).await.unwrap().status, 200);
}

#[tokio::test]
async fn kr_04_verifies_what_the_service_signs() {
    let (service, _) = service().await;
    let published = KeySet::from_jwks(&get(&service, None).await.text(), Algorithm::EdDSA).unwrap();
    let user = crate::app::user("1", "alice", true);
    service.store.create_user(&user).await.unwrap();
    let login = json!({"username": "alice", "password": crate::app::PASSWORD});
    let answer = Request::json("/api/token/", &login).send(service.address).await.unwrap();
    let access = crate::app::text(&answer, "access");
    let token = token::Token::<token::Access>::verify(&access, &published, &Rules::default(), now()).unwrap();
    assert_eq!(token.user_id(), Some("1"));
}

#[tokio::test]
async fn ja_09_is_no_secret_to_sign_with() {
    let (service, keys) = service().await;
    let document = get(&service, None).await.text();
    let jwk = keys.keys()[0].jwk().unwrap().to_string();
    let name = keys.keys()[0].kid().unwrap().to_owned();
    let claims = json!({"token_type": "access", "exp": now() + 60, "iat": now(), "jti": "x", "user_id": "1"});
    for secret in [document.as_str(), &jwk, &name] {
        for header in [json!({"alg": "HS256"}), json!({"alg": "HS256", "kid": name})] {
            let forged = tests::forge::token(&header, &claims, secret);
            let answer = Request::json("/api/token/verify/", &json!({"token": forged})).send(service.address).await;
            assert_eq!(answer.unwrap().text(), INVALID, "{header}");
        }
    }
}

#[tokio::test]
async fn has_no_keys_where_all_are_secrets() {
    let answer = TestApp::plain().await.send(Request::new("GET", PATH)).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"keys":[]}"#));
}

#[tokio::test]
async fn changes_nothing() {
    let answer = TestApp::plain().await.send(Request::new("POST", PATH)).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
