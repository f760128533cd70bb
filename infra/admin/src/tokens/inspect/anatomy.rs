//! What a token says of itself, before anybody verified it.

use crate::terminal::date::date;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use settings::Settings;
use token::{Algorithm, Any, Error, Key, KeySet, Token};

/// Claims that are moments (RFC 7519 section 4.1), and how they are called here.
const MOMENTS: [(&str, &str); 4] =
    [("iat", "issued"), ("nbf", "not before"), ("exp", "expires"), ("refresh_exp", "renewable")];

/// Header and claims.
pub(super) struct Anatomy {
    pub(super) header: Value,
    pub(super) claims: Value,
}

impl Anatomy {
    /// None for what is no token.
    pub(super) fn of(raw: &str) -> Option<Self> {
        let mut parts = raw.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let mut object = || serde_json::from_slice::<Map<String, Value>>(&parts.next()??).ok();
        let (header, claims) = (object()?, object()?);
        (raw.split('.').count() == 3).then_some(Self { header: header.into(), claims: claims.into() })
    }

    /// A claim as text, as the service reads ids: numbers, too.
    pub(super) fn text(&self, claim: &str) -> Option<String> {
        match self.claims.get(claim)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The key that made the signature, of those that may verify now.
    pub(super) fn signer<'k>(&self, raw: &str, keys: &'k KeySet, settings: &Settings, now: i64) -> Option<&'k Key> {
        let algorithm: Algorithm = self.header.get("alg")?.as_str()?.parse().ok()?;
        let kid = self.header.get("kid").and_then(Value::as_str);
        keys.verifiers(kid, algorithm, now).find(|key| {
            let alone = KeySet::new(vec![(*key).clone()]);
            // Whoever finds another fault has found the signature right.
            alone.is_ok_and(|alone| {
                !matches!(Token::<Any>::verify(raw, &alone, &settings.rules(), now), Err(Error::Invalid))
            })
        })
    }

    /// Its moments in words.
    pub(super) fn times(&self, now: i64) -> Vec<(&'static str, String)> {
        let moment = |(claim, name)| Some((name, moment(self.claims.get(claim)?.as_i64()?, now)));
        MOMENTS.into_iter().filter_map(moment).collect()
    }
}

fn moment(at: i64, now: i64) -> String {
    match at.saturating_sub(now) {
        0 => format!("{}, now", date(at)),
        1.. => format!("{}, in {}", date(at), span(at - now)),
        _ => format!("{}, {} ago", date(at), span(now.saturating_sub(at))),
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_parts_with_two_objects_are_a_token() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let (header, claims) = (part(r#"{"alg":"HS256"}"#), part(r#"{"exp":7,"user_id":42}"#));
        let anatomy = Anatomy::of(&format!("{header}.{claims}.c2ln")).unwrap();
        assert_eq!((anatomy.text("user_id").as_deref(), anatomy.text("jti")), (Some("42"), None));
        assert_eq!(anatomy.times(127), [("expires", "1970-01-01T00:00:07Z, 2 min ago".to_owned())]);
        for other in [String::new(), "a.b.c".to_owned(), format!("{header}.{claims}"), format!("{header}.{claims}.a.b")]
        {
            assert!(Anatomy::of(&other).is_none(), "{other}");
        }
    }
}
