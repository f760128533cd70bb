//! What the function behind the gateway is told.

use crate::bench::{SHAPES, answer, context, event, is_allowed, token};
use serde_json::{Value, json};

const CLAIMS: (&str, &str) = ("TOKEN_CLAIMS", "username,email,first_name,last_name,is_staff,is_superuser,groups");

fn told(claims: Value, settings: &[(&str, &str)]) -> Value {
    Value::from(context(&answer(&event(SHAPES[1].1, &token(claims)), settings)).clone())
}

#[test]
fn az_18_nothing_but_the_user_and_the_token_s_own_data_is_told() {
    let context = told(json!({"email": "a@b.c", "hash_password": "5F4DCC3B", "plan": "x"}), &[]);
    let names: Vec<&String> = context.as_object().unwrap().keys().collect();
    assert_eq!(names, ["user_id", "token_type", "jti", "session", "exp", "iat"]);
}

#[test]
fn az_18_a_refusal_tells_nothing_of_the_token() {
    let token = token(json!({"exp": 1, "email": "alice@example.com"}));
    for (name, text, settings) in SHAPES {
        let answer = answer(&event(text, &token), settings).to_string();
        assert!(!answer.contains(&token) && !answer.contains("alice"), "{name}: {answer}");
    }
}

#[test]
fn configured_claims_are_told_as_flat_text() {
    let claims = json!({"username": "alice", "is_staff": true, "groups": ["a", "b \"c\""], "email": null});
    let context = told(claims, &[CLAIMS]);
    assert_eq!(context["username"], "alice");
    assert_eq!(context["is_staff"], "true");
    assert_eq!(context["groups"], r#"["a","b \"c\""]"#);
    assert_eq!(context.get("email"), None);
}

/// What a quote in a text does to an answer that an HTTP API has kept is not documented, and was seen to be a 500.
#[test]
fn az_19_an_http_api_is_told_lists_with_commas_and_nothing_with_a_quote() {
    for shape in [2, 3, 4] {
        let (name, text, settings) = SHAPES[shape];
        let settings = [settings, &[CLAIMS]].concat();
        let told = |claims: Value| Value::from(context(&answer(&event(text, &token(claims)), &settings)).clone());
        let context = told(json!({"username": "alice", "is_staff": true, "groups": ["a", "b c"]}));
        assert_eq!((&context["groups"], &context["is_staff"]), (&json!("a,b c"), &json!("true")), "{name}");
        assert_eq!(told(json!({"groups": []}))["groups"], "", "{name}");
        for groups in [json!(["a,b"]), json!(["a", ""]), json!(["a\"b"]), json!(["a\\"]), json!(["a", 1])] {
            let context = told(json!({"username": "a\"b", "groups": groups}));
            assert_eq!((context.get("groups"), context.get("username")), (None, None), "{name}: {groups}");
            assert_eq!(context["user_id"], "1", "{name}");
        }
    }
}

#[test]
fn az_19_what_could_break_out_is_left_out() {
    let claims = json!({
        "username": "a\r\nX-Admin: true",
        "first_name": {"nested": "object"},
        "last_name": "x".repeat(20_000 / 5),
        "groups": [["a"], "b"],
        "email": "\"}, \"user_id\": \"2",
    });
    let context = told(claims, &[CLAIMS]);
    assert_eq!(context["user_id"], "1");
    assert_eq!(context["email"], "\"}, \"user_id\": \"2");
    for name in ["username", "first_name", "last_name", "groups"] {
        assert_eq!(context.get(name), None, "{name}");
    }
}

#[test]
fn az_19_the_whole_stays_below_eight_kilobytes() {
    let quotes = "\"".repeat(500);
    let claims =
        json!({"username": quotes, "email": quotes, "first_name": quotes, "last_name": quotes, "groups": [quotes]});
    let context = told(claims, &[CLAIMS]).to_string();
    assert!(context.contains("groups"), "the token is as long as a token may be, and let in");
    assert!((6 * 1024..=8 * 1024).contains(&context.len()), "{}", context.len());
}

#[test]
fn az_19_a_user_whose_id_could_break_out_is_not_let_in() {
    for id in ["1\r\nX-Admin: true".to_owned(), "x".repeat(2_000)] {
        for claim in ["user_id", "jti"] {
            let token = token(json!({claim: id}));
            assert!(!is_allowed(&answer(&event(SHAPES[1].1, &token), &[])), "{claim}");
        }
    }
}
