//! A good token before every kind of API.

use crate::bench::{NOW, SESSION, SHAPES, answer, context, event, is_allowed, token};
use serde_json::{Value, json};

#[test]
fn az_01_a_good_token_opens_every_kind_of_api() {
    for (name, text, settings) in SHAPES {
        let answer = answer(&event(text, &token(json!({}))), settings);
        assert!(is_allowed(&answer), "{name}: {answer}");
        let context = context(&answer);
        assert!(context.values().all(Value::is_string), "{name}: {answer}");
        assert_eq!(context["user_id"], "1", "{name}");
        assert_eq!(context["session"], SESSION, "{name}");
        assert_eq!(context["exp"], (NOW + 300).to_string(), "{name}");
    }
}

#[test]
fn az_01_a_policy_names_the_user_and_speaks_for_the_whole_stage() {
    let stages = [
        ("rest_token", "abcdef1234/v1/*"),
        ("rest_request", "abcdef1234/v1/*"),
        ("http_1_0", "ghijkl5678/$default/*"),
        ("http_2_0 policy", "ghijkl5678/$default/*"),
        ("websocket header", "mnopqr9012/live/*"),
        ("websocket query", "mnopqr9012/live/*"),
        ("websocket subprotocol", "mnopqr9012/live/*"),
    ];
    for (name, stage) in stages {
        let (_, text, settings) = SHAPES.into_iter().find(|(known, ..)| *known == name).unwrap();
        let answer = answer(&event(text, &token(json!({}))), settings);
        assert_eq!(answer["principalId"], "1", "{name}");
        let expected = json!([{
            "Action": "execute-api:Invoke",
            "Effect": "Allow",
            "Resource": format!("arn:aws:execute-api:eu-central-1:123456789012:{stage}"),
        }]);
        assert_eq!(answer["policyDocument"], json!({"Version": "2012-10-17", "Statement": expected}), "{name}");
    }
}

#[test]
fn a_simple_answer_has_no_members_that_an_http_api_does_not_know() {
    let answer = answer(&event(SHAPES[3].1, &token(json!({}))), &[]);
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["isAuthorized", "context"]);
}

#[test]
fn appsync_keeps_an_answer_no_longer_than_told_and_never_past_the_end_of_the_token() {
    let kept = |cache, exp| {
        let token = token(json!({"exp": exp}));
        answer(&event(SHAPES[8].1, &token), &[("AUTHORIZER_CACHE_SECONDS", cache), ("LEEWAY", "10")])["ttlOverride"]
            .clone()
    };
    assert_eq!(kept("0", NOW + 300), 0);
    assert_eq!(kept("60", NOW + 300), 60);
    assert_eq!(kept("3600", NOW + 300), 300);
    assert_eq!(kept("3600", NOW - 5), 0, "within the leeway");
}

#[test]
fn appsync_takes_the_header_with_its_word_too() {
    let text = SHAPES[8].1.replace("{token}", "Bearer {token}");
    assert!(is_allowed(&answer(&event(&text, &token(json!({}))), &[])));
    let text = SHAPES[8].1.replace("{token}", "Basic {token}");
    assert_eq!(answer(&event(&text, &token(json!({}))), &[]), json!({"isAuthorized": false, "ttlOverride": 0}));
}

/// AppSync keeps its answer under the token that it hands over.
#[test]
fn appsync_is_let_in_by_no_token_beside_another() {
    let good = token(json!({}));
    for others in [json!({"authorization": "x"}), json!({"authorization": good, "Authorization": good})] {
        let mut event = event(SHAPES[8].1, &good);
        event["requestHeaders"] = others;
        assert!(!is_allowed(&answer(&event, &[])), "{event}");
    }
    let mut event = event(SHAPES[8].1, &good);
    event["requestHeaders"] = json!({});
    assert!(is_allowed(&answer(&event, &[])), "what is handed over alone");
}

#[test]
fn a_usage_plan_finds_the_key_that_a_claim_names_before_a_rest_api_alone() {
    let token = token(json!({"plan": "a-key-of-twenty-letters"}));
    for (name, text, settings) in SHAPES {
        let settings = [settings, &[("USAGE_KEY_CLAIM", "plan")]].concat();
        let expected = name.starts_with("rest").then(|| json!("a-key-of-twenty-letters"));
        assert_eq!(answer(&event(text, &token), &settings).get("usageIdentifierKey"), expected.as_ref(), "{name}");
    }
}

#[test]
fn a_websocket_client_is_heard_only_where_the_setting_says() {
    let sockets = SHAPES.iter().filter(|(name, ..)| name.starts_with("websocket"));
    for (name, text, own) in sockets {
        for place in ["header", "query", "subprotocol"] {
            let allowed = is_allowed(&answer(&event(text, &token(json!({}))), &[("WEBSOCKET_TOKEN", place)]));
            let here = own.first().map_or("header", |(_, place)| place);
            assert_eq!(allowed, place == here, "{name} with WEBSOCKET_TOKEN={place}");
        }
    }
}
