//! The authorizer that looks at session and user, and what becomes of both without a store.

use crate::bench::{NOW, SHAPES, event, is_allowed, keys, settings, token};
use api::{Service, authorizer};
use serde_json::{Value, json};
use tests::app::{TestApp, now};

const STATEFUL: &[(&str, &str)] = &[("SESSION_CHECK", "true")];

/// The answer to a token, or the text of the error: by session and user.
async fn asked(app: &TestApp, token: &str, settings_of_shape: &[(&str, &str)], text: &str) -> Result<Value, String> {
    let settings = settings(&[STATEFUL, settings_of_shape].concat());
    let service = Service::new(settings, app.service.store.clone(), 1);
    let decision = authorizer::decide_with(&event(text, token), &keys(), &service, now()).await.expect("an event");
    decision.render().map_err(str::to_owned)
}

#[tokio::test]
async fn az_17_a_user_who_is_disabled_is_out_at_once_before_every_kind_of_api() {
    let app = TestApp::with(STATEFUL).await;
    let (_, token) = app.log_in().await;
    for (name, text, settings) in SHAPES {
        assert!(is_allowed(&asked(&app, &token, settings, text).await.unwrap()), "{name}");
    }
    app.service.store.set_active("1", false, None).await.unwrap();
    for (name, text, settings) in SHAPES {
        assert!(!is_allowed(&asked(&app, &token, settings, text).await.unwrap()), "{name}");
    }
}

#[tokio::test]
async fn az_17_a_session_that_was_ended_is_out_at_once() {
    let app = TestApp::with(STATEFUL).await;
    let (refresh, token) = app.log_in().await;
    assert!(is_allowed(&asked(&app, &token, &[], SHAPES[1].1).await.unwrap()));
    assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": refresh})).await.status, 200);
    assert!(!is_allowed(&asked(&app, &token, &[], SHAPES[1].1).await.unwrap()));
}

/// Nothing is kept from one question to the next: what was let in a second ago is judged anew.
#[tokio::test]
async fn az_16_a_token_that_was_let_in_is_out_with_its_last_second() {
    let (settings, keys) = (settings(&[("AUTHORIZER_CACHE_SECONDS", "1h")]), keys());
    let (event, service) = (event(SHAPES[1].1, &token(json!({}))), TestApp::with(&[]).await.service);
    let service = Service::new(settings.clone(), service.store.clone(), 1);
    for (later, allowed) in [(0, true), (299, true), (300, false), (301, false), (0, true)] {
        let now = NOW + later;
        let by_keys = authorizer::decide(&event, &keys, &settings, &settings.rules(), now).unwrap();
        assert_eq!(is_allowed(&by_keys.render().unwrap()), allowed, "{later} s later, by the keys");
        let by_store = authorizer::decide_with(&event, &keys, &service, now).await.unwrap();
        assert_eq!(is_allowed(&by_store.render().unwrap()), allowed, "{later} s later, by session and user");
    }
}

#[tokio::test]
async fn az_20_without_the_store_nobody_is_let_in_who_would_have_to_be_looked_up() {
    let app = TestApp::with(STATEFUL).await;
    let (_, token) = app.log_in().await;
    app.service.lose_the_store().await;
    for (name, text, settings) in SHAPES {
        let answer = asked(&app, &token, settings, text).await;
        assert!(answer.is_err(), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn az_20_without_the_store_keys_alone_go_on_deciding() {
    let app = TestApp::plain().await;
    let (_, token) = app.log_in().await;
    app.service.lose_the_store().await;
    let settings = settings(&[]);
    let decision = authorizer::decide(&event(SHAPES[1].1, &token), &keys(), &settings, &settings.rules(), now());
    assert!(is_allowed(&decision.unwrap().render().unwrap()));
}
