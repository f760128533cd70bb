//! The compact form of a JWS (RFC 7515 section 7.1), read strictly.

use crate::{
    claims::Claims,
    json,
    jti::session_of,
    keys::{algorithm::Algorithm, key::Key, key_set::KeySet},
};
use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

/// Longest token text that is looked at, in bytes: longer ones are refused before any work. It is what API Gateway takes of
/// all headers of a request together.
pub const MAX_BYTES: usize = 10_240;

/// A text of three segments. Nothing in it is true yet.
pub(crate) struct Compact<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signed: &'a str,
}

impl<'a> Compact<'a> {
    /// Takes a token apart; `None` for any text that is not exactly three segments, or too long.
    pub(crate) fn parse(raw: &'a str) -> Option<Self> {
        if raw.len() > MAX_BYTES {
            return None;
        }
        let (signed, signature) = raw.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let whole = !header.is_empty() && !payload.is_empty() && !signature.is_empty();
        (whole && !payload.contains('.')).then_some(Self { header, payload, signature, signed })
    }

    /// The key that made the signature, if it is one of the deployment's own that still verifies at `now`.
    pub(crate) fn own_verifier<'k>(&self, keys: &'k KeySet, now: i64) -> Option<&'k Key> {
        // A header that is word for word one of ours need not be read to know what it says.
        if let Some(own) = keys.keys().iter().find(|key| key.header() == self.header) {
            return self.signer_among(keys.own_verifiers(own.kid(), own.algorithm(), now));
        }
        let (algorithm, kid) = self.meaning()?;
        self.signer_among(keys.own_verifiers(kid.as_deref(), algorithm, now))
    }

    /// The key that made the signature, if it is one that another issuer has published.
    pub(crate) fn foreign_verifier<'k>(&self, keys: &'k KeySet, now: i64) -> Option<&'k Key> {
        let (algorithm, kid) = meaning(&header(self.header)?, &FOREIGN_TYPES)?;
        self.signer_among(keys.foreign_verifiers(kid.as_deref(), algorithm, now))
    }

    /// The claims. To be asked for only once the signature is known to be right.
    pub(crate) fn claims(&self) -> Option<Claims> {
        Claims::parse(&decoded(self.payload)?)
    }

    /// What tells this token from every other: a SHA-256 of header and payload, in base64url.
    pub(crate) fn fingerprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.signed.as_bytes()))
    }

    /// Whether the header is one JSON object, whatever it says.
    pub(crate) fn has_header(&self) -> bool {
        header(self.header).is_some()
    }

    /// What the header says: the algorithm and the key's name. `None` for what is not understood, or asks too much.
    pub(crate) fn meaning(&self) -> Option<(Algorithm, Option<String>)> {
        meaning(&header(self.header)?, &TYPES)
    }

    /// The key of `keys` that made the signature.
    pub(crate) fn signer_among<'k>(&self, mut keys: impl Iterator<Item = &'k Key>) -> Option<&'k Key> {
        keys.find(|key| key.verifies(self.signed.as_bytes(), self.signature))
    }
}

/// The session that a token says it is of, by its id, the claim `jti`. The token is not verified, so this only tells one of
/// several tokens from the others; `None` for what is no token, and for one whose id names no session.
#[must_use]
pub fn unverified_session(raw: &str, jti: &str) -> Option<String> {
    let claims = json::object(&decoded(Compact::parse(raw)?.payload)?)?;
    session_of(claims.get(jti)?.as_str()?).map(str::to_owned)
}

/// The one JSON object that the first segment of a token holds.
pub(crate) fn header(segment: &str) -> Option<Map<String, Value>> {
    json::object(&decoded(segment)?)
}

/// Header parameters that are refused: what they ask for is not done, so to accept them would be to misread the token.
///
/// Extensions (`crit`, `b64`), keys that the token brings along or points to (`jku`, `jwk`, `x5c`, `x5u`), encryption
/// (`enc`, `zip`) and nesting (`cty`): RFC 7515 section 4.1, RFC 7797, RFC 8725 sections 3.8 and 3.10.
const REFUSED: [&str; 9] = ["b64", "crit", "cty", "enc", "jku", "jwk", "x5c", "x5u", "zip"];

/// What a token may say it is, in any case (RFC 7519 section 5.1).
const TYPES: [&str; 1] = ["JWT"];

/// What another issuer's may say besides: an access token (RFC 9068 section 2.1).
const FOREIGN_TYPES: [&str; 3] = ["JWT", "at+jwt", "application/at+jwt"];

/// What a header of one of these types says: the algorithm and the key's name.
fn meaning(header: &Map<String, Value>, types: &[&str]) -> Option<(Algorithm, Option<String>)> {
    if REFUSED.iter().any(|name| header.contains_key(*name)) {
        return None;
    }
    let ours = match header.get("typ") {
        None => true,
        Some(Value::String(kind)) => types.iter().any(|known| kind.eq_ignore_ascii_case(known)),
        Some(_) => false,
    };
    let algorithm = header.get("alg")?.as_str()?.parse().ok()?;
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return None,
    };
    ours.then_some((algorithm, kid))
}

/// Base64url without padding, whitespace or stray trailing bits (RFC 7515 section 2).
fn decoded(segment: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(segment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Error,
        kind::Access,
        sample::{NOW, access_with, forged, keys, rules, sealed},
        token::Token,
    };

    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    fn verify(raw: &str) -> Result<Token<Access>, Error> {
        Token::verify(raw, &keys(), &rules(), NOW)
    }

    fn with_header(header: &str) -> Result<Token<Access>, Error> {
        let raw = access_with("{}");
        let payload = URL_SAFE_NO_PAD.decode(raw.split('.').nth(1).unwrap()).unwrap();
        verify(&forged(header, std::str::from_utf8(&payload).unwrap()))
    }

    #[test]
    fn headers_without_type_or_with_ours_in_any_case_pass() {
        for header in
            [HEADER, r#"{"alg":"HS256"}"#, r#"{"typ":"jwt","alg":"HS256","x":[1]}"#, "{ \"alg\" :\r\n\"HS256\"}"]
        {
            assert!(with_header(header).is_ok(), "{header}");
        }
    }

    #[test]
    fn headers_that_ask_for_something_else_are_refused() {
        for other in [
            r#""crit":["exp"]"#,
            r#""crit":[]"#,
            r#""crit":null"#,
            r#""b64":false"#,
            r#""b64":true"#,
            r#""cty":"JWT""#,
            r#""jwk":{}"#,
            r#""jku":"http://127.0.0.1/""#,
            r#""x5c":[]"#,
            r#""x5u":"http://127.0.0.1/""#,
            r#""enc":"A256GCM""#,
            r#""zip":"DEF""#,
            r#""typ":"dpop+jwt""#,
            r#""typ":"at+jwt""#,
            r#""typ":"JWE""#,
            r#""typ":1"#,
            r#""typ":null"#,
            r#""kid":1"#,
            r#""kid":null"#,
            r#""alg":"HS256""#,
        ] {
            let header = format!("{{\"alg\":\"HS256\",{other}}}");
            assert_eq!(with_header(&header).unwrap_err(), Error::Invalid, "{header}");
        }
    }

    #[test]
    fn algorithms_are_named_exactly() {
        for name in [r#""none""#, r#""None""#, r#""hs256""#, r#""HS256 ""#, r#""HS512""#, r#"["HS256"]"#, "null", "1"] {
            assert_eq!(with_header(&format!("{{\"alg\":{name}}}")).unwrap_err(), Error::Invalid, "{name}");
        }
        for header in ["{}", "[]", "\"x\"", "", "{\"alg\":\"HS256\"}{}", "\u{feff}{\"alg\":\"HS256\"}"] {
            assert_eq!(with_header(header).unwrap_err(), Error::Invalid, "{header}");
        }
    }

    #[test]
    fn a_name_that_no_key_has_is_ignored_among_nameless_keys() {
        assert!(with_header(r#"{"alg":"HS256","kid":"of another service"}"#).is_ok());
    }

    #[test]
    fn segments_are_three_and_not_empty() {
        let raw = access_with("{}");
        let parts: Vec<_> = raw.split('.').collect();
        let (header, payload, signature) = (parts[0], parts[1], parts[2]);
        for wrong in [
            String::new(),
            ".".into(),
            "..".into(),
            header.into(),
            format!("{header}.{payload}"),
            format!("{header}.{payload}."),
            format!("{header}..{signature}"),
            format!(".{payload}.{signature}"),
            format!(".{raw}"),
            format!("{raw}."),
            format!("{raw}.{signature}"),
            format!("{header}.{payload}.{payload}.{signature}"),
            sealed(header),
            sealed(&format!("{header}.{payload}.")),
            sealed(&format!("{header}.{payload}.{payload}")),
            sealed(&format!("{header}.")),
            sealed(&format!(".{payload}")),
        ] {
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "{wrong}");
        }
        assert!(verify(&raw).is_ok());
        assert!(Compact::parse("a.b.c").is_some());
        assert!(["a.b.c.d", ".b.c", "a..c", "a.b."].iter().all(|text| Compact::parse(text).is_none()));
    }

    #[test]
    fn base64_has_one_spelling() {
        let raw = access_with(r#"{"x":"y"}"#);
        let (signed, signature) = raw.rsplit_once('.').unwrap();
        let padded = (1..4).map(|count| format!("{raw}{}", "=".repeat(count)));
        let spaced = [" ", "\n", "\t", "\0", "\u{a0}", "=", "+", "/"].map(|odd| sealed(&format!("{signed}{odd}")));
        let inside = sealed(&signed.replacen('.', ".\n", 1));
        for wrong in
            padded.chain(spaced).chain([inside, format!(" {raw}"), format!("{raw}\n"), format!("Bearer {raw}")])
        {
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "{wrong:?}");
        }
        assert!(verify(&format!("{signed}.{signature}")).is_ok());
    }

    #[test]
    fn trailing_bits_are_zero() {
        let raw = access_with("{}");
        let last = raw.chars().last().unwrap();
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // 32 bytes end in a digit with two bits too many: its three neighbours decode to the same bytes elsewhere.
        let neighbour = digits.chars().nth(digits.find(last).unwrap() ^ 1).unwrap();
        let mut wrong = raw.clone();
        wrong.pop();
        wrong.push(neighbour);
        assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid);
    }

    #[test]
    fn ja_27_no_bit_can_be_changed() {
        let raw = access_with("{}");
        let (signed, signature) = raw.rsplit_once('.').unwrap();
        let tag = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let flipped = |bytes: &[u8], bit: usize| {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        for bit in 0..8 * tag.len() {
            let wrong = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(flipped(&tag, bit)));
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "bit {bit} of the tag");
        }
        let texts = (0..8 * signed.len()).filter_map(|bit| String::from_utf8(flipped(signed.as_bytes(), bit)).ok());
        for wrong in texts {
            assert_eq!(verify(&format!("{wrong}.{signature}")).unwrap_err(), Error::Invalid, "{wrong}");
        }
    }

    #[test]
    fn long_texts_are_refused_and_texts_of_the_greatest_length_are_read() {
        let fitting = |length: usize| {
            let mut filler = length * 3 / 4 - 250;
            loop {
                let raw = access_with(&format!("{{\"x\":\"{}\"}}", "x".repeat(filler)));
                if raw.len() >= length {
                    return raw;
                }
                filler += 1;
            }
        };
        assert!(verify(&fitting(MAX_BYTES)).is_ok_and(|token| token.claims().get("x").is_some()));
        assert_eq!(fitting(MAX_BYTES).len(), MAX_BYTES);
        assert_eq!(verify(&fitting(MAX_BYTES + 1)).unwrap_err(), Error::Invalid);
    }

    #[test]
    fn hostile_sizes_cost_nothing() {
        for hostile in [".".repeat(100_000), "a.".repeat(4_000_000), "é".repeat(4096), "A".repeat(8192)] {
            assert_eq!(verify(&hostile).unwrap_err(), Error::Invalid);
        }
        let deep = "[".repeat(5000);
        assert_eq!(verify(&forged(&deep, "{}")).unwrap_err(), Error::Invalid);
        assert_eq!(verify(&forged(HEADER, &format!("{{\"x\":{deep}"))).unwrap_err(), Error::Invalid);
    }

    #[test]
    fn the_session_that_a_token_names_is_known_before_it_is_verified() {
        let of = |payload: &str| unverified_session(&forged(HEADER, payload), "tid");
        let named = of(r#"{"tid":"0123456789ab4def8123456789abcdef","jti":"x"}"#);
        assert_eq!(named.as_deref(), Some("0123456789ab4def"));
        for other in ["{}", "[]", "", r#"{"tid":7}"#, r#"{"tid":"x"}"#] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(unverified_session("x.y", "tid"), None);
    }
}
