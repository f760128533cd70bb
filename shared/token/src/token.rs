//! A token that is known to be right.

use crate::{Claims, Error, Key, KeySet, Kind, Rules, check, check::Checked, compact::Compact};
use serde_json::Value;
use std::{fmt, marker::PhantomData};

/// A token of kind `K` that is known to be right: verified, or issued by us. Debug shows its id, nothing else.
pub struct Token<K: Kind> {
    pub(crate) checked: Checked,
    pub(crate) claims: Claims,
    imported: bool,
    kid: Option<String>,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Token<K> {
    /// Verifies a token text at `now` (Unix seconds): form, header, key, signature, claims, in this order.
    ///
    /// # Errors
    /// The first fault in Simple JWT's order: a bad signature beats expiry, expiry beats a wrong claim, a wrong claim
    /// beats a missing one, and the wrong kind comes last.
    pub fn verify(raw: &str, keys: &KeySet, rules: &Rules, now: i64) -> Result<Self, Error> {
        let compact = Compact::parse(raw).ok_or(Error::Invalid)?;
        let key = compact.verifier(keys, now).ok_or(Error::Invalid)?;
        let claims = compact.claims().ok_or(Error::Invalid)?;
        let checked = check::check::<K>(&claims, rules, now)?;
        let kid = key.kid().map(str::to_owned);
        Ok(Self { checked, claims, imported: key.is_verify_only(), kid, kind: PhantomData })
    }

    /// Every claim in the order of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The end of its life, in Unix seconds: `exp`.
    #[must_use]
    pub fn expiry(&self) -> i64 {
        self.checked.expiry
    }

    /// Whether a key verified it that never signs here: one imported from elsewhere, such as Django's `SECRET_KEY`.
    #[must_use]
    pub fn imported(&self) -> bool {
        self.imported
    }

    /// When it was issued, in Unix seconds: `iat`, if it says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<i64> {
        self.checked.issued_at
    }

    /// Its id: the claim of the setting `JTI_CLAIM`. Never empty.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.checked.jti
    }

    /// The name of the key that verified it; `None` for a key without name, and for a token that we have just issued.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Signs with the newest key whose window is open at `now` (Unix seconds).
    ///
    /// # Errors
    /// [`Error::NoSigner`] when there is none.
    pub fn sign(&self, keys: &KeySet, rules: &Rules, now: i64) -> Result<Signed, Error> {
        self.signed_by(keys.signer(now), rules)
    }

    /// Signs again with the key that signed before, whether or not its time to sign is over.
    ///
    /// HMAC, RSASSA-PKCS1-v1_5 and Ed25519 are deterministic: equal claims under an equal key give equal bytes.
    ///
    /// # Errors
    /// [`Error::NoSigner`] when the set has no such key any more, or only its verifying half.
    pub fn sign_with(&self, kid: Option<&str>, keys: &KeySet, rules: &Rules) -> Result<Signed, Error> {
        let key = keys.keys().iter().find(|key| key.kid() == kid && !key.is_verify_only());
        self.signed_by(key, rules)
    }

    /// Whose token it is, as text, whatever Simple JWT's version wrote: `"7"` and `7` are the same user.
    ///
    /// `None` without the claim; empty for `null`, which is nobody.
    #[must_use]
    pub fn user_id(&self) -> Option<String> {
        self.checked.user_id.clone()
    }

    /// A token that we issue: its claims and what they say.
    pub(crate) fn issued(claims: Claims, checked: Checked) -> Self {
        Self { checked, claims, imported: false, kid: None, kind: PhantomData }
    }

    fn signed_by(&self, key: Option<&Key>, rules: &Rules) -> Result<Signed, Error> {
        let key = key.ok_or(Error::NoSigner)?;
        let mut claims = self.claims.clone();
        if let Some(audience) = audience(rules) {
            claims.set("aud", audience);
        }
        if let Some(issuer) = &rules.issuer {
            claims.set("iss", issuer.as_str());
        }
        let text = key.sign(&claims.to_json()).ok_or(Error::NoSigner)?;
        Ok(Signed { text, kid: key.kid().map(str::to_owned) })
    }
}

impl<K: Kind> fmt::Debug for Token<K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct(K::CLASS).field("jti", &self.checked.jti).finish_non_exhaustive()
    }
}

/// A token as it travels. Debug shows no text: whoever reads it could use it.
#[derive(Clone, Eq, PartialEq)]
pub struct Signed {
    /// The compact form: three segments with dots between.
    pub text: String,
    /// The name of the key that signed it, if it has one.
    pub kid: Option<String>,
}

impl fmt::Debug for Signed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signed").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// `aud` as Simple JWT writes it: a text for one audience, a list for several.
fn audience(rules: &Rules) -> Option<Value> {
    match rules.audience.as_slice() {
        [] => None,
        [one] => Some(one.as_str().into()),
        several => Some(several.into()),
    }
}
