//! The examples of the JOSE RFCs: those that are tokens pass, those in a form that we refuse do not, and what leaves
//! nothing to chance is signed as it stands there.

use crate::{
    compact::Compact,
    keys::{algorithm::Algorithm, key::Key, key_set::KeySet},
    sample::{NOW, SEED},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

fn examples() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/jose_examples.json")).unwrap()
}

fn key(example: &Value) -> Key {
    let (jwk, algorithm) = (&example["key"], example["alg"].as_str().unwrap().parse::<Algorithm>().unwrap());
    let kid = jwk["kid"].as_str().map(str::to_owned);
    match jwk["k"].as_str() {
        Some(secret) => Key::hmac(kid, algorithm, &URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap(),
        None => Key::public_jwk(kid, algorithm, jwk).unwrap(),
    }
}

fn accepts(keys: &KeySet, token: &str) -> bool {
    Compact::parse(token).is_some_and(|token| token.own_verifier(keys, NOW).is_some())
}

/// The token with another first digit of its payload.
fn changed(token: &str) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let other = if rest.starts_with('A') { 'B' } else { 'A' };
    [header, ".", &other.to_string()].into_iter().chain(rest.get(1..)).collect()
}

#[test]
fn signatures_are_judged_as_the_rfcs_have_them() {
    for example in examples()["signatures"].as_array().unwrap() {
        let (keys, token) = (KeySet::new(vec![key(example)]).unwrap(), example["token"].as_str().unwrap());
        assert_eq!(accepts(&keys, token), example["verdict"] == "accept", "{}", example["source"]);
        assert!(token.starts_with('{') || !accepts(&keys, &changed(token)), "{} with a change", example["source"]);
    }
}

#[test]
fn secrets_and_seeds_sign_as_the_rfcs_do() {
    let all = examples();
    let edwards = Key::generate(Algorithm::EdDSA, None, &URL_SAFE_NO_PAD.decode(SEED).unwrap()).unwrap();
    for (source, private) in
        [("RFC 7515 appendix A.1", None), ("RFC 7520 section 4.4", None), ("RFC 8037 appendix A.4", Some(edwards))]
    {
        let example = all["signatures"].as_array().unwrap().iter().find(|example| example["source"] == source).unwrap();
        let [header, payload, _] = example["token"].as_str().unwrap().split('.').collect::<Vec<_>>()[..] else {
            panic!("{source} is no token")
        };
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        let signed = private.unwrap_or_else(|| key(example)).sign_under(header, &payload);
        assert_eq!(signed.as_deref(), example["token"].as_str(), "{source}");
    }
}

#[test]
fn kr_18_thumbprints_are_those_of_the_rfcs() {
    for example in examples()["thumbprints"].as_array().unwrap() {
        assert_eq!(key(example).thumbprint().as_deref(), example["thumbprint"].as_str(), "{}", example["source"]);
    }
}
