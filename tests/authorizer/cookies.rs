//! AUTH_COOKIE at the gateway: the access token in a cookie, before each kind of API whose event has one.

use crate::bench::{SHAPES, Shape, answer, context, event, is_allowed, token};
use serde_json::{Value, json};

const COOKIES: (&str, &str) = ("AUTH_COOKIE", "latchkey");

/// REST by `REQUEST`, HTTP API 1.0 and 2.0, and WebSocket: the others' events have a token and no cookie.
const SHOWING: [usize; 5] = [1, 2, 3, 4, 5];

/// Headers that the tests give by themselves.
const OWN: [&str; 5] = ["authorization", "cookie", "host", "origin", "sec-fetch-site"];

/// The event of a browser: no header of the token, but these others; and the cookie where this gateway puts it.
fn shown((_, text, _): Shape, cookie: &str, headers: &[(&str, &str)]) -> Value {
    let mut event = event(text, "unused");
    for map in ["headers", "multiValueHeaders"] {
        let Some(members) = event[map].as_object_mut() else { continue };
        members.retain(|name, _| !OWN.contains(&name.to_lowercase().as_str()));
        for (name, value) in headers {
            let value = if map == "headers" { json!(value) } else { json!([value]) };
            members.insert((*name).to_owned(), value);
        }
    }
    event["identitySource"] = json!(null);
    if event["version"] == "2.0" {
        event["cookies"] = json!(["theme=dark", cookie]);
    } else {
        event["headers"]["Cookie"] = json!(format!("theme=dark; {cookie}"));
    }
    event
}

fn ask(shape: usize, change: impl Fn(&mut Value)) -> Value {
    ask_with(shape, &[("Sec-Fetch-Site", "same-origin")], change)
}

fn ask_with(shape: usize, headers: &[(&str, &str)], change: impl Fn(&mut Value)) -> Value {
    let mut event = shown(SHAPES[shape], &format!("__Host-latchkey={}", token(json!({}))), headers);
    change(&mut event);
    answer(&event, &[SHAPES[shape].2, &[COOKIES]].concat())
}

#[test]
fn a_cookie_opens_every_api_that_shows_it() {
    for shape in SHOWING {
        let answer = ask(shape, |_| {});
        assert!(is_allowed(&answer), "{}: {answer}", SHAPES[shape].0);
        assert_eq!(context(&answer)["user_id"], "1");
    }
}

#[test]
fn a_cookie_is_none_where_the_setting_is_off() {
    for shape in SHOWING {
        let event = shown(
            SHAPES[shape],
            &format!("__Host-latchkey={}", token(json!({}))),
            &[("Sec-Fetch-Site", "same-origin")],
        );
        assert!(!is_allowed(&answer(&event, SHAPES[shape].2)), "{}", SHAPES[shape].0);
    }
}

/// Cross-site WebSocket hijacking among them: a handshake is a GET, and no preflight comes before it.
#[test]
fn a_cookie_counts_for_pages_of_ours_alone() {
    let foreign: [&[(&str, &str)]; 5] = [
        &[],
        &[("Origin", "https://evil.example")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
        &[("Sec-Fetch-Site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("Origin", "https://a.example"), ("Host", "b.example")],
    ];
    for shape in SHOWING {
        for headers in foreign {
            let answer = ask_with(shape, headers, |_| {});
            assert!(!is_allowed(&answer), "{}: {headers:?}", SHAPES[shape].0);
            assert!(context(&answer)["detail"].as_str().unwrap().starts_with("CSRF Failed: "), "{answer}");
        }
        let own: &[(&str, &str)] = &[("Origin", "https://a.example"), ("Host", "a.example")];
        assert!(is_allowed(&ask_with(shape, own, |_| {})), "{}", SHAPES[shape].0);
    }
}

/// Under whatever the gateway keeps the answer, the page that asks is no part of it: a foreign page would get it, too.
#[test]
fn az_11_a_cookie_opens_nothing_where_the_gateway_keeps_answers() {
    for shape in SHOWING {
        for source in [json!(["x"]), json!("x"), json!([""]), json!({})] {
            let answer = ask(shape, |event| event["identitySource"] = source.clone());
            assert!(!is_allowed(&answer), "{}: {source}", SHAPES[shape].0);
        }
        assert!(is_allowed(&ask(shape, |event| event["identitySource"] = json!([]))), "{}", SHAPES[shape].0);
    }
}

#[test]
fn az_07_two_cookies_that_differ_are_refused_wherever_they_stand() {
    for shape in SHOWING {
        let refused = |change: &dyn Fn(&mut Value)| !is_allowed(&ask(shape, change));
        assert!(refused(&|event| event["cookies"] = json!(["__Host-latchkey=x", "__Host-latchkey=y"])));
        assert!(refused(
            &|event| event["multiValueHeaders"]["cookie"] = json!(["__Host-latchkey=x; __Host-latchkey=y"])
        ));
        assert!(refused(&|event| event["headers"]["cookie"] = json!("__Host-latchkey=x; __Host-latchkey=y")));
    }
}

#[test]
fn a_header_that_says_something_else_is_refused() {
    for shape in SHOWING {
        let other = format!("Bearer {}", token(json!({"jti": "another"})));
        let with = |header: &str| is_allowed(&ask(shape, |event| event["headers"]["authorization"] = json!(header)));
        assert!(!with(&other), "{}", SHAPES[shape].0);
        assert!(!with("Basic x"), "the gateway could keep the answer under this");
        assert!(with(&format!("Bearer {}", token(json!({})))), "{}", SHAPES[shape].0);
    }
}
