//! The id of a token that is genuine, whatever else is wrong with it.

use crate::{check, compact::Compact, keys::key_set::KeySet, rules::Rules};

/// The id of a token that one of the deployment's own `keys` signed, that is in its time at `now` (Unix seconds) and for this audience; it may lack
/// `exp` and be of any type. Simple JWT holds such a token against its blacklist before it looks at either.
#[must_use]
pub fn genuine_id(raw: &str, keys: &KeySet, rules: &Rules, now: i64) -> Option<String> {
    let compact = Compact::parse(raw)?;
    compact.own_verifier(keys, now)?;
    check::id(&compact.claims()?, rules, now).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, access_with, keys};

    fn id(changes: &str) -> Option<String> {
        let rules = Rules { audience: vec!["api".into()], ..Rules::default() };
        genuine_id(&access_with(changes), &keys(), &rules, NOW)
    }

    #[test]
    fn a_token_has_its_id_whatever_its_type_and_without_an_end() {
        for changes in [r#"{"aud":"api"}"#, r#"{"aud":"api","token_type":5}"#, r#"{"aud":"api","exp":"-"}"#] {
            assert_eq!(id(changes).as_deref(), Some("0123456789abcdef"), "{changes}");
        }
    }

    #[test]
    fn one_that_is_over_or_for_others_or_not_signed_has_none() {
        for changes in [r#"{"aud":"api","exp":1800000000}"#, "{}", r#"{"aud":"api","jti":"-"}"#] {
            assert_eq!(id(changes), None, "{changes}");
        }
        let (raw, rules) = (access_with("{}"), Rules::default());
        assert_eq!(genuine_id(&raw, &KeySet::default(), &rules, NOW), None);
        assert_eq!(genuine_id(&format!("{raw}A"), &keys(), &rules, NOW), None);
    }
}
