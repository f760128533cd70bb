//! Tokens: their compact form, their claims, their ids.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use token::{
    Access, Algorithm, Any, Claims, Error, Key, KeySet, LegacyRules, LegacyToken, Refresh, Rules, Sliding, Stamp, Token,
};

const NOW: i64 = 1_800_000_000;
const LIFETIME: i64 = 300;

fn keys() -> KeySet {
    let key = Key::hmac(Some("k".to_owned()), Algorithm::HS256, b"a secret of thirty-two bytes or more").unwrap();
    KeySet::new(vec![key]).unwrap()
}

fn claims() -> impl Strategy<Value = Claims> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
        vec(".{0,8}", 0..4).prop_map(Value::from),
        Just(json!({"deep": {"deeper": [1, 2.5, null]}})),
    ];
    vec(("x_[a-z]{1,8}", value), 0..6).prop_map(|members| {
        let mut claims = Claims::default();
        members.into_iter().for_each(|(name, value)| claims.set(&name, value));
        claims
    })
}

fn signed(claims: &Claims) -> String {
    let stamp = Stamp { now: NOW, lifetime: LIFETIME, jti: "an-id" };
    Token::<Refresh>::issue(&Rules::default(), stamp, "42", claims).sign(&keys(), &Rules::default(), NOW).unwrap().text
}

fn read(text: &str, now: i64) -> Result<Token<Refresh>, Error> {
    Token::<Refresh>::verify(text, &keys(), &Rules::default(), now)
}

/// A character of the compact form, other than this one.
fn other(than: char, by: usize) -> char {
    let all = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_', '.']);
    let others: Vec<char> = all.filter(|letter| *letter != than).collect();
    others[by % others.len()]
}

/// A signed text and a place in it: any, or, every other time, that of the last letter, which carries fewer bits than the others.
fn text_and_place() -> impl Strategy<Value = (String, usize)> {
    let place = |text: String| {
        let last = text.len() - 1;
        prop_oneof![0..last, Just(last)].prop_map(move |at| (text.clone(), at))
    };
    claims().prop_map(|claims| signed(&claims)).prop_flat_map(place)
}

/// Text of any kind, and such as only a signature makes a token.
fn unsigned() -> impl Strategy<Value = String> {
    let encoded = |json: Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let signed_by_nobody = (0..4_usize, "[A-Za-z0-9_-]{0,44}").prop_map(move |(kind, signature)| {
        let header = encoded(json!({"alg": "HS256", "kid": "k", "typ": "JWT"}));
        let kind = ["access", "refresh", "sliding", "none"][kind];
        let claims = json!({"token_type": kind, "exp": NOW + 9, "iat": NOW, "jti": "an-id", "user_id": "42"});
        format!("{header}.{}.{signature}", encoded(claims))
    });
    prop_oneof![".{0,200}", "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,90}\\.[A-Za-z0-9_-]{0,60}", signed_by_nobody]
}

proptest! {
    #[test]
    fn what_is_signed_is_read_with_every_claim_in_its_order(claims in claims(), age in 0..LIFETIME) {
        let text = signed(&claims);
        let token = read(&text, NOW + age).unwrap();
        prop_assert_eq!((token.user_id(), token.jti(), token.expiry()), (Some("42"), "an-id", NOW + LIFETIME));
        let read: Vec<_> = token.claims().iter().filter(|(name, _)| name.starts_with("x_")).collect();
        let given: Vec<_> = claims.iter().collect();
        prop_assert_eq!(read, given);
    }

    #[test]
    fn it_ends_at_its_second_and_not_before(claims in claims(), since in prop_oneof![-3..3_i64, -LIFETIME..5_000]) {
        prop_assert_eq!(read(&signed(&claims), NOW + LIFETIME + since).is_ok(), since < 0);
    }

    #[test]
    fn no_character_can_be_another((text, at) in text_and_place(), by in any::<usize>()) {
        let mut letters: Vec<char> = text.chars().collect();
        letters[at] = other(letters[at], by);
        let forged: String = letters.into_iter().collect();
        prop_assert_eq!(read(&forged, NOW).err(), Some(Error::Invalid), "{}", forged);
    }

    #[test]
    fn none_can_be_left_out_or_put_in((text, at) in text_and_place(), by in any::<usize>()) {
        let (before, after) = text.split_at(at);
        let (left_out, rest) = after.split_at(1);
        let letter = other(' ', by);
        for forged in [format!("{before}{rest}"), format!("{before}{letter}{after}"), format!("{before}{left_out}{letter}{rest}")] {
            prop_assert!(read(&forged, NOW).is_err(), "{}", forged);
        }
    }

    #[test]
    fn nothing_that_nobody_signed_is_a_token(text in unsigned(), now in prop_oneof![Just(NOW), any::<i64>()]) {
        prop_assert!(Token::<Any>::verify(&text, &keys(), &Rules::default(), now).is_err());
        prop_assert!(Token::<Sliding>::verify_own(&text, &keys(), &Rules::default(), now).is_err());
        prop_assert!(LegacyToken::verify(&text, &[keys()], &LegacyRules::default(), now).is_err());
        prop_assert_eq!(token::unverified_session(&text, "jti"), None);
    }

    #[test]
    fn a_kind_is_never_taken_for_another(claims in claims()) {
        let text = signed(&claims);
        prop_assert!(Token::<Access>::verify(&text, &keys(), &Rules::default(), NOW).is_err());
        prop_assert!(Token::<Sliding>::verify(&text, &keys(), &Rules::default(), NOW).is_err());
        prop_assert!(Token::<Any>::verify(&text, &keys(), &Rules::default(), NOW).is_ok());
    }

    #[test]
    fn an_id_names_its_session_and_no_other(first in any::<[u8; 16]>(), second in any::<[u8; 16]>(), odd in ".{0,40}") {
        let jti = token::jti(first);
        let sid = token::session_of(&jti).unwrap();
        let (next, access) = (token::jti_of_session(sid, second), token::access_jti(&jti));
        prop_assert_eq!([token::session_of(&next), token::session_of(&access)], [Some(sid); 2]);
        prop_assert!(token::session_of(&odd).is_none_or(|sid| odd.starts_with(sid)));
    }
}
