//! What a gateway reads in the answer of an authorizer.

use crate::refusal::Refusal;
use api::Principal;
use serde_json::Value;

/// Yes or no, in either form: a simple response, or a policy as IAM reads it.
pub(super) fn read(answer: &Value, arn: &str) -> Result<Principal, Refusal> {
    let context = answer.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    let allowed = match answer.get("isAuthorized") {
        Some(simple) => *simple == Value::Bool(true),
        None => is_allowed(answer, arn),
    };
    match Principal::from_context(&context).filter(|_| allowed) {
        Some(principal) => Ok(principal),
        None => Err(Refusal::Denied(context)),
    }
}

/// Whoever is not allowed is denied, and whoever is denied is not allowed.
fn is_allowed(answer: &Value, arn: &str) -> bool {
    let statements = answer.pointer("/policyDocument/Statement").and_then(Value::as_array);
    let effects: Vec<&str> =
        statements.into_iter().flatten().filter(|statement| speaks_of(statement, arn)).filter_map(effect).collect();
    effects.contains(&"Allow") && !effects.contains(&"Deny")
}

fn effect(statement: &Value) -> Option<&str> {
    statement.get("Effect")?.as_str()
}

fn speaks_of(statement: &Value, arn: &str) -> bool {
    let is = |name: &str, text: &str| statement.get(name).and_then(Value::as_str).is_some_and(|p| matches(p, text));
    is("Action", "execute-api:Invoke") && is("Resource", arn)
}

/// Whether a pattern of IAM, in which `*` is anything, is a text's.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().any(|(place, _)| rest.get(place..).is_some_and(|rest| matches(after, rest)))
                || matches(after, "")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:execute-api:local:000000000000:latchkey/local/GET/api/hello/";

    fn answer(statements: &[(&str, &str)]) -> Value {
        let statements: Vec<Value> = statements
            .iter()
            .map(|(effect, resource)| json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}))
            .collect();
        let context = json!({"user_id": "1", "token_type": "access", "jti": "x", "exp": "1"});
        json!({"policyDocument": {"Statement": statements}, "context": context})
    }

    fn passes(statements: &[(&str, &str)]) -> bool {
        read(&answer(statements), ARN).is_ok()
    }

    #[test]
    fn a_policy_allows_what_it_names_and_nothing_else() {
        assert!(passes(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/local/*")]));
        assert!(passes(&[("Allow", ARN)]));
        assert!(passes(&[("Allow", "arn:aws:execute-api:*:latchkey/*/GET/*/hello/*")]));
        assert!(!passes(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/local/GET/api/other/*")]));
        assert!(!passes(&[("Allow", "arn:aws:execute-api:local:000000000000:latchkey/other/*")]));
        assert!(!passes(&[]));
    }

    #[test]
    fn a_deny_beats_every_allow() {
        assert!(!passes(&[("Allow", "*"), ("Deny", "*")]));
        assert!(!passes(&[("Deny", ARN), ("Allow", ARN)]));
        assert!(passes(&[("Allow", "*"), ("Deny", "arn:aws:execute-api:*/POST/*")]));
    }

    #[test]
    fn a_simple_response_says_it_in_one_word() {
        let context = answer(&[])["context"].clone();
        let simple = |word: Value| read(&json!({"isAuthorized": word, "context": context}), ARN);
        assert!(simple(json!(true)).is_ok());
        for word in [json!(false), json!("true"), json!(1), json!(null)] {
            assert!(simple(word).is_err());
        }
    }
}
