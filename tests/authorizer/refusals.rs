//! Whom the authorizer does not let in, and how it says so.

use crate::bench::{NOW, SHAPES, answer, context, decide, event, headed, is_allowed, token};
use serde_json::{Value, json};
use tests::app::tampered;

/// Alice's token before every kind of API whose event has a header: with its word before it, or another.
fn with_header(header: &str, settings: &[(&str, &str)]) -> Vec<(&'static str, bool)> {
    let headed_shapes = SHAPES.iter().filter(|(name, ..)| !["websocket query", "websocket subprotocol"].contains(name));
    let header = header.replace("{token}", &token(json!({})));
    headed_shapes
        .map(|(name, text, own)| (*name, is_allowed(&answer(&headed(text, &header), &[*own, settings].concat()))))
        .collect()
}

fn all(allowed: bool, header: &str, settings: &[(&str, &str)]) {
    let wrong: Vec<_> = with_header(header, settings).into_iter().filter(|(_, is)| *is != allowed).collect();
    assert!(wrong.is_empty(), "{header:?}, allowed: {wrong:?}");
}

#[test]
fn az_03_a_rest_api_hears_no_by_a_policy_whose_context_holds_the_body() {
    let (_, text, _) = SHAPES[1];
    let answer = answer(&event(text, &tampered(&token(json!({})))), &[]);
    assert_eq!(answer["policyDocument"]["Statement"][0]["Effect"], "Deny");
    assert_eq!(answer["principalId"], "anonymous");
    assert_eq!(
        context(&answer)["body"],
        concat!(
            r#"{"detail":"Given token not valid for any token type","code":"token_not_valid","#,
            r#""messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid"}]}"#
        )
    );
    assert_eq!(context(&answer)["code"], "token_not_valid");
    assert_eq!(context(&answer)["challenge"], r#"Bearer realm="api", error="invalid_token""#);
}

#[test]
fn a_refusal_names_the_origin_whose_page_may_read_it() {
    let cors: &[(&str, &str)] = &[("CORS_ALLOWED_ORIGINS", "https://app.example.com,https://two.example.com")];
    let told = |headers: Value, settings| {
        let (_, text, _) = SHAPES[1];
        let mut event: Value = event(text, &tampered(&token(json!({}))));
        event["headers"]["origin"] = headers;
        event["multiValueHeaders"] = Value::Null;
        context(&answer(&event, settings)).get("corsOrigin").cloned()
    };
    assert_eq!(told(json!("https://two.example.com"), cors), Some(json!("https://two.example.com")));
    for other in
        [json!("https://evil.example"), json!("null"), json!(""), Value::Null, json!(["https://two.example.com"])]
    {
        assert_eq!(told(other.clone(), cors), Some(json!("")), "{other}");
    }
    assert_eq!(told(json!("https://two.example.com"), &[]), None, "CORS is off");
}

#[test]
fn az_03_the_error_that_stands_for_401_is_letter_for_letter() {
    let settings: &[(&str, &str)] = &[("AUTHORIZER_REFUSAL", "unauthorized")];
    for (name, text, own) in SHAPES {
        let settings = [own, settings].concat();
        let decision = decide(&event(text, &tampered(&token(json!({})))), &settings).unwrap();
        let thrown = name.starts_with("rest") || name.starts_with("websocket");
        assert_eq!(decision.render().err(), thrown.then_some("Unauthorized"), "{name}");
        assert!(decide(&event(text, &token(json!({}))), &settings).unwrap().render().is_ok(), "{name}");
    }
}

#[test]
fn az_04_the_word_before_the_token_is_read_in_any_case() {
    for word in ["Bearer", "bearer", "BEARER", "BeArEr"] {
        all(true, &format!("{word} {{token}}"), &[]);
    }
}

#[test]
fn az_08_hardened_nothing_but_spaces_stands_before_the_token() {
    let hardened = [("PROFILE", "hardened"), ("SESSION_CHECK", "false")];
    all(true, "Bearer  {token}", &hardened);
    all(false, "Bearer\t{token}", &hardened);
    all(true, "Bearer\t{token}", &[]);
    for odd in [
        "Bearer:{token}",
        "Bearer: {token}",
        "Bearer \"{token}\"",
        "Bearer,{token}",
        "Bearer {token},",
        "Bearer{token}",
    ] {
        all(false, odd, &hardened);
        all(false, odd, &[]);
    }
}

#[test]
fn az_09_other_words_are_nobodys() {
    for word in ["Token", "JWT", "Basic", "Digest", "DPoP"] {
        all(false, &format!("{word} {{token}}"), &[]);
    }
    all(false, "Bearer {token} {token}", &[]);
    all(false, "Bearer {token}, Bearer {token}", &[]);
    all(false, "Bearer", &[]);
    all(false, "", &[]);
}

#[test]
fn az_11_an_answer_is_not_kept_under_another_value() {
    for index in [2, 3, 4] {
        let (name, text, settings) = SHAPES[index];
        let good = event(text, &token(json!({})));
        for (place, value) in [("headers", json!("authorization")), ("identitySource", json!(null))] {
            let mut mixed = good.clone();
            let other = format!("Bearer {}", token(json!({"user_id": "2"})));
            match value.as_str() {
                Some(_) => {
                    let headers = mixed[place].as_object_mut().unwrap();
                    headers
                        .iter_mut()
                        .filter(|(key, _)| key.eq_ignore_ascii_case("authorization"))
                        .for_each(|(_, v)| *v = json!(other));
                }
                None if mixed[place].is_array() => mixed[place] = json!([other]),
                None => mixed[place] = json!(other),
            }
            assert!(!is_allowed(&answer(&mixed, settings)), "{name}: another {place}");
        }
    }
}

/// A REST API does not say under which header it keeps an answer.
#[test]
fn az_11_a_rest_api_hears_of_no_token_beside_another_authorization() {
    let settings = [("AUTH_HEADER_NAME", "X-Access-Token"), ("AUTH_COOKIE", "latchkey")];
    let token = token(json!({}));
    let shown = [
        json!({"X-Access-Token": format!("Bearer {token}")}),
        json!({"Cookie": format!("__Host-latchkey={token}"), "Sec-Fetch-Site": "same-origin"}),
    ];
    for shown in shown {
        let mut event = event(SHAPES[1].1, "unused");
        event["headers"] = shown.clone();
        event["multiValueHeaders"] = json!(null);
        assert!(is_allowed(&answer(&event, &settings)), "{shown}");
        for name in ["Authorization", "authorization", "AUTHORIZATION"] {
            for (map, value) in [("headers", json!("Bearer anything")), ("multiValueHeaders", json!(["Bearer x"]))] {
                let mut beside = event.clone();
                let mut members = beside[map].as_object().cloned().unwrap_or_default();
                members.insert(name.to_owned(), value);
                beside[map] = json!(members);
                let answer = answer(&beside, &settings);
                assert!(!is_allowed(&answer), "{shown} {map}");
                assert_eq!(context(&answer)["detail"], "Several tokens were sent. Send one.");
            }
        }
    }
}

#[test]
fn az_27_a_token_of_nobody_opens_nothing() {
    for (name, text, settings) in SHAPES {
        for nobody in [json!(null), json!(""), json!(" "), json!(false), json!(0), json!([]), json!({})] {
            let token = token(json!({"user_id": nobody}));
            assert!(!is_allowed(&answer(&event(text, &token), settings)), "{name}: {nobody}");
        }
        assert!(is_allowed(&answer(&event(text, &token(json!({"user_id": 7}))), settings)), "{name}");
    }
}

#[test]
fn az_03_an_http_api_is_handed_no_json_in_a_text() {
    for (name, text, settings) in SHAPES.into_iter().filter(|(name, ..)| name.starts_with("http")) {
        let answer = answer(&event(text, &tampered(&token(json!({})))), settings);
        let names: Vec<&String> = context(&answer).keys().collect();
        assert_eq!(names, ["detail", "code"], "{name}");
        assert!(context(&answer).values().all(|text| !text.as_str().unwrap().contains(['"', '\\'])), "{name}");
    }
}

#[test]
fn az_12_a_refresh_token_opens_nothing() {
    for (name, text, settings) in SHAPES {
        let refresh = token(json!({"token_type": "refresh"}));
        assert!(!is_allowed(&answer(&event(text, &refresh), settings)), "{name}");
    }
}

#[test]
fn a_token_that_has_ended_or_is_anothers_opens_nothing() {
    for (name, text, settings) in SHAPES {
        let bad = [
            token(json!({"exp": NOW})),
            tampered(&token(json!({}))),
            tests::forge::token(
                &json!({"alg": "HS256"}),
                &crate::bench::claims(),
                "another secret of thirty-two characters",
            ),
            tests::forge::token(&json!({"alg": "none"}), &crate::bench::claims(), ""),
            token(json!({"user_id": true})),
            token(json!({"jti": null})),
        ];
        for token in bad {
            assert!(!is_allowed(&answer(&event(text, &token), settings)), "{name}: {token}");
        }
    }
}

#[test]
fn az_22_what_is_no_event_of_an_authorizer_gets_no_answer() {
    let proxy = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let token = token(json!({}));
    let foreign = [
        json!({}),
        json!(null),
        json!([]),
        json!("Bearer"),
        event(include_str!("foreign/console_test.json"), &token),
        event(include_str!("foreign/load_balancer.json"), &token),
        event(include_str!("foreign/version_3.json"), &token),
        event(include_str!("foreign/websocket_message.json"), &token),
        proxy(include_str!("../../events/hello.json")),
        proxy(include_str!("../../events/obtain.json")),
    ];
    for event in foreign {
        assert!(decide(&event, &[]).is_none(), "{event}");
    }
}

#[test]
fn az_22_an_event_without_headers_lets_nobody_in() {
    for (name, text, settings) in SHAPES.into_iter().filter(|(name, ..)| !["rest_token", "appsync"].contains(name)) {
        for nothing in [json!(null), json!({}), json!([]), json!("Authorization")] {
            let mut event = event(text, &token(json!({})));
            for map in ["headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"] {
                event[map] = nothing.clone();
            }
            let answer = answer(&event, settings);
            assert!(!is_allowed(&answer), "{name}: {nothing}");
            assert_eq!(context(&answer)["detail"], "Authentication credentials were not provided.", "{name}");
        }
    }
}
