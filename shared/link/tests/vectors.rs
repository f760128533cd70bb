//! Links that Django and django-allauth signed, and links that nobody signed.

#![expect(clippy::unwrap_used, reason = "a test stops where its own vectors are not what they should be")]

use link::{Kind, Secret, SignedKind, Subject};
use proptest::prelude::*;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../tests/vectors/django_links.json");

fn vectors(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let of_kind: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == kind).collect();
    assert!(!of_kind.is_empty(), "the file has vectors of {kind}");
    of_kind
}

/// The digits of a time as Python wrote them, without fractions and zone.
fn digits(time: &Value) -> String {
    time.as_str().unwrap_or_default().chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn is_valid(vector: &Value, row: &Value, addresses: &str, secrets: &[Secret<'_>]) -> bool {
    let (id, last_login) = (row["pk"].to_string(), digits(&row["last_login"]));
    let text = |name: &str| row[name].as_str().unwrap_or_default();
    let subject =
        Subject { id: &id, password: text("password"), last_login: &last_login, email: text("email"), addresses };
    let (timeout, now) = (vector["timeout"].as_i64().unwrap(), vector["checked_at"].as_i64().unwrap());
    link::verify(vector["token"].as_str().unwrap(), Kind::Password, &subject, secrets, timeout, now)
}

#[test]
fn every_link_of_django_is_good_and_bad_as_django_says() {
    for vector in vectors("django") {
        let secret = |value: &Value| value.as_str().unwrap_or_default().as_bytes().to_vec();
        let mut secrets = vec![secret(&vector["checked_with_secret"])];
        secrets.extend(vector["fallbacks"].as_array().unwrap().iter().map(secret));
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::Django(secret)).collect();
        let valid = is_valid(&vector, &vector["check_row"], "", &secrets);
        assert_eq!(Some(valid), vector["valid"].as_bool(), "{vector}");
    }
}

#[test]
fn every_uid_of_django_names_its_user() {
    for vector in vectors("django") {
        let id = link::id_of(vector["uid"].as_str().unwrap());
        assert_eq!(id, Some(vector["row"]["pk"].to_string()), "{vector}");
        assert_eq!(vector["uid"], link::uid(&vector["row"]["pk"].to_string()));
    }
}

#[test]
fn every_reset_of_allauth_is_good_and_bad_as_allauth_says() {
    for vector in vectors("allauth_reset") {
        let addresses: Vec<_> = vector["addresses"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let secrets = [Secret::Django(vector["secret"].as_str().unwrap().as_bytes())];
        let valid = is_valid(&vector, &vector["row"], &addresses.join("|"), &secrets);
        assert_eq!(Some(valid), vector["valid"].as_bool(), "{vector}");
    }
}

#[test]
fn every_address_key_of_allauth_is_good_and_bad_as_allauth_says() {
    for vector in vectors("allauth_address_key") {
        let (key, secret) = (vector["key"].as_str().unwrap(), vector["secret"].as_str().unwrap().as_bytes());
        let at = |name: &str| vector[name].as_i64().unwrap();
        let value = link::unsign(SignedKind::Address, key, &[secret], 3 * 86_400, at("checked_at"));
        assert_eq!(value.is_some(), vector["valid"].as_bool().unwrap(), "{vector}");
        assert_eq!(link::sign(SignedKind::Address, &vector["address_pk"].to_string(), secret, at("made_at")), key);
    }
}

#[test]
fn a_uid_that_django_reads_leniently_is_refused() {
    for uid in ["", " MQ ", "MQ==", "MQ=", "M", "MR", "é", "Mg\n", &"M".repeat(600)] {
        assert_eq!(link::id_of(uid), None, "{uid}");
    }
}

/// 512 bytes: no id is longer than 384.
#[test]
fn a_uid_is_read_up_to_its_longest_and_no_further() {
    let id = |length: usize| link::id_of(&link::uid(&"7".repeat(length)));
    assert_eq!(id(384), Some("7".repeat(384)));
    assert_eq!((id(385), id(386)), (None, None));
}

#[test]
fn a_uid_of_allauth_stands_for_a_number_too() {
    assert_eq!(link::ids_of("2s"), ["100"]);
    assert_eq!(link::ids_of("MTAw"), ["100"], "no number has capitals");
    assert_eq!(link::ids_of("a2k3"), ["ki7", "469875"], "the text first, as Django has it");
    assert!(link::ids_of("é").is_empty());
}

proptest! {
    #[test]
    fn nothing_that_is_typed_makes_it_stop(token in ".{0,80}", uid in ".{0,80}", now in any::<i64>(), timeout in any::<i64>()) {
        let subject = Subject { id: &uid, password: &token, last_login: "", email: "", addresses: "" };
        let secrets = [Secret::Own(b"secret"), Secret::Django(b"secret")];
        prop_assert!(!link::verify(&token, Kind::Activation, &subject, &secrets, timeout, now));
        prop_assert_eq!(link::unsign(SignedKind::Address, &token, &[b"secret"], timeout, now), None);
        let decoded = link::id_of(&uid);
        prop_assert!(decoded.is_none_or(|id| link::uid(&id) == uid));
    }

    #[test]
    fn a_link_opens_within_its_time_whatever_it_names(id in ".{0,40}", password in ".{1,40}", email in ".{0,40}", age in 0..600_i64) {
        let subject = Subject { id: &id, password: &password, last_login: "", email: &email, addresses: "" };
        for secret in [Secret::Own(b"secret"), Secret::Django(b"secret")] {
            let token = link::token(Kind::Username, &subject, secret, 1_779_010_212);
            prop_assert!(link::verify(&token, Kind::Username, &subject, &[secret], 600, 1_779_010_212 + age));
        }
    }
}
