//! What a stored hash may cost, and which version of Argon2 it is of where it names none.

use password::{Error, MAX_MEMORY, Verdict, memory, verify};

#[test]
fn what_costs_as_much_as_is_allowed_is_taken_and_one_more_is_not() {
    let argon2 = |costs: &str| format!("argon2$argon2id$v=19${costs}$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA");
    let bcrypt = |cost: u32| format!("bcrypt$$2b${cost}$yRKcvtnrH8MGGwj7GfQFZ.YOkT0O8k7lPnIq6Xx1HxrkU89M2gjI6");
    let pbkdf2 = |iterations: u32| format!("pbkdf2_sha1${iterations}$salt${}=", "A".repeat(27));
    let scrypt = |lanes: u32| format!("scrypt$16384$salt$8${lanes}${}==", "A".repeat(86));
    for (most, beyond) in [
        (argon2("m=262144,t=1,p=1"), argon2("m=262145,t=1,p=1")),
        (argon2("m=262144,t=4,p=1"), argon2("m=262144,t=5,p=1")),
        (argon2("m=19456,t=2,p=64"), argon2("m=19456,t=2,p=65")),
        (bcrypt(16), bcrypt(17)),
        (pbkdf2(10_000_000), pbkdf2(10_000_001)),
        (scrypt(64), scrypt(65)),
    ] {
        assert!(memory(&most).is_ok_and(|bytes| bytes <= MAX_MEMORY), "{most}");
        assert_eq!(memory(&beyond), Err(Error::TooCostly), "{beyond}");
    }
}

/// As the reference implementation writes it for version 16: `argon2.low_level.hash_secret` of argon2-cffi.
#[test]
fn an_argon2_hash_without_a_version_is_of_version_16() {
    let written = |version: &str| {
        let costs = "m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$UhA/MJM91vk0ET5esQQA3xeo4BJH1JUVy9H5Rdow1Cc";
        format!("argon2$argon2id${version}{costs}")
    };
    for (version, verdict) in [("", Verdict::MatchStale), ("v=16$", Verdict::MatchStale), ("v=19$", Verdict::Mismatch)]
    {
        assert_eq!(verify("correct horse", &written(version)), Ok(verdict), "{version}");
    }
}

/// N is a power of two above 1 (RFC 7914, section 2). As Python's `hashlib.scrypt` writes it.
#[test]
fn the_least_cost_of_scrypt_is_2() {
    let hash = "qLFGHClNRDiLXojod1CXDsP/0ej7FiBk/vap+EkaSCBk72mI3gjcS+PZypc0DojW1C0nWynwE4a0Sd451x/gow==";
    assert_eq!(verify("password", &format!("scrypt$2$salt1234$8$1${hash}")), Ok(Verdict::MatchStale));
    assert_eq!(verify("password", &format!("scrypt$1$salt1234$8$1${hash}")), Err(Error::Malformed));
}
