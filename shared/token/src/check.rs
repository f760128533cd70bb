//! What the claims of a rightly signed token must say, in Simple JWT's order: the first fault names the answer.

use crate::{
    claims::Claims,
    error::Error,
    kind::{Access, Kind, Refresh, Sliding},
    rules::{Names, Rules},
};
use serde_json::Value;

/// Longest token id and user id in bytes: they become keys of the store, which takes at most 2 048.
const MAX_ID: usize = 1024;

/// Whether a text can be the id of a token: there is something, it fits, and it has no control characters.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID && !text.contains(char::is_control)
}

/// The claim that dates a login by the last end of all sessions that it came after: its value is the user's epoch.
///
/// An end is dated ahead of the clock, so that no token of a moment before outlives it. A token without a session that is
/// issued within these seconds would be taken for an older one by its `iat` alone.
pub const EPOCH: &str = "latchkey_epoch";

/// When the login of a token without a session took place, in Unix seconds, as far as its claims tell: `iat`, or [`EPOCH`]
/// where that is later; 0 where neither is a time, so that every end of all sessions counts.
#[must_use]
pub fn login_time(claims: &Claims) -> i64 {
    ["iat", EPOCH].into_iter().filter_map(|name| time(claims, name).ok()?).max().unwrap_or_default().max(0)
}

/// What the checked claims say.
#[derive(Clone)]
pub(crate) struct Checked {
    pub(crate) expiry: i64,
    pub(crate) issued_at: Option<i64>,
    pub(crate) jti: String,
    pub(crate) token_type: String,
    pub(crate) user_id: Option<String>,
}

/// Checks the claims of a token of kind `K` at `now`, which may live `longest` seconds.
///
/// A time before its time beats expiry, expiry beats a wrong `iss`, `aud`, `sub` or `jti`, and these beat what is missing.
pub(crate) fn check<K: Kind>(claims: &Claims, rules: &Rules, longest: i64, now: i64) -> Result<Checked, Error> {
    let (issued_at, expiry) = check_registered(claims, rules, longest, now)?;
    let expiry = expiry.ok_or(Error::MissingExpiry)?;
    let jti = check_id(claims, &rules.names)?;
    let token_type = check_type::<K>(claims, &rules.names)?;
    let user_id = check_user(claims, &rules.names)?;
    Ok(Checked { expiry, issued_at, jti, token_type, user_id })
}

/// The id of a token that PyJWT accepts, whatever its type and without an end.
pub(crate) fn id(claims: &Claims, rules: &Rules, now: i64) -> Result<String, Error> {
    check_registered(claims, rules, rules.longest_lifetime.max(LONGEST_LIFETIME), now)?;
    check_id(claims, &rules.names)
}

/// How long a token may live, in seconds, that one of the deployment's own or imported keys signed, whatever the lifetimes
/// are set to today: ten years. A shorter lifetime is for tokens to come, and ends none that is out there.
pub const LONGEST_LIFETIME: i64 = 3_653 * 86_400;

/// What PyJWT looks at: the registered claims (RFC 7519 section 4.1), as far as they are there.
fn check_registered(
    claims: &Claims,
    rules: &Rules,
    longest: i64,
    now: i64,
) -> Result<(Option<i64>, Option<i64>), Error> {
    let times = check_times(claims, rules, longest, now)?;
    check_issuer(claims.get("iss"), rules)?;
    check_audience(claims.get("aud"), rules)?;
    check_text(claims.get("sub"))?;
    check_text(claims.get("jti"))?;
    Ok(times)
}

/// The time that a claim names, in Unix seconds; `None` if the claim is not there.
///
/// Fractions are cut off and numbers beyond 64 bits clamped, as far as any comparison can tell. Anything else than a
/// number is refused (RFC 7519 section 2, NumericDate): a time in quotes must not be a time that is not checked.
pub(crate) fn time(claims: &Claims, name: &str) -> Result<Option<i64>, Error> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(Some(seconds(number))),
        Some(_) => Err(Error::Invalid),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float's cast cuts the fraction and clamps, which is what is meant"
)]
fn seconds(number: &serde_json::Number) -> i64 {
    number.as_i64().unwrap_or_else(|| number.as_f64().unwrap_or(f64::MAX) as i64)
}

/// `iat`, `nbf` and `exp`, in this order, which is PyJWT's.
fn check_times(claims: &Claims, rules: &Rules, longest: i64, now: i64) -> Result<(Option<i64>, Option<i64>), Error> {
    let latest = now.saturating_add(rules.leeway);
    let (issued_at, not_before) = (beginning(claims, "iat")?, beginning(claims, "nbf")?);
    if issued_at.is_some_and(|at| at > latest) || not_before.is_some_and(|at| at > latest) {
        return Err(Error::Invalid);
    }
    let expiry = expiry(claims)?;
    if expiry.is_some_and(|at| at <= now.saturating_sub(rules.leeway)) {
        return Err(Error::Expired);
    }
    // A time in milliseconds, or a leaked key's token for the rest of the century, is not one we have issued.
    let end = issued_at.unwrap_or(latest).saturating_add(longest);
    if expiry.is_some_and(|at| at > end) { Err(Error::Invalid) } else { Ok((issued_at, expiry)) }
}

/// `iat` or `nbf`. What Python's `int` makes a number of is one, digits in quotes and `true` included: PyJWT accepts it, and it is
/// compared like any other.
fn beginning(claims: &Claims, name: &str) -> Result<Option<i64>, Error> {
    match claims.get(name) {
        Some(Value::Bool(second)) => Ok(Some(i64::from(*second))),
        Some(Value::String(digits)) => digits.trim().parse().map(Some).map_err(|_| Error::Invalid),
        _ => time(claims, name),
    }
}

/// `exp`, where `true` is the first second of 1970, as for PyJWT: such a token is expired.
fn expiry(claims: &Claims) -> Result<Option<i64>, Error> {
    match claims.get("exp") {
        Some(Value::Bool(second)) => Ok(Some(i64::from(*second))),
        _ => time(claims, "exp"),
    }
}

/// `iss`: exactly the configured issuer; without one, any text.
pub(crate) fn check_issuer(issuer: Option<&Value>, rules: &Rules) -> Result<(), Error> {
    check_text(issuer)?;
    match &rules.issuer {
        Some(wanted) if issuer.and_then(Value::as_str) != Some(wanted) => Err(Error::Invalid),
        _ => Ok(()),
    }
}

/// `aud`: one text or a list of texts, one of which is configured; without configured audiences, anything.
pub(crate) fn check_audience(audience: Option<&Value>, rules: &Rules) -> Result<(), Error> {
    let wanted = |name: &Value| name.as_str().is_some_and(|name| rules.audience.iter().any(|known| known == name));
    let right = match audience {
        _ if rules.audience.is_empty() => true,
        Some(Value::Array(names)) => names.iter().all(Value::is_string) && names.iter().any(wanted),
        Some(name) => wanted(name),
        None => false,
    };
    if right { Ok(()) } else { Err(Error::Invalid) }
}

/// A claim that may be missing but else must be text.
pub(crate) fn check_text(claim: Option<&Value>) -> Result<(), Error> {
    if claim.is_none_or(Value::is_string) { Ok(()) } else { Err(Error::Invalid) }
}

fn check_id(claims: &Claims, names: &Names) -> Result<String, Error> {
    match claims.get(&names.jti) {
        None if names.jti_may_be_missing => Ok(fingerprint(claims)),
        None => Err(Error::MissingId),
        Some(Value::String(jti)) if is_id(jti) => Ok(jti.clone()),
        Some(_) => Err(Error::Invalid),
    }
}

/// What a token without an id is known by, so that it can be blacklisted like any other: SHA-256 of its claims, in hexadecimal.
fn fingerprint(claims: &Claims) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, claims.to_json().as_bytes()))
}

/// The type, where the token says it. One that need not say it is still held to a type of Simple JWT's that it names.
fn check_type<K: Kind>(claims: &Claims, names: &Names) -> Result<String, Error> {
    let lax = names.token_type_may_be_missing;
    let own = |kind: &str| [Access::TYPE, Refresh::TYPE, Sliding::TYPE].contains(&Some(kind));
    match claims.get(&names.token_type) {
        None if lax => Ok(K::TYPE.unwrap_or_default().to_owned()),
        None => Err(Error::MissingType),
        Some(Value::String(kind)) if K::TYPE.is_none_or(|wanted| wanted == kind) => Ok(kind.clone()),
        Some(Value::String(kind)) if lax && !own(kind) => Ok(K::TYPE.unwrap_or_default().to_owned()),
        Some(_) => Err(Error::WrongType),
    }
}

/// The user id as text. Simple JWT before 5.5 wrote integers; what is neither means no user.
fn check_user(claims: &Claims, names: &Names) -> Result<Option<String>, Error> {
    match claims.get(&names.user_id) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(String::new())),
        Some(Value::Number(id)) if !id.is_f64() => Ok(Some(id.to_string())),
        Some(Value::String(id)) if id.len() <= MAX_ID => Ok(Some(id.clone())),
        Some(_) => Err(Error::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kind::{Access, Any, Refresh},
        sample::{NOW, access_with, keys, rules},
        token::Token,
    };

    fn verdict_by(rules: &Rules, changes: &str) -> String {
        match Token::<Access>::verify(&access_with(changes), &keys(), rules, NOW) {
            Ok(_) => "valid".into(),
            Err(error) => error.to_string(),
        }
    }

    fn verdict(changes: &str) -> String {
        verdict_by(&rules(), changes)
    }

    #[test]
    fn times_are_judged_as_by_simple_jwt() {
        for (changes, expected) in [
            ("{}", "valid"),
            (r#"{"exp":1800000001}"#, "valid"),
            (r#"{"exp":1800000000}"#, "Token is expired"),
            (r#"{"exp":1800000000.9}"#, "Token is expired"),
            (r#"{"exp":1800000001.5}"#, "valid"),
            (r#"{"exp":-5}"#, "Token is expired"),
            (r#"{"exp":-1.5}"#, "Token is expired"),
            (r#"{"exp":-1e30}"#, "Token is expired"),
            (r#"{"exp":0}"#, "Token is expired"),
            (r#"{"exp":true}"#, "Token is expired"),
            (r#"{"exp":null}"#, "Token is invalid"),
            (r#"{"exp":[1]}"#, "Token is invalid"),
            (r#"{"exp":{}}"#, "Token is invalid"),
            (r#"{"exp":"1800000300"}"#, "Token is invalid"),
            (r#"{"exp":""}"#, "Token is invalid"),
            (r#"{"exp":"-"}"#, "Token has no 'exp' claim"),
            (r#"{"iat":1800000000}"#, "valid"),
            (r#"{"iat":1800000000.9}"#, "valid"),
            (r#"{"iat":1800000001}"#, "Token is invalid"),
            (r#"{"iat":null}"#, "Token is invalid"),
            (r#"{"iat":"1799999990"}"#, "valid"),
            (r#"{"iat":"1800000001"}"#, "Token is invalid"),
            (r#"{"iat":"soon"}"#, "Token is invalid"),
            (r#"{"nbf":"1799999990"}"#, "valid"),
            (r#"{"iat":"-"}"#, "valid"),
            (r#"{"nbf":1800000000}"#, "valid"),
            (r#"{"nbf":1800000001}"#, "Token is invalid"),
            (r#"{"nbf":1e30}"#, "Token is invalid"),
            (r#"{"nbf":null}"#, "Token is invalid"),
            (r#"{"nbf":true}"#, "valid"),
            (r#"{"nbf":"abc"}"#, "Token is invalid"),
        ] {
            assert_eq!(verdict(changes), expected, "{changes}");
        }
    }

    #[test]
    fn a_login_is_dated_by_the_later_of_its_two_times() {
        for (claims, expected) in [
            ("{}", 0),
            (r#"{"iat":5}"#, 5),
            (r#"{"latchkey_epoch":7}"#, 7),
            (r#"{"iat":5,"latchkey_epoch":7}"#, 7),
            (r#"{"iat":7,"latchkey_epoch":5}"#, 7),
            (r#"{"iat":"9","latchkey_epoch":5}"#, 5),
            (r#"{"iat":-5}"#, 0),
        ] {
            assert_eq!(login_time(&Claims::parse(claims.as_bytes()).unwrap()), expected, "{claims}");
        }
    }

    #[test]
    fn an_id_or_a_type_that_is_not_asked_for_may_be_missing() {
        let lax = Rules {
            names: Names { jti_may_be_missing: true, token_type_may_be_missing: true, ..Names::default() },
            ..rules()
        };
        for (changes, expected) in [
            (r#"{"jti":"-"}"#, "valid"),
            (r#"{"token_type":"-"}"#, "valid"),
            (r#"{"token_type":"Bearer"}"#, "valid"),
            (r#"{"token_type":"refresh"}"#, "Token has wrong type"),
            (r#"{"token_type":7}"#, "Token has wrong type"),
        ] {
            assert_eq!(verdict_by(&lax, changes), expected, "{changes}");
        }
    }

    #[test]
    fn a_token_without_an_id_is_known_by_its_claims() {
        let lax = Rules { names: Names { jti_may_be_missing: true, ..Names::default() }, ..rules() };
        let id = |changes: &str| {
            Token::<Access>::verify(&access_with(changes), &keys(), &lax, NOW).unwrap().jti().to_owned()
        };
        assert_eq!(id(r#"{"jti":"-"}"#), id(r#"{"jti":"-"}"#));
        assert_ne!(id(r#"{"jti":"-"}"#), id(r#"{"jti":"-","user_id":"8"}"#));
        assert!(is_id(&id(r#"{"jti":"-"}"#)) && crate::jti::session_of(&id(r#"{"jti":"-"}"#)).is_none());
    }

    #[test]
    fn lives_longer_than_the_longest_are_refused() {
        for (changes, expected) in [
            (r#"{"iat":1800000000,"exp":1800086401}"#, "valid"),
            (r#"{"iat":1800000000,"exp":2115619200}"#, "valid"),
            (r#"{"iat":1800000000,"exp":2115619201}"#, "Token is invalid"),
            (r#"{"iat":1799999999,"exp":2115619200}"#, "Token is invalid"),
            (r#"{"iat":"-","exp":2115619200}"#, "valid"),
            (r#"{"iat":"-","exp":2115619201}"#, "Token is invalid"),
            (r#"{"exp":1800000300000}"#, "Token is invalid"),
            (r#"{"exp":1e30}"#, "Token is invalid"),
            (r#"{"exp":9223372036854775807}"#, "Token is invalid"),
            (r#"{"exp":18446744073709551615}"#, "Token is invalid"),
            (r#"{"iat":-1e30}"#, "Token is invalid"),
        ] {
            assert_eq!(verdict(changes), expected, "{changes}");
        }
    }

    #[test]
    fn leeway_stretches_every_time() {
        let lenient = Rules { leeway: 60, ..rules() };
        for (changes, expected) in [
            (r#"{"exp":1799999941}"#, "valid"),
            (r#"{"exp":1799999940}"#, "Token is expired"),
            (r#"{"iat":1800000060}"#, "valid"),
            (r#"{"iat":1800000061}"#, "Token is invalid"),
            (r#"{"nbf":1800000060}"#, "valid"),
            (r#"{"nbf":1800000061}"#, "Token is invalid"),
            (r#"{"iat":"-","exp":2115619260}"#, "valid"),
            (r#"{"iat":"-","exp":2115619261}"#, "Token is invalid"),
        ] {
            assert_eq!(verdict_by(&lenient, changes), expected, "{changes}");
        }
    }

    #[test]
    fn the_first_fault_names_the_answer() {
        let strict = Rules { audience: vec!["api".into()], ..rules() };
        for (changes, expected) in [
            (r#"{"exp":1,"iat":1800000099}"#, "Token is invalid"),
            (r#"{"exp":1,"nbf":1800000099}"#, "Token is invalid"),
            (r#"{"exp":1,"aud":"other"}"#, "Token is expired"),
            (r#"{"exp":1,"jti":5,"sub":5,"token_type":"refresh"}"#, "Token is expired"),
            (r#"{"aud":"other","exp":"-"}"#, "Token is invalid"),
            (r#"{"aud":"api","sub":5,"exp":"-"}"#, "Token is invalid"),
            (r#"{"aud":"api","exp":"-","jti":"-","token_type":"-"}"#, "Token has no 'exp' claim"),
            (r#"{"aud":"api","jti":"-","token_type":"-"}"#, "Token has no id"),
            (r#"{"aud":"api","token_type":"-"}"#, "Token has no type"),
            (r#"{"aud":"api","token_type":"refresh","user_id":true}"#, "Token has wrong type"),
        ] {
            assert_eq!(verdict_by(&strict, changes), expected, "{changes}");
        }
    }

    #[test]
    fn the_audience_must_name_one_of_ours() {
        let strict = Rules { audience: vec!["api".into(), "web".into()], ..rules() };
        for (audience, accepted) in [
            (r#""api""#, true),
            (r#""web""#, true),
            (r#"["x","web"]"#, true),
            (r#""other""#, false),
            (r#"["x"]"#, false),
            (r#"["api",5]"#, false),
            ("[]", false),
            (r#""""#, false),
            ("5", false),
            ("null", false),
            (r#""-""#, false),
        ] {
            let expected = if accepted { "valid" } else { "Token is invalid" };
            assert_eq!(verdict_by(&strict, &format!("{{\"aud\":{audience}}}")), expected, "{audience}");
            assert_eq!(verdict(&format!("{{\"aud\":{audience}}}")), "valid", "{audience} without a setting");
        }
    }

    #[test]
    fn the_issuer_must_be_ours_exactly() {
        let strict = Rules { issuer: Some("https://iss.example".into()), ..rules() };
        for (issuer, with, without) in [
            (r#""https://iss.example""#, "valid", "valid"),
            (r#""https://iss.example/""#, "Token is invalid", "valid"),
            (r#""https://iss""#, "Token is invalid", "valid"),
            (r#""HTTPS://ISS.EXAMPLE""#, "Token is invalid", "valid"),
            (r#"["https://iss.example"]"#, "Token is invalid", "Token is invalid"),
            ("null", "Token is invalid", "Token is invalid"),
            (r#""-""#, "Token is invalid", "valid"),
        ] {
            assert_eq!(verdict_by(&strict, &format!("{{\"iss\":{issuer}}}")), with, "{issuer}");
            assert_eq!(verdict(&format!("{{\"iss\":{issuer}}}")), without, "{issuer} without a setting");
        }
    }

    #[test]
    fn ids_are_usable_text() {
        let long = format!("{{\"jti\":\"{}\"}}", "x".repeat(1025));
        for changes in
            [r#"{"jti":5}"#, r#"{"jti":""}"#, r#"{"jti":["x"]}"#, r#"{"jti":null}"#, r#"{"jti":"a\u0000"}"#, &long]
        {
            assert_eq!(verdict(changes), "Token is invalid", "{changes}");
        }
        assert_eq!(verdict(&format!("{{\"jti\":\"{}\"}}", "x".repeat(1024))), "valid");
        assert_eq!(verdict(r#"{"sub":5}"#), "Token is invalid");
        assert_eq!(verdict(r#"{"sub":"x"}"#), "valid");
    }

    #[test]
    fn user_ids_are_texts_or_whole_numbers() {
        for (id, expected) in [
            (r#""7""#, Some("7")),
            ("7", Some("7")),
            ("-7", Some("-7")),
            ("18446744073709551615", Some("18446744073709551615")),
            (r#"" 7 ""#, Some(" 7 ")),
            (r#""""#, Some("")),
            ("null", Some("")),
            (r#""-""#, None),
        ] {
            let raw = access_with(&format!("{{\"user_id\":{id}}}"));
            let token = Token::<Access>::verify(&raw, &keys(), &rules(), NOW).unwrap();
            assert_eq!(token.user_id(), expected, "{id}");
        }
        for id in ["true", "false", "1.0", "1e2", "[]", "[1]", "{}", "100000000000000000000000"] {
            assert_eq!(verdict(&format!("{{\"user_id\":{id}}}")), "Token is invalid", "{id}");
        }
        let of_length = |length| verdict(&format!("{{\"user_id\":\"{}\"}}", "x".repeat(length)));
        assert_eq!([1024, 1025].map(of_length), ["valid", "Token is invalid"]);
    }

    #[test]
    fn kinds_are_not_mistaken_for_each_other() {
        let as_any = |changes: &str| Token::<Any>::verify(&access_with(changes), &keys(), &rules(), NOW).map(drop);
        let as_refresh =
            |changes: &str| Token::<Refresh>::verify(&access_with(changes), &keys(), &rules(), NOW).map(drop);
        assert_eq!(as_refresh("{}"), Err(Error::WrongType));
        assert_eq!(as_refresh(r#"{"token_type":"refresh"}"#), Ok(()));
        for kind in [r#""refresh""#, r#""sliding""#, r#""access ""#, r#""Access""#, "null", r#"["access"]"#, "1"] {
            assert_eq!(verdict(&format!("{{\"token_type\":{kind}}}")), "Token has wrong type", "{kind}");
        }
        for kind in [r#""access""#, r#""refresh""#, r#""sliding""#, r#""whatever""#] {
            let changes = format!("{{\"token_type\":{kind}}}");
            assert_eq!(as_any(&changes), Ok(()), "{kind}");
        }
        assert_eq!(as_any(r#"{"token_type":"-"}"#), Err(Error::MissingType));
        assert_eq!(as_any(r#"{"token_type":null}"#), Err(Error::WrongType));
    }

    #[test]
    fn claims_have_the_names_that_are_set() {
        let names = Names { jti: "tid".into(), token_type: "typ".into(), user_id: "uid".into(), ..Names::default() };
        let renamed = Rules { names, ..rules() };
        assert_eq!(verdict_by(&renamed, "{}"), "Token has no id");
        assert_eq!(verdict_by(&renamed, r#"{"tid":"x"}"#), "Token has no type");
        assert_eq!(verdict_by(&renamed, r#"{"tid":"x","typ":"access","user_id":true}"#), "valid");
        assert_eq!(verdict_by(&renamed, r#"{"tid":"x","typ":"access","uid":true}"#), "Token is invalid");
        assert_eq!(verdict_by(&renamed, r#"{"tid":"x","typ":"access","jti":5}"#), "Token is invalid");
    }
}
