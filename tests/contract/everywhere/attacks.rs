//! Hostile tokens and odd texts at every door that takes them. What each is about stands in `tests/vectors`.

use crate::app::TestApp;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tests::{
    app::{PASSWORD, now, user},
    claims::Claims,
    forge,
    service::Service,
    tools::root,
    wire::{Answer, Request},
};
use token::{Algorithm, Key, KeySet};

/// The doors for a token, with the name of the field.
const DOORS: [(&str, &str); 3] =
    [("/api/token/verify/", "token"), ("/api/token/refresh/", "refresh"), ("/api/token/blacklist/", "refresh")];

/// The recorded tokens live for 76 years, so a service is asked whose tokens may.
const LONG: &str = "2402444800";

fn vectors(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("tests/vectors").join(file)).unwrap()).unwrap()
}

/// A service with the recorded key of an algorithm, and user 42, whose tokens are recorded.
async fn service(algorithm: &str) -> Service {
    let (keys, algorithm) = (vectors("jwt_attack_keys.json"), algorithm.parse().unwrap());
    let text = |name: &str| keys[name].as_str().unwrap().to_owned();
    let key = match algorithm {
        Algorithm::EdDSA => Key::private_pem(None, algorithm, &text("eddsa_priv")),
        Algorithm::ES256 => Key::private_pem(None, algorithm, &text("es256_priv")),
        Algorithm::HS256 => Key::hmac(None, algorithm, &BASE64_STANDARD.decode(text("hs256_b64")).unwrap()),
        _ => Key::private_pem(None, algorithm, &text("rs256_priv")),
    };
    let settings = [("REFRESH_TOKEN_LIFETIME".to_owned(), LONG.to_owned())];
    let service = Service::with_keys(&settings, KeySet::new(vec![key.unwrap()]).unwrap()).await.unwrap();
    service.store.create_user(&user("42", "ada", true)).await.unwrap();
    service
}

async fn post(service: &Service, path: &str, field: &str, token: &str) -> Answer {
    Request::json(path, &json!({ field: token })).send(service.address).await.unwrap()
}

/// Whether the guarded endpoint lets the token in. One that no header can carry never comes so far: blanks around a token
/// are the header's.
async fn greets(service: &Service, token: &str) -> bool {
    let sendable = !token.contains(['\r', '\n', '\0']) && token.trim() == token;
    sendable && Request::bearer("/api/hello/", token).send(service.address).await.unwrap().status == 200
}

/// JA-02 to JA-24 and JA-33, EN-02 to EN-20, CL-03 to CL-21: the recorded tokens, whose ids name what is wrong with them.
#[tokio::test]
async fn ja_en_cl_recorded_attacks_pass_no_door() {
    let attacks = vectors("jwt_attacks.json");
    for algorithm in ["HS256", "RS256", "ES256", "EdDSA"] {
        let service = service(algorithm).await;
        for attack in attacks.as_array().unwrap().iter().filter(|attack| attack["config"] == algorithm) {
            let (id, token) = (attack["id"].as_str().unwrap(), attack["token"].as_str().unwrap());
            for (path, field) in DOORS {
                let answer = post(&service, path, field, token).await;
                let passes = attack["expect"] != "reject"
                    || ["sub-type", "token-type", "whitespace"].contains(&attack["cls"].as_str().unwrap());
                // An empty token is a field that is not filled in, and blanks around one are taken off, as for Django. A
                // right one is let in at the first door alone: it is no refresh token.
                let refused = answer.status == 401 && answer.json()["code"] == "token_not_valid";
                let right = refused || (token.trim().is_empty() && answer.status == 400);
                assert!(
                    right || (passes && field == "token" && answer.status == 200),
                    "{id} {path}: {}",
                    answer.text()
                );
            }
            let greeted = greets(&service, token).await;
            assert!(
                attack["expect"] == "accept-or-reject" || greeted == (attack["expect"] == "accept"),
                "{id}: {greeted}"
            );
        }
        assert!(service.store.sessions_of("42").await.unwrap().is_empty(), "{algorithm}: nothing is written");
    }
}

/// The same signature can be written in two ways, r and s or r and n-s: what is logged out is not the text.
#[tokio::test]
async fn ja_25_a_logged_out_token_does_not_come_back_in_another_spelling() {
    let service = service("ES256").await;
    let login = json!({"username": "ada", "password": PASSWORD});
    let pair = Request::json("/api/token/", &login).send(service.address).await.unwrap();
    let refresh = crate::app::text(&pair, "refresh");
    let other = respelled(&refresh);
    assert_ne!(refresh, other);
    assert_eq!(post(&service, "/api/token/verify/", "token", &other).await.status, 200, "both are right");
    assert_eq!(post(&service, "/api/token/blacklist/", "refresh", &refresh).await.status, 200);
    let again = post(&service, "/api/token/refresh/", "refresh", &other).await;
    assert_eq!(again.text(), r#"{"detail":"Token is blacklisted","code":"token_not_valid"}"#);
}

/// n, the order of P-256.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The token with n-s in place of s.
fn respelled(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = forge::decode(signature).unwrap();
    let mut borrow = 0;
    for (digit, order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let difference = i16::from(order) - i16::from(*digit) - borrow;
        borrow = i16::from(difference < 0);
        *digit = difference.rem_euclid(256) as u8;
    }
    format!("{signed}.{}", forge::encode(&signature))
}

/// Two stages of one deployment that share a key, and differ in who issues or in whom the tokens are for.
#[tokio::test]
async fn cl_26_a_token_of_one_stage_is_none_of_another() {
    let token = |claims: Value| {
        let claims = claims.as_object().unwrap().clone();
        claims.into_iter().fold(Claims::access(), |all, (name, value)| all.with(&name, value)).sign()
    };
    for (setting, own, foreign) in [
        ("ISSUER", json!({"iss": "prod"}), json!({"iss": "dev"})),
        ("AUDIENCE", json!({"aud": "prod"}), json!({"aud": "dev"})),
    ] {
        let app = TestApp::with(&[(setting, "prod")]).await;
        assert_eq!(app.hello(&token(own)).await.status, 200, "{setting}");
        for other in [foreign, json!({})] {
            assert_eq!(app.hello(&token(other.clone())).await.status, 401, "{setting} {other}");
            assert_eq!(app.post("/api/token/verify/", json!({"token": token(other)})).await.status, 401, "{setting}");
        }
    }
}

/// Texts that break those who escape, count or compare carelessly.
const ODD: [&str; 24] = [
    "undefined",
    "null",
    "NaN",
    "-1",
    "1e309",
    "0x7fffffffffffffff",
    "' OR 1=1 --",
    "\"; DROP TABLE users",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "../../../../etc/passwd\0.png",
    "%00%0d%0aSet-Cookie:%20a=b",
    "a\r\nX-Injected: 1",
    "\u{feff}alice",
    "alice\u{200b}",
    "\u{202e}ecila",
    "\u{2028}\u{2029}",
    "ａｌｉｃｅ",
    "аlice",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "İıſß",
    "\u{1}\u{7f}\u{9f}",
    "$2a$10$x",
];

#[tokio::test]
async fn en_25_odd_texts_are_refused_in_every_field_and_no_more() {
    let app = TestApp::plain().await;
    for odd in ODD {
        for (path, body) in [
            ("/api/token/", json!({"username": odd, "password": PASSWORD})),
            ("/api/token/", json!({"username": "alice", "password": odd})),
            ("/api/token/refresh/", json!({"refresh": odd})),
            ("/api/token/verify/", json!({"token": odd})),
            ("/api/token/blacklist/", json!({"refresh": odd})),
        ] {
            let answer = app.post(path, body).await;
            assert!([400, 401].contains(&answer.status), "{path} {odd:?}: {}", answer.status);
            assert!(!answer.text().contains(odd) || odd.len() < 5, "{path} {odd:?} is echoed: {}", answer.text());
        }
        let kid = forge::token(&json!({"alg": "HS256", "kid": odd}), &json!({"exp": now() + 60}), "another secret");
        assert_eq!(app.hello(&kid).await.status, 401, "kid {odd:?}");
        if !odd.contains(['\r', '\n', '\0']) {
            let answer = app.send(Request::new("GET", "/api/hello/").header("Authorization", odd)).await;
            assert_eq!(answer.status, if odd.contains('\u{1}') { answer.status.max(400) } else { 401 }, "{odd:?}");
        }
    }
    app.log_in().await;
}

#[tokio::test]
async fn en_24_bytes_that_are_no_text_are_a_parse_error() {
    let app = TestApp::plain().await;
    for bytes in [
        &b"\x80"[..],
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfe\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x92",
    ] {
        let body = [b"{\"username\":\"a", bytes, b"\",\"password\":\"x\"}"].concat();
        let request = Request::new("POST", "/api/token/").header("Content-Type", "application/json").body(body);
        let answer = app.send(request).await;
        assert_eq!(answer.status, 400, "{bytes:?}");
        assert!(answer.text().starts_with(r#"{"detail":"JSON parse error - "#), "{}", answer.text());
    }
    app.log_in().await;
}

/// A name is found as it was created, letter for letter; none that only looks the same is.
#[tokio::test]
async fn en_26_names_that_look_alike_are_not_alike() {
    let app = TestApp::plain().await;
    app.service.store.create_user(&user("3", "zo\u{eb}", true)).await.unwrap();
    for (name, status) in [
        ("zo\u{eb}", 200),
        ("zoe\u{308}", 401),
        ("Zo\u{eb}", 401),
        ("ａlice", 401),
        ("аlice", 401),
        ("alice\u{200d}", 401),
        ("\u{200f}alice", 401),
        ("alice", 200),
        // Blanks around a name are taken off, as for Django.
        (" alice\u{3000}", 200),
    ] {
        let answer = app.post("/api/token/", json!({"username": name, "password": PASSWORD})).await;
        assert_eq!(answer.status, status, "{name:?}: {}", answer.text());
    }
}
