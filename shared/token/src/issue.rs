//! New tokens, and tokens from tokens.

use crate::{Claims, Error, Names, Refresh, Rules, Sliding, Token, check, check::Checked};

/// When a token is issued, for how long, and under which id.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The time of issue, in Unix seconds.
    pub now: i64,
    /// How long it lives, in seconds.
    pub lifetime: i64,
    /// Its id, unique for ever: see [`jti`](crate::jti()).
    pub jti: &'a str,
}

impl Token<Refresh> {
    /// A refresh token for a user. `extra` claims follow the standard ones, in their order.
    #[must_use]
    pub fn issue(rules: &Rules, stamp: Stamp<'_>, user_id: &str, extra: &Claims) -> Self {
        let mut claims = head("refresh", &rules.names, stamp);
        claims.set(&rules.names.user_id, user_id);
        copy(extra, &mut claims, |_| true);
        Self::issued(claims, checked(stamp, Some(user_id.to_owned())))
    }

    /// An access token of the same user: new times and id, and every other claim of the refresh token.
    ///
    /// Not copied are `no_copy_claims` of Simple JWT: the type, the id (also under the name `jti`), `exp` and `iat`.
    #[must_use]
    pub fn access(&self, rules: &Rules, stamp: Stamp<'_>) -> Token<crate::Access> {
        let own = [rules.names.token_type.as_str(), "exp", rules.names.jti.as_str(), "jti", "iat"];
        let mut claims = head("access", &rules.names, stamp);
        copy(&self.claims, &mut claims, |name| !own.contains(&name));
        Token::issued(claims, checked(stamp, self.user_id()))
    }

    /// The token that takes this one's place: the same claims in the same order with new times and id.
    #[must_use]
    pub fn successor(&self, rules: &Rules, stamp: Stamp<'_>) -> Self {
        let mut claims = self.claims.clone();
        claims.set(&rules.names.jti, stamp.jti);
        set_times(&mut claims, stamp.now, stamp.lifetime);
        Self::issued(claims, checked(stamp, self.user_id()))
    }
}

impl Token<Sliding> {
    /// A sliding token for a user. It lives `stamp.lifetime` and can be renewed for `refresh_lifetime`, both in seconds.
    #[must_use]
    pub fn issue(rules: &Rules, stamp: Stamp<'_>, refresh_lifetime: i64, user_id: &str, extra: &Claims) -> Self {
        let mut claims = head("sliding", &rules.names, stamp);
        claims.set(&rules.names.refresh_exp, stamp.now.saturating_add(refresh_lifetime));
        claims.set(&rules.names.user_id, user_id);
        copy(extra, &mut claims, |_| true);
        Self::issued(claims, checked(stamp, Some(user_id.to_owned())))
    }

    /// The same token with a new life of `lifetime` seconds from `now` (Unix seconds); its id and its last renewal stay.
    ///
    /// # Errors
    /// [`Error::MissingRefreshExpiry`], [`Error::RefreshExpired`], or [`Error::Invalid`] when that time is no number.
    pub fn renewed(&self, rules: &Rules, now: i64, lifetime: i64) -> Result<Self, Error> {
        let claim = &rules.names.refresh_exp;
        let missing = || Error::MissingRefreshExpiry { claim: claim.clone() };
        let last = check::time(&self.claims, claim)?.ok_or_else(missing)?;
        if last <= now.saturating_sub(rules.leeway) {
            return Err(Error::RefreshExpired { claim: claim.clone() });
        }
        let mut claims = self.claims.clone();
        set_times(&mut claims, now, lifetime);
        Ok(Self::issued(claims, checked(Stamp { now, lifetime, jti: self.jti() }, self.user_id())))
    }
}

/// The claims that every token of Simple JWT begins with, in its order.
fn head(kind: &str, names: &Names, stamp: Stamp<'_>) -> Claims {
    let mut claims = Claims::default();
    claims.set(&names.token_type, kind);
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

fn checked(stamp: Stamp<'_>, user_id: Option<String>) -> Checked {
    let expiry = stamp.now.saturating_add(stamp.lifetime);
    Checked { expiry, issued_at: Some(stamp.now), jti: stamp.jti.to_owned(), user_id }
}
