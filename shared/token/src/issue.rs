//! New tokens, and tokens from tokens.

use crate::{
    check,
    claims::Claims,
    error::Error,
    kind::{Access, Kind, Refresh, Sliding},
    rules::{Names, Rules},
    stamp::Stamp,
    token::Token,
};
use serde_json::Value;

/// The last second of the year 9999, in Unix seconds: no later time is a date for Python, or for most clients.
const LAST_DATE: i64 = 253_402_300_799;

impl Token<Refresh> {
    /// A refresh token for a user. `extra` claims follow the standard ones, in their order.
    #[must_use]
    pub fn issue(rules: &Rules, stamp: Stamp<'_>, user_id: &str, extra: &Claims) -> Self {
        let mut claims = head::<Refresh>(&rules.names, stamp);
        claims.set(&rules.names.user_id, user_id);
        copy(extra, &mut claims, |_| true);
        Self::issued(claims, stamp, Some(user_id))
    }

    /// An access token of the same user: new times and id, and every other claim of the refresh token.
    ///
    /// Not copied are `no_copy_claims` of Simple JWT: the type, the id (also under the name `jti`), `exp` and `iat`.
    #[must_use]
    pub fn access(&self, rules: &Rules, stamp: Stamp<'_>) -> Token<Access> {
        let own = [rules.names.token_type.as_str(), "exp", rules.names.jti.as_str(), "jti", "iat"];
        let mut claims = head::<Access>(&rules.names, stamp);
        copy(&self.claims, &mut claims, |name| !own.contains(&name));
        Token::issued(claims, stamp, self.user_id())
    }

    /// The token that takes this one's place: the same claims in the same order with new times and id.
    #[must_use]
    pub fn successor(&self, rules: &Rules, stamp: Stamp<'_>) -> Self {
        let mut claims = self.claims.clone();
        claims.set(&rules.names.jti, stamp.jti);
        set_times(&mut claims, stamp.now, stamp.lifetime);
        Self::issued(claims, stamp, self.user_id())
    }
}

impl Token<Sliding> {
    /// A sliding token for a user. It lives `stamp.lifetime` and can be renewed for `refresh_lifetime`, both in seconds.
    #[must_use]
    pub fn issue(rules: &Rules, stamp: Stamp<'_>, refresh_lifetime: i64, user_id: &str, extra: &Claims) -> Self {
        let mut claims = head::<Sliding>(&rules.names, stamp);
        claims.set(&rules.names.refresh_exp, stamp.now.saturating_add(refresh_lifetime));
        claims.set(&rules.names.user_id, user_id);
        copy(extra, &mut claims, |_| true);
        Self::issued(claims, stamp, Some(user_id))
    }

    /// The same token with a new life of `lifetime` seconds from `now` (Unix seconds); its id and its last renewal stay.
    ///
    /// # Errors
    /// [`Error::MissingRefreshExpiry`], [`Error::RefreshExpired`], or [`Error::Invalid`] when that time is no number.
    pub fn renewed(&self, rules: &Rules, now: i64, lifetime: i64) -> Result<Self, Error> {
        let claim = &rules.names.refresh_exp;
        let missing = || Error::MissingRefreshExpiry { claim: claim.clone() };
        let last = check::time(&self.claims, claim)?.ok_or_else(missing)?;
        if last > LAST_DATE {
            return Err(Error::Invalid);
        }
        if last <= now.saturating_sub(rules.leeway) {
            return Err(Error::RefreshExpired { claim: claim.clone() });
        }
        let mut claims = self.claims.clone();
        set_times(&mut claims, now, lifetime);
        Ok(Self::issued(claims, Stamp { now, lifetime, jti: self.jti() }, self.user_id()))
    }
}

impl<K: Kind> Token<K> {
    /// The same token as it would be if it said these claims: in their place where it has them, else at the end. One that is
    /// `null` is taken out.
    #[must_use]
    pub fn saying(&self, claims: &Claims) -> Self {
        let mut token = self.clone();
        for (name, value) in claims.iter() {
            match value {
                Value::Null => _ = token.claims.remove(name),
                value => token.claims.set(name, value.clone()),
            }
        }
        token
    }
}

/// The claims that every token of Simple JWT begins with, in its order.
fn head<K: Kind>(names: &Names, stamp: Stamp<'_>) -> Claims {
    let mut claims = Claims::default();
    claims.set(&names.token_type, K::TYPE.unwrap_or_default());
    set_times(&mut claims, stamp.now, stamp.lifetime);
    claims.set(&names.jti, stamp.jti);
    claims
}

fn set_times(claims: &mut Claims, now: i64, lifetime: i64) {
    claims.set("exp", now.saturating_add(lifetime));
    claims.set("iat", now);
}

fn copy(from: &Claims, to: &mut Claims, wanted: impl Fn(&str) -> bool) {
    for (name, value) in from.iter().filter(|(name, _)| wanted(name)) {
        to.set(name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{NOW, forged, keys, rules};

    const JTI: &str = "aaaaaaaaaaaa4aaaaaaaaaaaaaaaaaaa";
    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    fn stamp(now: i64, lifetime: i64) -> Stamp<'static> {
        Stamp { now, lifetime, jti: JTI }
    }

    fn extra() -> Claims {
        Claims::parse(br#"{"username":"z\u00e9","roles":[1,{"a":2.50}]}"#).unwrap()
    }

    fn refresh(payload: &str) -> Token<Refresh> {
        Token::verify(&forged(HEADER, payload), &keys(), &rules(), NOW).unwrap()
    }

    fn sliding(payload: &str) -> Token<Sliding> {
        Token::verify(&forged(HEADER, payload), &keys(), &rules(), NOW).unwrap()
    }

    fn renamed() -> Rules {
        let names = Names {
            jti: "tid".into(),
            refresh_exp: "rexp".into(),
            revoke: "rev".into(),
            token_type: "typ".into(),
            user_id: "uid".into(),
            ..Names::default()
        };
        Rules { names, ..rules() }
    }

    #[test]
    fn a_refresh_token_has_its_claims_in_order() {
        let token = Token::<Refresh>::issue(&rules(), stamp(100, 20), "42", &extra());
        let rest = r#""user_id":"42","username":"z\u00e9","roles":[1,{"a":2.5}]}"#;
        let head = format!(r#"{{"token_type":"refresh","exp":120,"iat":100,"jti":"{JTI}","#);
        assert_eq!(token.claims().to_json(), format!("{head}{rest}"));
        assert_eq!((token.expiry(), token.issued_at(), token.jti()), (120, Some(100), JTI));
        assert_eq!(token.user_id(), Some("42"));
    }

    #[test]
    fn an_access_token_copies_every_claim_but_its_own() {
        let token = refresh(
            r#"{"aud":"x","jti":"old","exp":1800000300,"token_type":"refresh","sub":"s","user_id":7,"iat":1799999999,"n":1.0,"nbf":2}"#,
        );
        let access = token.access(&rules(), stamp(NOW, 300));
        let head = format!(r#"{{"token_type":"access","exp":1800000300,"iat":1800000000,"jti":"{JTI}","#);
        assert_eq!(access.claims().to_json(), format!(r#"{head}"aud":"x","sub":"s","user_id":7,"n":1.0,"nbf":2}}"#));
        assert_eq!(access.user_id(), Some("7"));
    }

    #[test]
    fn an_access_token_copies_no_foreign_jti() {
        let payload =
            r#"{"typ":"refresh","tid":"x","jti":"third party","uid":"1","exp":1800000300,"token_type":"odd"}"#;
        let token = Token::<Refresh>::verify(&forged(HEADER, payload), &keys(), &renamed(), NOW).unwrap();
        let access = token.access(&renamed(), stamp(NOW, 300));
        let head = format!(r#"{{"typ":"access","exp":1800000300,"iat":1800000000,"tid":"{JTI}","#);
        assert_eq!(access.claims().to_json(), format!(r#"{head}"uid":"1","token_type":"odd"}}"#));
    }

    #[test]
    fn a_successor_keeps_claims_and_order() {
        let token = refresh(
            r#"{"x":[null],"jti":"old","exp":1800000300,"token_type":"refresh","user_id":"1","iat":1799999999}"#,
        );
        let successor = token.successor(&rules(), stamp(NOW, 86_400));
        let json = r#"{"x":[null],"jti":"JTI","exp":1800086400,"token_type":"refresh","user_id":"1","iat":1800000000}"#;
        assert_eq!(successor.claims().to_json(), json.replace("JTI", JTI));
        assert_eq!((successor.expiry(), successor.jti()), (NOW + 86_400, JTI));
    }

    #[test]
    fn a_sliding_token_has_two_ends() {
        let token = Token::<Sliding>::issue(&rules(), stamp(100, 20), 50, "42", &extra());
        let head = format!(r#"{{"token_type":"sliding","exp":120,"iat":100,"jti":"{JTI}","refresh_exp":150,"#);
        let rest = r#""user_id":"42","username":"z\u00e9","roles":[1,{"a":2.5}]}"#;
        assert_eq!(token.claims().to_json(), format!("{head}{rest}"));
        let token = Token::<Sliding>::issue(&renamed(), stamp(100, 20), 50, "42", &Claims::default());
        let json = r#"{"typ":"sliding","exp":120,"iat":100,"tid":"JTI","rexp":150,"uid":"42"}"#;
        assert_eq!(token.claims().to_json(), json.replace("JTI", JTI));
    }

    #[test]
    fn renewal_moves_the_first_end_alone() {
        let token = sliding(
            r#"{"token_type":"sliding","exp":1800000100,"iat":1799999990,"jti":"old","refresh_exp":1800000001,"name":"x"}"#,
        );
        let renewed = token.renewed(&rules(), NOW, 300).unwrap();
        let json = r#"{"token_type":"sliding","exp":1800000300,"iat":1800000000,"jti":"old","refresh_exp":1800000001,"name":"x"}"#;
        assert_eq!(renewed.claims().to_json(), json);
        assert_eq!((renewed.expiry(), renewed.jti(), renewed.user_id()), (NOW + 300, "old", None));
    }

    #[test]
    fn renewal_ends_with_the_second_end() {
        let renewed = |claim: &str, rules: &Rules| {
            let token = sliding(&format!(r#"{{"token_type":"sliding","exp":1800000100,"jti":"x"{claim}}}"#));
            token.renewed(rules, NOW, 300).map(drop).map_err(|error| error.to_string())
        };
        let lenient = Rules { leeway: 60, ..rules() };
        let expired = Err("Token 'refresh_exp' claim has expired".to_owned());
        assert_eq!(renewed(r#","refresh_exp":1800000000"#, &rules()), expired);
        assert_eq!(renewed(r#","refresh_exp":1799999941"#, &lenient), Ok(()));
        assert_eq!(renewed(r#","refresh_exp":1799999940"#, &lenient), expired);
        assert_eq!(renewed(r#","refresh_exp":1800000100.5"#, &rules()), Ok(()));
        assert_eq!(renewed(r#","refresh_exp":253402300799"#, &rules()), Ok(()));
        assert_eq!(renewed(r#","refresh_exp":253402300800"#, &rules()), Err("Token is invalid".to_owned()));
        assert_eq!(renewed("", &rules()), Err("Token has no 'refresh_exp' claim".to_owned()));
        assert_eq!(renewed(r#","refresh_exp":1"#, &renamed()), Err("Token has no 'rexp' claim".to_owned()));
        for odd in [r#","refresh_exp":null"#, r#","refresh_exp":"1800000100""#, r#","refresh_exp":[]"#] {
            assert_eq!(renewed(odd, &rules()), Err("Token is invalid".to_owned()), "{odd}");
        }
    }

    #[test]
    fn lifetimes_beyond_all_bounds_do_not_overflow() {
        let token = Token::<Refresh>::issue(&rules(), stamp(NOW, i64::MAX), "42", &Claims::default());
        assert_eq!(token.expiry(), i64::MAX);
    }
}
