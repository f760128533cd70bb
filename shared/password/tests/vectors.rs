//! Hashes that Django's own hashers wrote, and malformed or hostile ones.

#![expect(
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops where its own vectors are not what they should be"
)]

use password::{Error, Verdict, verify};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../tests/vectors/django_password_hashes.json");

#[test]
fn every_vector_says_what_django_says() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert!(!vectors.is_empty(), "the file has vectors");
    for vector in &vectors {
        let (encoded, verdict) = (text(vector, "encoded"), verify(text(vector, "password"), text(vector, "encoded")));
        let right = matches!(verdict, Ok(Verdict::Match | Verdict::MatchStale));
        assert_eq!(Some(right), vector["expect"].as_bool(), "{encoded}: {verdict:?}");
        assert!(
            right || text(vector, "alg") == "malformed" || verdict == Ok(Verdict::Mismatch),
            "{encoded}: {verdict:?}"
        );
    }
}

#[test]
fn every_right_password_is_wrong_with_one_more_character() {
    for vector in one_of_each_scheme() {
        let longer = format!("{}x", text(&vector, "password"));
        assert_eq!(verify(&longer, text(&vector, "encoded")), Ok(Verdict::Mismatch), "{vector}");
    }
}

#[test]
fn everything_from_django_is_to_be_hashed_again() {
    for vector in one_of_each_scheme() {
        assert_eq!(verify(text(&vector, "password"), text(&vector, "encoded")), Ok(Verdict::MatchStale), "{vector}");
    }
}

#[test]
fn a_flipped_character_of_the_hash_never_matches() {
    for vector in one_of_each_scheme() {
        let mut encoded = text(&vector, "encoded").to_owned();
        let at = encoded.len() - 10;
        let other = if &encoded[at..=at] == "A" { "B" } else { "A" };
        encoded.replace_range(at..=at, other);
        assert_eq!(verify(text(&vector, "password"), &encoded), Ok(Verdict::Mismatch), "{encoded}");
    }
}

#[test]
fn a_truncated_encoding_is_refused_and_never_panics() {
    for vector in one_of_each_scheme() {
        let encoded = text(&vector, "encoded");
        for end in 0..encoded.len() - 30 {
            let verdict = verify(text(&vector, "password"), &encoded[..end]);
            assert!(
                matches!(verdict, Err(Error::Malformed | Error::UnknownScheme)),
                "{}: {verdict:?}",
                &encoded[..end]
            );
        }
    }
}

fn one_of_each_scheme() -> Vec<Value> {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let schemes = ["argon2", "bcrypt_sha256", "md5", "pbkdf2_sha1", "pbkdf2_sha256", "scrypt"];
    let right = |scheme| vectors.iter().find(|vector| vector["alg"] == scheme && vector["expect"] == true);
    schemes
        .into_iter()
        .map(|scheme| right(scheme).unwrap_or_else(|| panic!("no vector for {scheme}")).clone())
        .collect()
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap()
}
