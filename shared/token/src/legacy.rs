//! Tokens of the packages before Simple JWT, `djangorestframework-jwt` and `drf-jwt`: no kind, often no id, sometimes no
//! expiry.
//!
//! Form, header and signature are read as strictly as any token's. What is a [`Token`](crate::token::Token) here is never a
//! legacy token: it names its kind, and that is refused.

use crate::{
    check,
    claims::Claims,
    compact::{self, Compact, MAX_BYTES},
    keys::{algorithm::Algorithm, key::Key, key_set::KeySet},
    rules::Rules,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;

/// What a deployment demands of every legacy token, and how it writes them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LegacyRules {
    /// `JWT_AUDIENCE`, `JWT_ISSUER`, `JWT_LEEWAY`, and the name of the claim that only Simple JWT's tokens have. The
    /// longest lifetime is not looked at.
    pub common: Rules,
    /// `JWT_INSIST_ON_KID`: where keys have names, a token must name its own.
    pub insists_on_kid: bool,
    /// `JWT_VERIFY_EXPIRATION` reversed: `exp` is not looked at.
    pub outlives_expiry: bool,
    /// As `djangorestframework-jwt` over PyJWT 1.7: `typ` comes first in the header, `iat` may lie in the future, and
    /// the types of `sub` and `jti` do not matter.
    pub over_pyjwt_1: bool,
}

/// A legacy token that is known to be right. Debug shows the names of its claims, no values.
#[derive(Clone, Debug)]
pub struct LegacyToken {
    claims: Claims,
    fingerprint: String,
}

/// Why a legacy token is refused. Both packages tell these three apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LegacyError {
    /// `exp` has passed, leeway included.
    Expired,
    /// The algorithm, the key's name or a claim's value is not allowed here.
    Invalid,
    /// The form or the signature is wrong, or a time is no number.
    Malformed,
}

impl LegacyToken {
    /// Verifies a token text at `now` (Unix seconds) with the keys of `sets`: form, header, signature, then `iat`, `nbf`,
    /// `exp`, `iss`, `aud`, `sub`, `jti`.
    ///
    /// # Errors
    /// The first fault, in this order.
    pub fn verify(raw: &str, sets: &[KeySet], rules: &LegacyRules, now: i64) -> Result<Self, LegacyError> {
        let compact = Compact::parse(raw).ok_or_else(|| unsigned(raw, sets))?;
        check_signature(&compact, sets, rules, now)?;
        let claims = compact.claims().ok_or(LegacyError::Malformed)?;
        check_times(&claims, rules, now)?;
        check_values(&claims, rules)?;
        Ok(Self { claims, fingerprint: compact.fingerprint() })
    }

    /// Every claim in the order of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// What tells this token from all others, where it has no id: a hash of header and payload, in base64url. Not of the
    /// signature, of which some algorithms allow several.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Signs a legacy token with the newest key of the first of `sets` that may sign at `now` (Unix seconds); `None` when
/// there is none.
#[must_use]
pub fn sign_legacy(claims: &Claims, sets: &[KeySet], rules: &LegacyRules, now: i64) -> Option<String> {
    let key = sets.iter().find_map(|set| set.signer(now))?;
    let payload = claims.to_json();
    if rules.over_pyjwt_1 { key.sign_under(&header_of_pyjwt_1(key), &payload) } else { key.sign(&payload) }
}

impl fmt::Display for LegacyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Expired => "legacy token is expired",
            Self::Invalid => "legacy token is invalid",
            Self::Malformed => "legacy token is malformed",
        })
    }
}

impl std::error::Error for LegacyError {}

/// What is wrong with what is no token: its form, unless it is one without signature, whose header names an algorithm
/// that no key is for. Both packages look at that first.
fn unsigned(raw: &str, sets: &[KeySet]) -> LegacyError {
    let header = raw.strip_suffix('.').filter(|rest| rest.len() < MAX_BYTES).and_then(|rest| rest.split_once('.'));
    let header = header.and_then(|(header, payload)| compact::header(header).filter(|_| !payload.contains('.')));
    let named = header.as_ref().and_then(|header| header.get("alg")?.as_str()?.parse::<Algorithm>().ok());
    let is_known = sets.iter().flat_map(KeySet::keys).any(|key| Some(key.algorithm()) == named);
    if header.is_some() && !is_known { LegacyError::Invalid } else { LegacyError::Malformed }
}

/// Only own keys count: who publishes keys at JWK_URL signs tokens with a kind and an end, which legacy ones need not have.
fn check_signature(compact: &Compact<'_>, sets: &[KeySet], rules: &LegacyRules, now: i64) -> Result<(), LegacyError> {
    if !compact.has_header() {
        return Err(LegacyError::Malformed);
    }
    let (algorithm, kid) = compact.meaning().ok_or(LegacyError::Invalid)?;
    let named = sets.iter().flat_map(KeySet::keys).any(|key| key.kid().is_some());
    if kid.is_none() && named && rules.insists_on_kid {
        return Err(LegacyError::Invalid);
    }
    let mut keys = sets.iter().flat_map(|set| set.own_verifiers(kid.as_deref(), algorithm, now)).peekable();
    if keys.peek().is_none() {
        return Err(LegacyError::Invalid);
    }
    compact.signer_among(keys).map(drop).ok_or(LegacyError::Malformed)
}

fn check_times(claims: &Claims, rules: &LegacyRules, now: i64) -> Result<(), LegacyError> {
    let time = |name| check::time(claims, name);
    let latest = now.saturating_add(rules.common.leeway);
    let issued_at = time("iat").map_err(|_| LegacyError::Invalid)?;
    if !rules.over_pyjwt_1 && issued_at.is_some_and(|at| at > latest) {
        return Err(LegacyError::Invalid);
    }
    if time("nbf").map_err(|_| LegacyError::Malformed)?.is_some_and(|at| at > latest) {
        return Err(LegacyError::Invalid);
    }
    if rules.outlives_expiry {
        return Ok(());
    }
    let earliest = now.saturating_sub(rules.common.leeway);
    let expiry = time("exp").map_err(|_| LegacyError::Malformed)?;
    if expiry.is_some_and(|at| at <= earliest) { Err(LegacyError::Expired) } else { Ok(()) }
}

/// `iss` and `aud` as configured, where an `aud` that nobody configured is for somebody else; and no kind.
fn check_values(claims: &Claims, rules: &LegacyRules) -> Result<(), LegacyError> {
    let common = &rules.common;
    let text = |name| rules.over_pyjwt_1 || check::check_text(claims.get(name)).is_ok();
    let aimed = check::check_audience(claims.get("aud"), common).is_ok()
        && (!common.audience.is_empty() || claims.get("aud").is_none());
    let right = claims.get(&common.names.token_type).is_none()
        && check::check_issuer(claims.get("iss"), common).is_ok()
        && aimed
        && text("sub")
        && text("jti");
    if right { Ok(()) } else { Err(LegacyError::Invalid) }
}

/// The header as PyJWT 1.7 writes it, in base64url: in the order in which its members were set.
fn header_of_pyjwt_1(key: &Key) -> String {
    let mut header = Claims::default();
    header.set("typ", "JWT");
    header.set("alg", key.algorithm().name());
    if let Some(kid) = key.kid() {
        header.set("kid", kid);
    }
    URL_SAFE_NO_PAD.encode(header.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Error,
        kind::{Access, Any},
        sample::{NOW, SECRET, access_with, forged, keys, sealed},
        token::Token,
    };

    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
    const OTHER: &[u8] = b"another secret of thirty-two bytes or more";

    fn verdict_by(rules: &LegacyRules, payload: &str) -> String {
        match LegacyToken::verify(&forged(HEADER, payload), &[keys()], rules, NOW) {
            Ok(_) => "valid".into(),
            Err(error) => error.to_string().replace("legacy token is ", ""),
        }
    }

    fn verdict(payload: &str) -> String {
        verdict_by(&LegacyRules::default(), payload)
    }

    fn named(pairs: &[(Option<&str>, Algorithm, &[u8])]) -> Vec<KeySet> {
        let key = |(kid, algorithm, secret): &(Option<&str>, Algorithm, &[u8])| {
            Key::hmac(kid.map(str::to_owned), *algorithm, secret).unwrap()
        };
        vec![KeySet::new(pairs.iter().map(key).collect()).unwrap()]
    }

    fn under(header: &str, sets: &[KeySet]) -> Result<(), LegacyError> {
        LegacyToken::verify(&forged(header, "{}"), sets, &LegacyRules::default(), NOW).map(drop)
    }

    #[test]
    fn needs_neither_kind_nor_id_nor_expiry() {
        assert_eq!(verdict(r#"{"username":"alice"}"#), "valid");
        assert_eq!(verdict("{}"), "valid");
    }

    #[test]
    fn says_its_claims_in_their_order() {
        let payload = r#"{"username":"alice","email":null}"#;
        let read = LegacyToken::verify(&forged(HEADER, payload), &[keys()], &LegacyRules::default(), NOW).unwrap();
        assert_eq!(read.claims().to_json(), payload);
    }

    #[test]
    fn is_never_taken_for_a_token_of_simple_jwt_nor_the_other_way_round() {
        let read =
            LegacyToken::verify(&access_with(r#"{"username":"alice"}"#), &[keys()], &LegacyRules::default(), NOW);
        assert_eq!(read.map(drop), Err(LegacyError::Invalid));
        let legacy = forged(HEADER, r#"{"username":"alice","user_id":1,"exp":1800000300,"jti":"x"}"#);
        let rules = Rules::default();
        assert_eq!(Token::<Any>::verify(&legacy, &keys(), &rules, NOW).unwrap_err(), Error::MissingType);
        assert_eq!(Token::<Access>::verify(&legacy, &keys(), &rules, NOW).unwrap_err(), Error::MissingType);
    }

    #[test]
    fn times_are_judged_as_by_pyjwt() {
        for (payload, expected) in [
            (r#"{"exp":1800000001}"#, "valid"),
            (r#"{"exp":1800000000}"#, "expired"),
            (r#"{"exp":"1800000300"}"#, "malformed"),
            (r#"{"exp":null}"#, "malformed"),
            (r#"{"iat":1800000000}"#, "valid"),
            (r#"{"iat":1800000001}"#, "invalid"),
            (r#"{"iat":"x"}"#, "invalid"),
            (r#"{"nbf":1800000000}"#, "valid"),
            (r#"{"nbf":1800000001}"#, "invalid"),
            (r#"{"nbf":"x"}"#, "malformed"),
            (r#"{"nbf":1800000001,"exp":1}"#, "invalid"),
            (r#"{"exp":1,"aud":"x"}"#, "expired"),
        ] {
            assert_eq!(verdict(payload), expected, "{payload}");
        }
    }

    #[test]
    fn expiry_and_leeway_are_as_set() {
        let leeway = LegacyRules { common: Rules { leeway: 60, ..Rules::default() }, ..LegacyRules::default() };
        assert_eq!(verdict_by(&leeway, r#"{"exp":1799999941,"iat":1800000060}"#), "valid");
        assert_eq!(verdict_by(&leeway, r#"{"exp":1799999940}"#), "expired");
        let endless = LegacyRules { outlives_expiry: true, ..LegacyRules::default() };
        assert_eq!(verdict_by(&endless, r#"{"exp":1}"#), "valid");
    }

    #[test]
    fn pyjwt_1_looks_at_less() {
        let rules = LegacyRules { over_pyjwt_1: true, ..LegacyRules::default() };
        assert_eq!(verdict_by(&rules, r#"{"iat":1800000100,"sub":1,"jti":1}"#), "valid");
        assert_eq!(verdict_by(&rules, r#"{"iat":"x"}"#), "invalid");
        assert_eq!(verdict(r#"{"sub":1}"#), "invalid");
        assert_eq!(verdict(r#"{"jti":1}"#), "invalid");
    }

    #[test]
    fn audience_and_issuer_are_as_configured() {
        assert_eq!(verdict(r#"{"iss":"x"}"#), "valid");
        assert_eq!(verdict(r#"{"aud":"x"}"#), "invalid");
        let common = Rules { audience: vec!["api".into()], issuer: Some("me".into()), ..Rules::default() };
        let rules = LegacyRules { common, ..LegacyRules::default() };
        assert_eq!(verdict_by(&rules, r#"{"iss":"me","aud":["x","api"]}"#), "valid");
        for wrong in ["{}", r#"{"iss":"me"}"#, r#"{"aud":"api"}"#, r#"{"iss":"me","aud":"x"}"#] {
            assert_eq!(verdict_by(&rules, wrong), "invalid", "{wrong}");
        }
    }

    #[test]
    fn no_other_algorithm_is_tried() {
        for (header, expected) in [
            (r#"{"alg":"none"}"#, LegacyError::Invalid),
            (r#"{"alg":"HS512"}"#, LegacyError::Invalid),
            (r#"{"alg":"HS256","crit":["x"]}"#, LegacyError::Invalid),
            ("{}", LegacyError::Invalid),
            ("[]", LegacyError::Malformed),
            ("x", LegacyError::Malformed),
        ] {
            assert_eq!(under(header, &[keys()]), Err(expected), "{header}");
        }
        let both = [named(&[(None, Algorithm::HS512, SECRET)]), named(&[(None, Algorithm::HS256, SECRET)])].concat();
        assert_eq!(under(HEADER, &both), Ok(()));
    }

    #[test]
    fn a_token_without_signature_is_refused_for_what_it_names() {
        let verify = |header: &str| {
            let raw = format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode("{}"));
            LegacyToken::verify(&raw, &[keys()], &LegacyRules::default(), NOW).map(drop)
        };
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS512"}"#, "{}"] {
            assert_eq!(verify(header), Err(LegacyError::Invalid), "{header}");
        }
        for header in [HEADER, "[]", "x"] {
            assert_eq!(verify(header), Err(LegacyError::Malformed), "{header}");
        }
    }

    #[test]
    fn a_token_without_signature_is_looked_at_up_to_the_greatest_length() {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let of_length = |length: usize| {
            let raw = format!("{header}.{}.", "x".repeat(length - header.len() - 2));
            LegacyToken::verify(&raw, &[keys()], &LegacyRules::default(), NOW).map(drop)
        };
        assert_eq!(of_length(MAX_BYTES), Err(LegacyError::Invalid));
        assert_eq!(of_length(MAX_BYTES + 1), Err(LegacyError::Malformed));
    }

    #[test]
    fn a_name_selects_its_key() {
        let sets = named(&[(Some("k1"), Algorithm::HS256, SECRET), (Some("k2"), Algorithm::HS256, OTHER)]);
        assert_eq!(under(r#"{"alg":"HS256","kid":"k1"}"#, &sets), Ok(()));
        assert_eq!(under(r#"{"alg":"HS256","kid":"k2"}"#, &sets), Err(LegacyError::Malformed));
        assert_eq!(under(r#"{"alg":"HS256","kid":"k3"}"#, &sets), Err(LegacyError::Invalid));
        assert_eq!(under(HEADER, &sets), Ok(()));
        let rules = LegacyRules { insists_on_kid: true, ..LegacyRules::default() };
        let insisting = |sets: &[KeySet]| LegacyToken::verify(&forged(HEADER, "{}"), sets, &rules, NOW).map(drop);
        assert_eq!(insisting(&sets), Err(LegacyError::Invalid));
        assert_eq!(insisting(&[keys()]), Ok(()), "a key without a name needs none");
    }

    #[test]
    fn nameless_keys_are_all_tried() {
        let sets = named(&[(None, Algorithm::HS256, OTHER), (None, Algorithm::HS256, SECRET)]);
        assert_eq!(under(r#"{"alg":"HS256","kid":"k2"}"#, &sets), Ok(()));
    }

    #[test]
    fn form_and_signature_are_read_strictly() {
        let raw = forged(HEADER, "{}");
        let verify = |raw: &str| LegacyToken::verify(raw, &[keys()], &LegacyRules::default(), NOW).map(drop);
        let (signed, _) = raw.rsplit_once('.').unwrap();
        let array = forged(HEADER, "[1]");
        let twice = forged(HEADER, r#"{"username":"a","username":"b"}"#);
        for wrong in ["", "x", signed, &format!("{raw}="), &format!("{signed}.AAAA"), &array, &twice] {
            assert_eq!(verify(wrong), Err(LegacyError::Malformed), "{wrong}");
        }
        assert_eq!(verify(&sealed(signed)), Ok(()));
    }

    #[test]
    fn is_written_as_each_package_writes_it() {
        let mut claims = Claims::default();
        claims.set("username", "é");
        let header = |rules: &LegacyRules, sets: &[KeySet]| {
            let raw = sign_legacy(&claims, sets, rules, NOW).unwrap();
            assert!(LegacyToken::verify(&raw, sets, rules, NOW).is_ok());
            String::from_utf8(URL_SAFE_NO_PAD.decode(raw.split('.').next().unwrap()).unwrap()).unwrap()
        };
        let old = LegacyRules { over_pyjwt_1: true, ..LegacyRules::default() };
        let sets = named(&[(Some("k1"), Algorithm::HS512, SECRET), (Some("k2"), Algorithm::HS512, OTHER)]);
        assert_eq!(header(&LegacyRules::default(), &[keys()]), HEADER);
        assert_eq!(header(&old, &[keys()]), r#"{"typ":"JWT","alg":"HS256"}"#);
        assert_eq!(header(&LegacyRules::default(), &sets), r#"{"alg":"HS512","kid":"k1","typ":"JWT"}"#);
        assert_eq!(header(&old, &sets), r#"{"typ":"JWT","alg":"HS512","kid":"k1"}"#);
        assert_eq!(sign_legacy(&claims, &[], &old, NOW), None);
    }

    #[test]
    fn a_fingerprint_is_one_tokens_own() {
        let of = |payload| {
            let token = LegacyToken::verify(&forged(HEADER, payload), &[keys()], &LegacyRules::default(), NOW).unwrap();
            token.fingerprint().to_owned()
        };
        assert_eq!(of(r#"{"a":1}"#), of(r#"{"a":1}"#));
        assert_ne!(of(r#"{"a":1}"#), of(r#"{"a":2}"#));
        assert_eq!(of("{}").len(), 43);
    }
}
