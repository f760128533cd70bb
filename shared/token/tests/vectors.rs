//! Tokens recorded elsewhere: attacks that must fail, and tokens of Simple JWT that must be read.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that stumbles has failed")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::path::Path;
use token::{Access, Algorithm, Any, Error, Key, KeySet, Policy, Refresh, Rules, Sliding, Token, Window};

/// A day in 2027: the recorded tokens are issued before and end in 2100.
const NOW: i64 = 1_800_000_000;

#[test]
fn attacks_fail_and_controls_pass() {
    let attacks = file("jwt_attacks.json");
    let wrong: Vec<_> = attacks.as_array().unwrap().iter().filter(|attack| !is_as_expected(attack)).collect();
    assert!(!attacks.as_array().unwrap().is_empty(), "the file has vectors");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tokens_of_simple_jwt_are_read_as_they_were_written() {
    let tokens = file("simplejwt_tokens.json");
    for recorded in tokens.as_array().unwrap() {
        let (raw, payload) = (recorded["token"].as_str().unwrap(), &recorded["payload"]);
        let keys = keys(recorded["alg"].as_str().unwrap());
        let claims = match payload["token_type"].as_str().unwrap() {
            "access" => Token::<Access>::verify(raw, &keys, &rules(), NOW).unwrap().claims().to_json(),
            "refresh" => Token::<Refresh>::verify(raw, &keys, &rules(), NOW).unwrap().claims().to_json(),
            _ => Token::<Sliding>::verify(raw, &keys, &rules(), NOW).unwrap().claims().to_json(),
        };
        assert_eq!(claims, payload.to_string());
    }
}

#[test]
fn tokens_of_simple_jwt_are_signed_to_the_same_bytes() {
    let tokens = file("simplejwt_tokens.json");
    let deterministic = tokens.as_array().unwrap().iter().filter(|recorded| recorded["alg"] != "ES256");
    for recorded in deterministic {
        let (raw, keys) = (recorded["token"].as_str().unwrap(), keys(recorded["alg"].as_str().unwrap()));
        let token = Token::<Any>::verify(raw, &keys, &rules(), NOW).unwrap();
        assert_eq!(token.sign(&keys, &rules(), NOW).unwrap().text, raw);
    }
}

/// The move from Django: its secret joins a set that signs with EdDSA.
#[test]
fn tokens_of_simple_jwt_are_good_after_the_move_and_what_follows_them_is_ours() {
    let pems = file("jwt_attack_keys.json");
    let secret = STANDARD.decode(pems["hs256_b64"].as_str().unwrap()).unwrap();
    let until = Window { verify_until: Some(NOW + 30 * 86_400), ..Window::default() };
    let imported = Key::hmac(None, Algorithm::HS256, &secret).unwrap().verify_only().within(until);
    let first = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    let keys = first.import(imported, &Policy::new(Algorithm::EdDSA, &rules()), NOW, &[2; 80]).unwrap();
    let keys = KeySet::parse(&keys.to_json()).unwrap();
    let tokens = file("simplejwt_tokens.json");
    let of_django = tokens.as_array().unwrap().iter().filter(|recorded| recorded["alg"] == "HS256");
    let texts: Vec<&str> = of_django.map(|recorded| recorded["token"].as_str().unwrap()).collect();
    assert!(!texts.is_empty(), "the file has vectors");
    for text in texts {
        let verified = |now| Token::<Any>::verify(text, &keys, &rules(), now);
        let old = verified(NOW).unwrap();
        assert!(old.imported() && old.kid().is_none());
        let new = old.sign(&keys, &rules(), NOW).unwrap();
        assert_eq!(new.kid.as_deref(), first.keys()[0].kid(), "the next token of the session is ours");
        assert!(!Token::<Any>::verify(&new.text, &keys, &rules(), NOW).unwrap().imported());
        assert_eq!(old.sign_with(None, &keys, &rules()).unwrap_err(), Error::NoSigner);
        assert!(verified(NOW + 30 * 86_400 - 1).is_ok());
        assert_eq!(verified(NOW + 30 * 86_400).unwrap_err(), Error::Invalid);
    }
}

#[test]
fn a_token_of_simple_jwt_with_one_bit_changed_is_refused() {
    let tokens = file("simplejwt_tokens.json");
    for recorded in tokens.as_array().unwrap() {
        let (raw, keys) = (recorded["token"].as_str().unwrap(), keys(recorded["alg"].as_str().unwrap()));
        let other_algorithm = self::keys(if recorded["alg"] == "HS256" { "RS256" } else { "HS256" });
        let changed = raw.replacen("eyJ0b2tlbl90eXBl", "eyJ0b2tlbl90eXBm", 1);
        assert_ne!(changed, raw);
        assert_eq!(Token::<Any>::verify(&changed, &keys, &rules(), NOW).unwrap_err(), Error::Invalid);
        assert_eq!(Token::<Any>::verify(raw, &other_algorithm, &rules(), NOW).unwrap_err(), Error::Invalid);
    }
}

fn is_as_expected(attack: &Value) -> bool {
    let keys = keys(attack["config"].as_str().unwrap());
    let read = Token::<Access>::verify(attack["token"].as_str().unwrap(), &keys, &rules(), NOW);
    // A token that names another user, or nobody, is right in itself: no user is called so.
    let accepted = read.is_ok_and(|token| token.user_id() == Some("42"));
    match attack["expect"].as_str().unwrap() {
        "accept" => accepted,
        "reject" => !accepted,
        _ => true,
    }
}

/// The recorded tokens live for 76 years; what lives for a thousand years or counts milliseconds must not pass.
fn rules() -> Rules {
    Rules { longest_lifetime: 4_102_444_800 - 1_700_000_000, ..Rules::default() }
}

fn keys(algorithm: &str) -> KeySet {
    let (pems, algorithm) = (file("jwt_attack_keys.json"), algorithm.parse().unwrap());
    let pem = |name: &str| pems[name].as_str().unwrap().to_owned();
    let key = match algorithm {
        Algorithm::EdDSA => Key::private_pem(None, algorithm, &pem("eddsa_priv")),
        Algorithm::ES256 => Key::private_pem(None, algorithm, &pem("es256_priv")),
        Algorithm::HS256 => Key::hmac(None, algorithm, &STANDARD.decode(pem("hs256_b64")).unwrap()),
        _ => Key::private_pem(None, algorithm, &pem("rs256_priv")),
    };
    KeySet::new(vec![key.unwrap()]).unwrap()
}

fn file(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}
