//! Moments in the recorder's spelling, `<epoch:now+300>`, compared as loosely as this machine is slow.

use serde_json::Value;

/// Whether two values are the same but for moments that lie at most `slack` seconds apart.
pub(crate) fn same(want: &Value, got: &Value, slack: i64) -> bool {
    match (want, got) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other, slack))
        }
        (Value::Object(one), Value::Object(other)) => {
            let matches = |(name, one): (&String, &Value)| other.get(name).is_some_and(|other| same(one, other, slack));
            one.len() == other.len() && one.iter().all(matches)
        }
        (Value::String(one), Value::String(other)) => one == other || same_text(one, other, slack),
        _ => want == got,
    }
}

/// What a case that took so many seconds may be off by: moments are rounded to five seconds, so a quick case is exact.
pub(crate) fn slack(seconds: f64) -> i64 {
    if seconds < 2.0 { 0 } else { (seconds / 5.0).ceil() as i64 * 5 }
}

fn same_text(one: &str, other: &str, slack: i64) -> bool {
    let (one, other) = (moments(one), moments(other));
    let near = |(one, other): (&(&str, i64), &(&str, i64))| one.0 == other.0 && (one.1 - other.1).abs() <= slack;
    one.len() == other.len() && one.iter().zip(&other).all(near)
}

/// The texts before each moment, with the moment's seconds; what follows the last one stands with zero.
fn moments(text: &str) -> Vec<(&str, i64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<epoch:now") {
        let Some((distance, behind)) = after.split_once('>') else { break };
        parts.push((before, distance.parse().unwrap_or_default()));
        rest = behind;
    }
    parts.push((rest, 0));
    parts
}

#[cfg(test)]
mod tests {
    use super::{same, slack};
    use serde_json::json;

    #[test]
    fn moments_may_differ_by_the_slack_and_nothing_else_may() {
        let want = json!({"exp": "<epoch:now+300>", "a": ["x; expires=<epoch:now>; y"]});
        let got = json!({"exp": "<epoch:now+295>", "a": ["x; expires=<epoch:now-5>; y"]});
        assert!(same(&want, &got, 5));
        assert!(!same(&want, &got, 0));
        assert!(!same(&json!("<epoch:now>"), &json!("<epoch:now-10>"), 5));
        assert!(!same(&json!("<epoch:now>; y"), &json!("<epoch:now>; z"), 5));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": 2}), 5));
    }

    #[test]
    fn a_quick_case_has_no_slack() {
        assert_eq!([slack(0.3), slack(1.9), slack(2.1), slack(7.0)], [0, 0, 5, 10]);
    }
}
