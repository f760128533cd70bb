//! The claims of a token, in order.

use crate::json;
use serde_json::{Map, Value};
use std::fmt;

/// The claims of a token: a JSON object that keeps its order, so that a token rewritten is the token read.
///
/// Integers beyond 64 bits keep the precision of a double; everything else is exact. Debug prints names, no values.
#[derive(Clone, Default, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// The value of a claim; a claim that is `null` is there.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Every claim in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Takes a claim out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name)
    }

    /// Sets a claim: in its place if it is there, at the end if not.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// The text as PyJWT writes it: compact JSON, everything but printable ASCII escaped.
    #[must_use]
    pub fn to_json(&self) -> String {
        json::text(&self.0)
    }

    /// Reads the payload of a token; `None` unless it is one JSON object without duplicate names.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        json::object(payload).map(Self)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl FromIterator<(String, Value)> for Claims {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(claims: I) -> Self {
        Self(claims.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims::parse(br#"{"b":1,"a":null,"c":"secret"}"#).unwrap()
    }

    #[test]
    fn set_keeps_the_place_of_a_claim() {
        let mut claims = claims();
        claims.set("a", 2);
        claims.set("d", "x");
        assert_eq!(claims.to_json(), r#"{"b":1,"a":2,"c":"secret","d":"x"}"#);
    }

    #[test]
    fn remove_keeps_the_order_of_the_others() {
        let mut claims = claims();
        assert_eq!(claims.remove("b"), Some(1.into()));
        assert_eq!(claims.remove("b"), None);
        assert_eq!(claims.to_json(), r#"{"a":null,"c":"secret"}"#);
    }

    #[test]
    fn that_are_collected_keep_their_order_and_the_last_of_two_counts() {
        let members = [("b", 1), ("a", 2), ("b", 3)].map(|(name, value)| (name.to_owned(), value.into()));
        assert_eq!(members.into_iter().collect::<Claims>().to_json(), r#"{"b":3,"a":2}"#);
    }

    #[test]
    fn debug_shows_names_alone() {
        assert_eq!(format!("{:?}", claims()), r#"{"b", "a", "c"}"#);
    }
}
