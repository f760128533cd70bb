//! What a token must say beside being good.

use serde_json::Value;
use token::Claims;

/// One thing that a token must say, such as [`staff`] or [`group`]. It is the token's word: what `TOKEN_CLAIMS` of the issuing
/// service wrote at login or at the last refresh.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    claim: String,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    /// A list that holds this text.
    Holding(String),
    Is(Value),
}

/// The user is marked as staff: Django REST framework's `IsAdminUser`. Needs `is_staff` in `TOKEN_CLAIMS`.
#[must_use]
pub fn staff() -> Requirement {
    claim("is_staff", true)
}

/// The user is a superuser. Needs `is_superuser` in `TOKEN_CLAIMS`.
#[must_use]
pub fn superuser() -> Requirement {
    claim("is_superuser", true)
}

/// The user is in the group of this name. Needs `groups` in `TOKEN_CLAIMS`.
#[must_use]
pub fn group(name: impl Into<String>) -> Requirement {
    Requirement { claim: "groups".to_owned(), wanted: Wanted::Holding(name.into()) }
}

/// A claim has exactly this value, such as `claim("role", "editor")`.
#[must_use]
pub fn claim(name: impl Into<String>, value: impl Into<Value>) -> Requirement {
    Requirement { claim: name.into(), wanted: Wanted::Is(value.into()) }
}

impl Requirement {
    /// Whether a token says it. A claim that is left out says nothing.
    pub(crate) fn is_met(&self, claims: &Claims) -> bool {
        match (&self.wanted, claims.get(&self.claim)) {
            (_, None) => false,
            (Wanted::Holding(text), Some(Value::Array(values))) => values.iter().any(|value| value == text.as_str()),
            (Wanted::Holding(_), Some(_)) => false,
            (Wanted::Is(wanted), Some(value)) => value == wanted,
        }
    }
}
