//! What the function answers, and what of it a token may say.

use crate::fault::Fault;
use serde::Deserialize;
use serde_json::{Map, Value};
use token::Claims;

/// The longest answer that is read, in bytes: the event comes back in it.
pub(crate) const LONGEST: usize = 64 * 1024;

/// How deep lists and objects may lie in each other.
const DEEPEST: usize = 8;

/// From here on a number that is no whole one of 64 bits has lost digits.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// What no function may say.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Claims that tokens say by themselves, such as `exp`.
    pub reserved: &'a [&'a str],
    /// Claims that each refresh writes anew without asking.
    pub rewritten: &'a [&'a str],
    /// How much of a token the claims may take, in bytes of JSON.
    pub longest: usize,
}

/// What the function says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Claims that it adds, or sets in place of others.
    pub claims: Claims,
    /// Claims that the token is to be without.
    pub suppressed: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    claims_and_scope_override_details: Option<Details>,
    /// That of version 1.
    claims_override_details: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    access_token_generation: Option<Generation>,
    id_token_generation: Option<Generation>,
    group_override_details: Option<Groups>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Generation {
    claims_to_add_or_override: Option<Map<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
    scopes_to_add: Option<Vec<String>>,
    scopes_to_suppress: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Groups {
    groups_to_override: Option<Vec<String>>,
}

/// Reads an answer. What would be left out in silence is a fault: a token is never without what its function meant.
pub(crate) fn read(text: &str, bounds: &Bounds<'_>) -> Result<Said, Fault> {
    let answer: Answer = serde_json::from_str(text)
        .map_err(|_| Fault::Invalid("the answer is not the event with response.claimsAndScopeOverrideDetails in it"))?;
    if answer.response.claims_override_details.is_some() {
        return Err(Fault::Invalid(
            "the answer has claimsOverrideDetails, of version 1; write claimsAndScopeOverrideDetails",
        ));
    }
    let said = said(answer.response.claims_and_scope_override_details)?;
    within(&said, bounds)?;
    Ok(said)
}

fn said(details: Option<Details>) -> Result<Said, Fault> {
    let Some(details) = details else { return Ok(Said::default()) };
    if details.group_override_details.is_some_and(|groups| groups.groups_to_override.is_some()) {
        return Err(Fault::Invalid("groupsToOverride has no meaning here; write the claim groups"));
    }
    let Some(access) = details.access_token_generation else {
        return match details.id_token_generation {
            Some(id) if id.claims_to_add_or_override.is_some() || id.claims_to_suppress.is_some() => {
                Err(Fault::Invalid("there are no id tokens; write into accessTokenGeneration"))
            }
            _ => Ok(Said::default()),
        };
    };
    if [&access.scopes_to_add, &access.scopes_to_suppress].into_iter().flatten().any(|scopes| !scopes.is_empty()) {
        return Err(Fault::Invalid("there are no scopes; write claims"));
    }
    let claims = access.claims_to_add_or_override.unwrap_or_default();
    Ok(Said { claims: claims.into_iter().collect(), suppressed: access.claims_to_suppress.unwrap_or_default() })
}

fn within(said: &Said, bounds: &Bounds<'_>) -> Result<(), Fault> {
    let mut names = said.claims.iter().map(|(name, _)| name).chain(said.suppressed.iter().map(String::as_str));
    let fault = names.find_map(|name| match name {
        name if !settings::is_claim(name) => Some("a claim has a name that is none"),
        name if bounds.reserved.contains(&name) => Some("a claim that tokens say by themselves cannot be set"),
        name if bounds.rewritten.contains(&name) => Some(
            "a claim of TOKEN_CLAIMS can be set with CLAIMS_FUNCTION_AT_REFRESH=true alone: a refresh would undo it",
        ),
        _ => None,
    });
    if let Some(fault) = fault {
        return Err(Fault::Invalid(fault));
    }
    if !said.claims.iter().all(|(_, value)| !value.is_null() && fits(value, DEEPEST)) {
        return Err(Fault::Invalid("a claim is null, or has a number with too many digits, or lies too deep"));
    }
    if said.claims.to_json().len() > bounds.longest {
        return Err(Fault::Invalid("the claims are too large for a token that a request could carry"));
    }
    Ok(())
}

/// Whether a token says the value and nothing else: a number that has lost digits is another one.
fn fits(value: &Value, depth: usize) -> bool {
    match value {
        Value::Number(number) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|it| it.abs() < INEXACT)
        }
        Value::Array(values) => depth > 0 && values.iter().all(|value| fits(value, depth - 1)),
        Value::Object(members) => depth > 0 && members.values().all(|value| fits(value, depth - 1)),
        Value::Bool(_) | Value::Null | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const BOUNDS: Bounds<'_> = Bounds { reserved: &["exp", "user_id"], rewritten: &["role"], longest: 200 };

    fn told(generation: &Value) -> Result<Said, Fault> {
        let details = json!({"accessTokenGeneration": generation});
        read(&json!({"response": {"claimsAndScopeOverrideDetails": details}}).to_string(), &BOUNDS)
    }

    fn adding(claims: &Value) -> Result<String, Fault> {
        told(&json!({"claimsToAddOrOverride": claims})).map(|said| said.claims.to_json())
    }

    #[test]
    fn claims_are_texts_numbers_truths_lists_and_objects() {
        let claims = json!({"tier": "gold", "level": 3, "beta": true, "teams": ["a"], "limits": {"calls": 1.5}});
        assert_eq!(adding(&claims), Ok(claims.to_string()));
        let said = told(&json!({"claimsToSuppress": ["email"]})).unwrap();
        assert_eq!((said.claims.to_json(), said.suppressed), ("{}".to_owned(), vec!["email".to_owned()]));
    }

    #[test]
    fn nothing_is_said_where_nothing_is_to_be_changed() {
        for response in
            [json!({"claimsAndScopeOverrideDetails": null}), json!({}), json!({"claimsAndScopeOverrideDetails": {}})]
        {
            assert_eq!(read(&json!({"response": response}).to_string(), &BOUNDS), Ok(Said::default()), "{response}");
        }
        for answer in
            ["", "null", "{}", r#"{"errorMessage":"x","errorType":"Error"}"#, r#"{"response":null}"#, "[]", "\"x\""]
        {
            assert!(read(answer, &BOUNDS).is_err(), "{answer}");
        }
    }

    #[test]
    fn what_tokens_say_by_themselves_is_neither_set_nor_taken_away() {
        for name in ["exp", "user_id", "role", "", "a b", "caf\u{e9}", "\"", &"x".repeat(65)] {
            assert!(adding(&json!({name: "x"})).is_err(), "{name}");
            assert!(told(&json!({"claimsToSuppress": [name]})).is_err(), "{name}");
        }
    }

    #[test]
    fn what_a_token_cannot_say_to_the_digit_is_refused() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        let named = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({"x": inner}));
        for claims in [json!({"x": deep(8)}), named(9), json!({"x": i64::MIN, "y": u64::MAX})] {
            assert!(adding(&claims).is_ok(), "{claims}");
        }
        for value in [json!(null), json!(INEXACT), json!([1e300]), deep(9), named(9)] {
            assert!(adding(&json!({"x": value})).is_err(), "{value}");
        }
        for number in ["1e400", "NaN", "340282366920938463463374607431768211456"] {
            let text = format!(
                r#"{{"response":{{"claimsAndScopeOverrideDetails":{{"accessTokenGeneration":{{"claimsToAddOrOverride":{{"x":{number}}}}}}}}}}}"#
            );
            assert!(read(&text, &BOUNDS).is_err(), "{number}");
        }
    }

    #[test]
    fn claims_take_so_much_and_no_more() {
        let frame = json!({"x": ""}).to_string().len();
        assert!(adding(&json!({"x": "a".repeat(200 - frame)})).is_ok());
        assert!(adding(&json!({"x": "a".repeat(201 - frame)})).is_err());
        assert!(adding(&json!({"x": "\u{e9}".repeat(40)})).is_err(), "a token escapes it to six bytes");
    }

    #[test]
    fn what_has_no_meaning_here_is_not_left_out_in_silence() {
        for details in [
            json!({"idTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold"}}}),
            json!({"accessTokenGeneration": {"scopesToAdd": ["read"]}}),
            json!({"accessTokenGeneration": {"scopesToSuppress": ["read"]}}),
            json!({"groupOverrideDetails": {"groupsToOverride": []}}),
        ] {
            let answer = json!({"response": {"claimsAndScopeOverrideDetails": details}});
            assert!(read(&answer.to_string(), &BOUNDS).is_err(), "{details}");
        }
        let first = json!({"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": {"tier": "gold"}}}});
        assert!(read(&first.to_string(), &BOUNDS).is_err());
        let both =
            json!({"idTokenGeneration": {"claimsToAddOrOverride": {"tier": "gold"}}, "accessTokenGeneration": {}});
        for details in [both, json!({"idTokenGeneration": {}})] {
            let answer = json!({"response": {"claimsAndScopeOverrideDetails": details}});
            assert!(read(&answer.to_string(), &BOUNDS).is_ok(), "{details}");
        }
    }

    proptest! {
        /// Whatever comes is told or refused, and what is told is within the bounds.
        #[test]
        fn no_answer_goes_beyond_the_bounds(name in "\\PC{0,70}", value in "\\PC{0,250}", answer in "\\PC{0,99}") {
            let _ = read(&answer, &BOUNDS);
            if let Ok(text) = adding(&json!({name.clone(): value})) {
                prop_assert!(text.len() <= 200 && settings::is_claim(&name) && !["exp", "user_id", "role"].contains(&&*name));
            }
        }
    }
}
