//! The states of a token, who asks for them, and by which settings: each refuses what it minds, and takes the rest.

use crate::app::{TestApp, sid, text};
use serde_json::json;
use store::{EndReason, State};
use tests::wire::Request;

const ROTATE: [(&str, &str); 2] = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
const CLIENTS: [(&str, &str); 1] = [("OAUTH_CLIENTS", "shop:0123456789abcdef")];
const CHECK: [(&str, &str); 1] = [("SESSION_CHECK", "true")];

/// Who asks, what token is brought, and which states are refused.
type Row = (&'static str, &'static str, &'static [State]);

/// By Simple JWT's rules an access token is held against its keys alone.
const BY_KEYS: [Row; 6] = [
    ("verify", "refresh", &[State::Blacklisted, State::Rotated]),
    ("verify", "access", &[]),
    ("guarded", "access", &[]),
    ("refresh", "refresh", &[State::Blacklisted, State::Predates, State::Rotated]),
    ("introspect", "refresh", &[State::Blacklisted, State::Predates, State::Rotated]),
    ("introspect", "access", &[State::Predates, State::Revoked]),
];

/// With SESSION_CHECK the end of a session ends every token of it.
const BY_SESSION: [Row; 6] = [
    ("verify", "refresh", &[State::Blacklisted, State::Predates, State::Rotated]),
    ("verify", "access", &[State::Predates, State::Revoked]),
    ("guarded", "access", &[State::Predates, State::Revoked]),
    ("refresh", "refresh", &[State::Blacklisted, State::Predates, State::Rotated]),
    ("introspect", "refresh", &[State::Blacklisted, State::Predates, State::Rotated]),
    ("introspect", "access", &[State::Predates, State::Revoked]),
];

/// A refresh and an access token of a login, brought into the state; each is in it, or in the one beside it.
async fn tokens(state: State, app: &TestApp) -> (String, String) {
    let (refresh, access) = app.log_in().await;
    match state {
        State::Blacklisted | State::Revoked => {
            app.service.store.end_session(&sid(&refresh), app.now(), EndReason::Operator).await.unwrap();
        }
        State::Predates => {
            app.service.store.bump_epoch("1", app.now()).await.unwrap();
        }
        State::Rotated => _ = text(&app.refresh(&refresh).await, "refresh"),
        State::Foreign => delete(&format!("session#{}", sid(&refresh)), app).await,
        State::Current => {}
    }
    (refresh, access)
}

async fn delete(key: &str, app: &TestApp) {
    let client = store::client(&store::Access::local(&app.service.engine()));
    let key = aws_sdk_dynamodb::types::AttributeValue::S(key.to_owned());
    client.delete_item().table_name(store::Tables::local().sessions).key("pk", key).send().await.unwrap();
}

async fn takes(asker: &str, token: &str, app: &TestApp) -> bool {
    match asker {
        "guarded" => app.hello(token).await.status == 200,
        "introspect" => {
            let fields = format!("client_id=shop&client_secret=0123456789abcdef&token={token}");
            let form = Request::new("POST", "/oauth/introspect");
            let form = form.header("Content-Type", "application/x-www-form-urlencoded").body(fields);
            app.send(form).await.json()["active"] == true
        }
        "refresh" => app.refresh(token).await.status == 200,
        _ => app.post("/api/token/verify/", json!({"token": token})).await.status == 200,
    }
}

async fn hold(rows: &[Row], settings: &[(&str, &str)]) {
    let app = TestApp::with(settings).await;
    for (asker, kind, refused) in rows {
        for state in State::ALL {
            let (refresh, access) = tokens(state, &app).await;
            let token = if *kind == "refresh" { refresh } else { access };
            let is_own =
                matches!((state, *kind), (State::Blacklisted | State::Rotated, "access") | (State::Revoked, "refresh"));
            if !is_own {
                let is_taken = takes(asker, &token, &app).await;
                assert_eq!(
                    is_taken,
                    !refused.contains(&state),
                    "{asker} of a {kind} token that is {state:?}; {settings:?}"
                );
            }
            app.advance("2s");
        }
    }
}

#[tokio::test]
async fn are_refused_by_who_minds_them() {
    hold(&BY_KEYS, &[&ROTATE[..], &CLIENTS].concat()).await;
}

#[tokio::test]
async fn are_refused_by_more_with_session_check() {
    hold(&BY_SESSION, &[&ROTATE[..], &CLIENTS, &CHECK].concat()).await;
}
