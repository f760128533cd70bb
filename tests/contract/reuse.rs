//! A refresh token that is used again: REUSE_DETECTION, REFRESH_GRACE_USES, REUSE_ENDS_ALL_SESSIONS.

use crate::app::{BLACKLISTED, PASSWORD, TestApp, claims, sid, text};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use tests::{
    events,
    wire::{Answer, Request},
};

const NO_GRACE: (&str, &str) = ("REFRESH_GRACE_SECONDS", "0");

async fn app(settings: &[(&str, &str)]) -> TestApp {
    events::listen();
    TestApp::hardened(settings).await
}

/// What was told of the session of a token under this name.
fn told(event: &str, token: &str) -> Vec<Value> {
    events::heard(event, "session", &sid(token))
}

fn causes(token: &str) -> Vec<Value> {
    told("refresh_reuse_detected", token).into_iter().map(|event| event["cause"].clone()).collect()
}

async fn refresh_from(source: [u8; 4], app: &TestApp, token: &str) -> Answer {
    app.send(Request::json("/api/token/refresh/", &json!({"refresh": token})).from(source)).await
}

#[tokio::test]
async fn lg_05_rf_03_is_told_once_with_whose_it_is_and_from_where() {
    let app = app(&[NO_GRACE]).await;
    let (first, _) = app.log_in().await;
    let (other, _) = app.log_in().await;
    let second = text(&refresh_from([127, 0, 0, 2], &app, &first).await, "refresh");
    for _ in 0..3 {
        assert_eq!(refresh_from([127, 0, 0, 3], &app, &first).await.text(), BLACKLISTED);
    }
    assert_eq!(app.refresh(&second).await.text(), BLACKLISTED);
    let [event] = &told("refresh_reuse_detected", &first)[..] else { panic!("once") };
    assert_eq!((&event["cause"], &event["user_id"]), (&json!("replayed"), &json!("1")));
    assert_eq!(
        [&event["login_ip"], &event["last_ip"], &event["ip"]],
        [&json!("127.0.0.1"), &json!("127.0.0.2"), &json!("127.0.0.3")]
    );
    assert!(event["at"].as_i64().unwrap() >= claims(&first)["iat"].as_i64().unwrap());
    let refused = told("refresh_refused", &first);
    assert_eq!(refused.len(), 4, "who comes later is refused and no more");
    assert!(refused.iter().all(|event| event["detail"] == "Token is blacklisted" && event["user_id"] == "1"));
    assert_eq!(app.refresh(&other).await.status, 200, "RF-04: another session lives on");
    assert_eq!(causes(&other), [""; 0]);
}

#[tokio::test]
async fn rf_13_ends_the_session_when_the_grace_is_used_up() {
    let app = app(&[("REFRESH_GRACE_USES", "2")]).await;
    let (first, _) = app.log_in().await;
    let successor = app.refresh(&first).await;
    for _ in 0..2 {
        assert_eq!(app.refresh(&first).await.text(), successor.text());
    }
    assert_eq!(causes(&first), [""; 0]);
    for token in [&first, &first, &text(&successor, "refresh")] {
        assert_eq!(app.refresh(token).await.text(), BLACKLISTED);
    }
    assert_eq!(causes(&first), ["grace_used_up"]);
}

#[tokio::test]
async fn rf_13_a_use_too_many_is_refused_without_reuse_detection() {
    let app = app(&[("REFRESH_GRACE_USES", "1"), ("REUSE_DETECTION", "false")]).await;
    let (first, _) = app.log_in().await;
    let successor = app.refresh(&first).await;
    assert_eq!([app.refresh(&first).await.status, app.refresh(&first).await.status], [200, 401]);
    assert_eq!(app.refresh(&text(&successor, "refresh")).await.status, 200);
    assert_eq!(causes(&first), [""; 0]);
}

#[tokio::test]
async fn lg_05_whoever_logged_out_keeps_no_token() {
    for (grace, expected) in [("0", vec!["replayed_after_logout"]), ("10", vec![])] {
        let app = app(&[("REFRESH_GRACE_SECONDS", grace)]).await;
        let (token, _) = app.log_in().await;
        let logout = Request::json("/api/token/blacklist/", &json!({"refresh": token}));
        assert_eq!(app.send(logout.from([127, 0, 0, 2])).await.status, 200);
        for _ in 0..2 {
            assert_eq!(app.refresh(&token).await.text(), BLACKLISTED);
        }
        assert_eq!(causes(&token), expected, "another tab may refresh while one logs out");
        assert_eq!(told("refresh_refused", &token).len(), 2);
        let told = told("refresh_reuse_detected", &token);
        assert!(told.iter().all(|event| event["last_ip"] == "127.0.0.2" && event["ip"] == "127.0.0.1"));
    }
}

#[tokio::test]
async fn i3_a_session_that_ended_elsewhere_is_no_theft() {
    let client = ("OAUTH_CLIENTS", "shop:a-secret-of-some-length");
    let app = app(&[NO_GRACE, client, ("MAX_SESSIONS_PER_USER", "1")]).await;
    let (displaced, _) = app.log_in().await;
    let (ended, access) = app.log_in().await;
    let end = Request::new("DELETE", &format!("/api/sessions/{}/", sid(&ended)));
    assert_eq!(app.send(end.header("Authorization", format!("Bearer {access}"))).await.status, 204);
    let (revoked, _) = app.log_in().await;
    let form = format!("client_id=shop&client_secret=a-secret-of-some-length&token={revoked}");
    let revoke = Request::new("POST", "/oauth/revoke/").header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(app.send(revoke.body(form)).await.status, 200);
    let (outlived, _) = app.log_in().await;
    app.service.store.bump_epoch("1", 0).await.unwrap();
    for token in [&displaced, &ended, &revoked, &outlived] {
        for times in 1..=3 {
            assert_eq!(app.refresh(token).await.text(), BLACKLISTED);
            assert_eq!((causes(token), told("refresh_refused", token).len()), (vec![], times));
        }
    }
}

/// A app that takes tokens of Django's key, too, and two of them: one whose id is shaped like ours and one whose is not.
async fn moved(settings: &[(&str, &str)]) -> (TestApp, [String; 2]) {
    let django = "django-insecure-#k1!x2y3z4w5v6u7t8s9r0q@p^o&n*m(l)k-j=i+h";
    let own = token::Key::generate(token::Algorithm::EdDSA, Some("own".to_owned()), &[7; 64]).unwrap();
    let theirs = token::Key::hmac(None, token::Algorithm::HS256, django.as_bytes()).unwrap().verify_only();
    let keys = token::KeySet::new(vec![own, theirs]).unwrap();
    let app = stage_over(&[&[("PROFILE", "hardened")], settings].concat(), keys).await;
    let now = crate::app::now();
    // What one test is told of a session, another one shall not hear.
    static STAGES: AtomicU32 = AtomicU32::new(0);
    let shaped = format!("{:08x}000040008000000000000000", STAGES.fetch_add(1, Ordering::Relaxed));
    let tokens = [&*shaped, "issued elsewhere"].map(|jti| {
        let claims = json!({"token_type": "refresh", "exp": now + 600, "iat": now, "jti": jti, "user_id": "1"});
        tests::forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, django)
    });
    (app, tokens)
}

#[tokio::test]
async fn a_token_of_django_is_adopted_once_and_its_theft_is_seen() {
    let (app, tokens) = moved(&[]).await;
    for first in tokens {
        let successor = app.refresh(&first).await;
        let again = app.refresh(&first).await;
        assert_eq!((successor.status, successor.text()), (200, again.text()), "the grace is theirs, too");
        let second = text(&successor, "refresh");
        let third = text(&app.refresh(&second).await, "refresh");
        assert_eq!([app.refresh(&first).await.status, app.refresh(&third).await.status], [401, 401]);
        assert_eq!(causes(&second), ["replayed"]);
    }
}

#[tokio::test]
async fn a_spent_token_of_django_logs_out_what_came_of_it() {
    let client = ("OAUTH_CLIENTS", "shop:a-secret-of-some-length");
    for (settings, causes_told) in [(&[client][..], vec![]), (&[client, NO_GRACE], vec!["replayed"])] {
        let (app, tokens) = moved(settings).await;
        for first in tokens {
            let second = text(&app.refresh(&first).await, "refresh");
            app.post("/api/token/blacklist/", json!({"refresh": first})).await;
            assert_eq!(app.refresh(&second).await.status, 401);
            assert_eq!(causes(&second), causes_told);
        }
        let (app, tokens) = moved(settings).await;
        for first in tokens {
            let second = text(&app.refresh(&first).await, "refresh");
            let form = format!("client_id=shop&client_secret=a-secret-of-some-length&token={first}");
            let revoke =
                Request::new("POST", "/oauth/revoke/").header("Content-Type", "application/x-www-form-urlencoded");
            assert_eq!(app.send(revoke.body(form)).await.status, 200);
            assert_eq!(app.refresh(&second).await.status, 401);
        }
    }
}

/// DynamoDB deletes a row two days after the session's last token has expired; a token that Django issued may live longer.
#[tokio::test]
async fn a_spent_token_of_django_outlives_the_row_of_its_session() {
    let (app, tokens) = moved(&[NO_GRACE, ("SESSION_IDLE_LIFETIME", "1m")]).await;
    for first in tokens {
        let second = text(&app.refresh(&first).await, "refresh");
        delete_row(&app, &second).await;
        for _ in 0..2 {
            assert_eq!(app.refresh(&first).await.text(), BLACKLISTED);
        }
    }
}

async fn delete_row(app: &TestApp, token: &str) {
    let client = store::client(&store::Access::local(&app.service.engine()));
    let key = aws_sdk_dynamodb::types::AttributeValue::S(format!("session#{}", sid(token)));
    client.delete_item().table_name(store::Tables::local().sessions).key("pk", key).send().await.unwrap();
}

#[tokio::test]
async fn a_logout_with_a_spent_token_is_told_too() {
    let app = app(&[NO_GRACE]).await;
    let (first, _) = app.log_in().await;
    app.refresh(&first).await;
    for _ in 0..2 {
        let answer = app.post("/api/token/blacklist/", json!({"refresh": first})).await;
        assert_eq!(answer.text(), BLACKLISTED);
    }
    assert_eq!(causes(&first), ["replayed"]);
}

#[tokio::test]
async fn a_second_logout_with_a_spent_token_is_no_theft() {
    let (app, tokens) = moved(&[NO_GRACE, ("REUSE_ENDS_ALL_SESSIONS", "true")]).await;
    let (other, _) = app.log_in().await;
    for first in tokens {
        let second = text(&app.refresh(&first).await, "refresh");
        assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": second})).await.text(), "{}");
        assert_eq!(app.post("/api/token/blacklist/", json!({"refresh": first})).await.text(), BLACKLISTED);
        assert_eq!(causes(&second), [""; 0]);
    }
    assert_eq!(app.refresh(&other).await.status, 200, "the user's other sessions go on");
}

#[tokio::test]
async fn ends_all_sessions_of_the_user_if_the_settings_say_so() {
    let app = app(&[NO_GRACE, ("REUSE_ENDS_ALL_SESSIONS", "true")]).await;
    let (first, _) = app.log_in().await;
    let (other, access) = app.log_in().await;
    app.refresh(&first).await;
    assert_eq!(app.hello(&access).await.status, 200);
    app.refresh(&first).await;
    assert_eq!(app.refresh(&other).await.text(), BLACKLISTED);
    assert_eq!(app.hello(&access).await.text(), BLACKLISTED);
    let (later, access) = app.log_in().await;
    for _ in 0..3 {
        assert_eq!(app.refresh(&first).await.text(), BLACKLISTED);
    }
    assert_eq!([app.hello(&access).await.status, app.refresh(&later).await.status], [200, 200], "it ends them once");
    assert_eq!((causes(&first), causes(&other)), (vec![json!("replayed")], vec![]));
}

#[tokio::test]
async fn rf_12_the_grace_is_not_for_those_who_were_shut_out() {
    let app = app(&[]).await;
    let [(ended, _), (disabled, _)] = [app.log_in().await, app.log_in().await];
    for token in [&ended, &disabled] {
        app.refresh(token).await;
        assert_eq!(app.refresh(token).await.status, 200);
    }
    app.service.store.end_session(&sid(&ended), crate::app::now(), store::EndReason::Operator).await.unwrap();
    assert_eq!(app.refresh(&ended).await.text(), BLACKLISTED);
    app.service.store.set_active("1", false, None).await.unwrap();
    assert_eq!(app.refresh(&disabled).await.text(), BLACKLISTED);
    assert_eq!(causes(&disabled), [""; 0]);
}

#[tokio::test]
async fn rf_14_the_successor_is_the_same_to_the_byte_whatever_signs_it() {
    for algorithm in ["HS384", "HS512", "RS256", "EdDSA"] {
        let app = stage_over(&[("PROFILE", "hardened"), ("ALGORITHM", algorithm)], key(algorithm)).await;
        let login = app.post("/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
        let first = text(&login, "refresh");
        let (one, two) = (app.refresh(&first).await, app.refresh(&first).await);
        assert_eq!((one.status, one.text()), (200, two.text()), "{algorithm}");
    }
}

/// Alice's service over these keys.
async fn stage_over(settings: &[(&str, &str)], keys: token::KeySet) -> TestApp {
    events::listen();
    let variables: Vec<_> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let service = tests::service::Service::with_keys(&variables, keys).await.unwrap();
    service.store.create_user(&crate::app::user("1", "alice", true)).await.unwrap();
    TestApp { service }
}

fn key(algorithm: &str) -> token::KeySet {
    let algorithm: token::Algorithm = algorithm.parse().unwrap();
    let key = match algorithm {
        token::Algorithm::RS256 => {
            token::Key::private_pem(Some("k".to_owned()), algorithm, include_str!("../parity/recorded/keys/rsa.pem"))
        }
        _ => token::Key::generate(algorithm, Some("k".to_owned()), &[7; 64]),
    };
    token::KeySet::new(vec![key.unwrap()]).unwrap()
}
