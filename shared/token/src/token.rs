//! A token that is known to be right.

use crate::{
    check::{self, Checked, LONGEST_LIFETIME},
    claims::Claims,
    compact::{Compact, MAX_BYTES},
    error::Error,
    keys::{key::Key, key_set::KeySet},
    kind::Kind,
    rules::Rules,
    stamp::Stamp,
};
use serde_json::Value;
use std::{borrow::Cow, fmt, marker::PhantomData};

/// A token of kind `K` that is known to be right: verified, or issued by us. Debug shows its id, nothing else.
pub struct Token<K: Kind> {
    pub(crate) checked: Checked,
    pub(crate) claims: Claims,
    origin: Origin,
    kid: Option<String>,
    kind: PhantomData<fn() -> K>,
}

/// Whose key signed a token.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Origin {
    /// One that another issuer has published.
    Foreign,
    /// One that was taken over from elsewhere, and only verifies.
    Imported,
    /// One of the deployment's own.
    Own,
}

impl<K: Kind> Token<K> {
    /// Verifies a token text at `now` (Unix seconds): form, header, key, signature, claims, in this order.
    ///
    /// The key may be another issuer's whom the set [trusts](KeySet::trusting): good enough to open a door. What makes
    /// new tokens, or ends sessions, uses [`Token::verify_own`].
    ///
    /// # Errors
    /// The first fault in Simple JWT's order: a bad signature beats expiry, expiry beats a wrong claim, a wrong claim
    /// beats a missing one, and the wrong kind comes last.
    pub fn verify(raw: &str, keys: &KeySet, rules: &Rules, now: i64) -> Result<Self, Error> {
        let compact = Compact::parse(raw).ok_or(Error::Invalid)?;
        match compact.own_verifier(keys, now) {
            Some(key) => Self::checked(&compact, key, own(key), rules, now),
            None => {
                let key = compact.foreign_verifier(keys, now).ok_or(Error::Invalid)?;
                Self::checked(&compact, key, Origin::Foreign, rules, now)
            }
        }
    }

    /// Verifies a token as [`Token::verify`] does, with the deployment's own and imported keys alone: another issuer's
    /// tokens never become ours.
    ///
    /// # Errors
    /// As [`Token::verify`]; [`Error::Invalid`] for every token of another issuer.
    pub fn verify_own(raw: &str, keys: &KeySet, rules: &Rules, now: i64) -> Result<Self, Error> {
        let compact = Compact::parse(raw).ok_or(Error::Invalid)?;
        let key = compact.own_verifier(keys, now).ok_or(Error::Invalid)?;
        Self::checked(&compact, key, own(key), rules, now)
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

    /// Whether a key verified it that was imported from elsewhere and never signs here, such as Django's `SECRET_KEY`.
    /// A key that another issuer publishes is never one of these.
    #[must_use]
    pub fn imported(&self) -> bool {
        self.origin == Origin::Imported
    }

    /// Whether another issuer signed it, whose keys come from `JWK_URL`.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.origin == Origin::Foreign
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

    /// Signs with the newest key whose window is open at `now` (Unix seconds): a token that is renewed with the secret for
    /// those, where the set has one.
    ///
    /// # Errors
    /// [`Error::NoSigner`] when there is none; [`Error::TooLong`] for what nobody would accept.
    pub fn sign(&self, keys: &KeySet, rules: &Rules, now: i64) -> Result<Signed, Error> {
        self.signed_by(keys.signer_of::<K>(now), rules)
    }

    /// Signs with the key that its row names, or, of several without a name, with the one that signed when it was issued: whether or
    /// not its time to sign is over.
    ///
    /// HMAC, RSASSA-PKCS1-v1_5 and Ed25519 are deterministic: equal claims under an equal key give equal bytes.
    ///
    /// # Errors
    /// [`Error::NoSigner`] when the set has no such key any more, or only its verifying half; [`Error::TooLong`].
    pub fn sign_with(&self, kid: Option<&str>, keys: &KeySet, rules: &Rules) -> Result<Signed, Error> {
        let issued_at = self.checked.issued_at.unwrap_or_default();
        self.signed_by(signer_named::<K>(keys, kid, issued_at), rules)
    }

    /// Signs a token again that was issued at `issued_at`, beside one that the key `kid` signed: with that key, or, where
    /// it signs tokens of another kind alone, with the one that signed such as this then. Where that one is gone, with
    /// the one that signs at `now` (both in Unix seconds).
    ///
    /// # Errors
    /// As [`Token::sign`].
    pub fn sign_beside(
        &self,
        kid: Option<&str>,
        issued_at: i64,
        keys: &KeySet,
        rules: &Rules,
        now: i64,
    ) -> Result<Signed, Error> {
        let then = || keys.signer_of::<K>(issued_at).filter(|key| key.verifies_at(now));
        let key = signer_named::<K>(keys, kid, issued_at).or_else(then).or_else(|| keys.signer_of::<K>(now));
        self.signed_by(key, rules)
    }

    /// Its type: the claim of the setting `TOKEN_TYPE_CLAIM`, such as `refresh`.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.checked.token_type
    }

    /// Whose token it is, as text, whatever Simple JWT's version wrote: `"7"` and `7` are the same user.
    ///
    /// `None` without the claim; empty for `null`, which is nobody.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.checked.user_id.as_deref()
    }

    /// A token that we issue: its claims and what they say.
    pub(crate) fn issued(claims: Claims, stamp: Stamp<'_>, user_id: Option<&str>) -> Self {
        let checked = Checked {
            expiry: stamp.now.saturating_add(stamp.lifetime),
            issued_at: Some(stamp.now),
            jti: stamp.jti.to_owned(),
            token_type: K::TYPE.unwrap_or_default().to_owned(),
            user_id: user_id.map(str::to_owned),
        };
        Self { checked, claims, origin: Origin::Own, kid: None, kind: PhantomData }
    }

    /// A token whose signature is known to be right, once its claims are, too.
    fn checked(compact: &Compact<'_>, key: &Key, origin: Origin, rules: &Rules, now: i64) -> Result<Self, Error> {
        let claims = compact.claims().ok_or(Error::Invalid)?;
        let longest = match origin {
            Origin::Foreign => rules.longest_lifetime,
            Origin::Imported | Origin::Own => rules.longest_lifetime.max(LONGEST_LIFETIME),
        };
        let checked = check::check::<K>(&claims, rules, longest, now)?;
        Ok(Self { checked, claims, origin, kid: key.kid().map(str::to_owned), kind: PhantomData })
    }

    fn signed_by(&self, key: Option<&Key>, rules: &Rules) -> Result<Signed, Error> {
        let key = key.ok_or(Error::NoSigner)?;
        let mut claims = Cow::Borrowed(&self.claims);
        if let Some(audience) = audience(rules) {
            claims.to_mut().set("aud", audience);
        }
        if let Some(issuer) = &rules.issuer {
            claims.to_mut().set("iss", issuer.as_str());
        }
        let text = key.sign(&claims.to_json()).ok_or(Error::NoSigner)?;
        if text.len() > MAX_BYTES {
            return Err(Error::TooLong);
        }
        Ok(Signed { text, kid: key.kid().map(str::to_owned) })
    }
}

/// The key of a name, if it signs tokens of this kind. Several may have no name: the one that signs at `issued_at` is meant,
/// or, where that has a name, the newest.
fn signer_named<'k, K: Kind>(keys: &'k KeySet, kid: Option<&str>, issued_at: i64) -> Option<&'k Key> {
    let of_then = keys.signer_of::<K>(issued_at).filter(|key| kid.is_none() && key.kid().is_none());
    if of_then.is_some() {
        return of_then;
    }
    let signs = |key: &&Key| !key.is_verify_only() && (K::IS_RENEWED || !key.is_for_refresh());
    keys.keys().iter().filter(signs).find(|key| key.kid() == kid)
}

fn own(key: &Key) -> Origin {
    if key.is_verify_only() { Origin::Imported } else { Origin::Own }
}

impl<K: Kind> Clone for Token<K> {
    fn clone(&self) -> Self {
        let (checked, claims, kid) = (self.checked.clone(), self.claims.clone(), self.kid.clone());
        Self { checked, claims, origin: self.origin, kid, kind: PhantomData }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::{algorithm::Algorithm, key::Window, policy::Policy},
        kind::{Access, Any, Refresh, Sliding},
        rules::Names,
        sample::{NOW, SECRET, access_with, keys, made, rules},
    };
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    fn refresh() -> Token<Refresh> {
        let stamp = Stamp { now: NOW, lifetime: 86_400, jti: "0123456789ab4def8123456789abcdef" };
        Token::<Refresh>::issue(&rules(), stamp, "42", &Claims::default())
    }

    fn verify(raw: &str) -> Result<Token<Any>, Error> {
        Token::verify(raw, &keys(), &rules(), NOW)
    }

    fn parts(raw: &str) -> (String, String, String) {
        let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let parts: Vec<_> = raw.split('.').collect();
        (decoded(parts[0]), decoded(parts[1]), parts[2].to_owned())
    }

    /// A generator of repeatable bits (SplitMix64).
    fn next(state: &mut u64) -> usize {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)) >> 16) as usize
    }

    #[test]
    fn is_written_as_simple_jwt_writes_it() {
        let signed = refresh().sign(&keys(), &rules(), NOW).unwrap();
        let (header, payload, _) = parts(&signed.text);
        assert_eq!(header, r#"{"alg":"HS256","typ":"JWT"}"#);
        let jti = "0123456789ab4def8123456789abcdef";
        let times = r#""exp":1800086400,"iat":1800000000"#;
        assert_eq!(payload, format!(r#"{{"token_type":"refresh",{times},"jti":"{jti}","user_id":"42"}}"#));
        assert_eq!(signed.kid, None);
    }

    #[test]
    fn carries_the_name_of_its_key() {
        let keys = KeySet::new(vec![made(Algorithm::HS512, "2026-é", 1)]).unwrap();
        let signed = refresh().sign(&keys, &rules(), NOW).unwrap();
        assert_eq!(parts(&signed.text).0, r#"{"alg":"HS512","kid":"2026-\u00e9","typ":"JWT"}"#);
        let read = Token::<Refresh>::verify(&signed.text, &keys, &rules(), NOW).unwrap();
        assert_eq!((read.kid(), signed.kid.as_deref()), (Some("2026-é"), Some("2026-é")));
        assert!(!read.imported() && !read.is_foreign());
        assert_eq!(read.token_type(), "refresh");
    }

    #[test]
    fn is_signed_up_to_the_length_that_is_read() {
        let signed = |length: usize| {
            let mut extra = Claims::default();
            extra.set("x", "x".repeat(length));
            let stamp = Stamp { now: NOW, lifetime: 300, jti: "x" };
            Token::<Refresh>::issue(&rules(), stamp, "42", &extra)
                .sign(&keys(), &rules(), NOW)
                .map(|signed| signed.text.len())
        };
        let lengths: Vec<_> = (7_450..7_600).map(signed).collect();
        assert!(lengths.contains(&Ok(MAX_BYTES)));
        assert!(lengths.contains(&Err(Error::TooLong)) && lengths.iter().flatten().all(|length| *length <= MAX_BYTES));
    }

    #[test]
    fn audience_and_issuer_are_written_over_or_behind() {
        let several = Rules { audience: vec!["a".into(), "b".into()], issuer: Some("me".into()), ..rules() };
        let one = Rules { audience: vec!["c".into()], ..rules() };
        let raw = refresh().sign(&keys(), &several, NOW).unwrap().text;
        assert!(parts(&raw).1.ends_with(r#""user_id":"42","aud":["a","b"],"iss":"me"}"#));
        let read = Token::<Refresh>::verify(&raw, &keys(), &several, NOW).unwrap();
        let raw = read.sign(&keys(), &one, NOW).unwrap().text;
        assert!(parts(&raw).1.ends_with(r#""user_id":"42","aud":"c","iss":"me"}"#));
    }

    #[test]
    fn every_flipped_bit_of_the_signature_is_seen() {
        let raw = access_with("{}");
        let (signed, signature) = raw.rsplit_once('.').unwrap();
        let mac = URL_SAFE_NO_PAD.decode(signature).unwrap();
        for bit in 0..mac.len() * 8 {
            let mut other = mac.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let wrong = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(other));
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "bit {bit}");
        }
        for length in (0..mac.len()).chain([33, 64]) {
            let other: Vec<_> = mac.iter().cycle().take(length).copied().collect();
            let wrong = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(other));
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "{length} bytes");
        }
        assert!(verify(&raw).is_ok());
    }

    #[test]
    fn flipped_bits_of_header_and_payload_are_seen() {
        let raw = access_with("{}");
        let (signed, signature) = raw.rsplit_once('.').unwrap();
        let mut state = 1;
        for round in 0..1000 {
            let mut bytes = signed.as_bytes().to_vec();
            let bit = next(&mut state) % (bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let wrong = format!("{}.{signature}", String::from_utf8_lossy(&bytes));
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "round {round}, bit {bit}");
        }
    }

    #[test]
    fn flipped_bits_inside_the_decoded_segments_are_seen() {
        let raw = access_with("{}");
        let parts: Vec<_> = raw.split('.').collect();
        let mut state = 2;
        for round in 0..1000 {
            let mut segments = [URL_SAFE_NO_PAD.decode(parts[0]).unwrap(), URL_SAFE_NO_PAD.decode(parts[1]).unwrap()];
            let segment = &mut segments[next(&mut state) % 2];
            let bit = next(&mut state) % (segment.len() * 8);
            segment[bit / 8] ^= 1 << (bit % 8);
            let [header, payload] = segments.map(|segment| URL_SAFE_NO_PAD.encode(segment));
            let wrong = format!("{header}.{payload}.{}", parts[2]);
            assert_eq!(verify(&wrong).unwrap_err(), Error::Invalid, "round {round}");
        }
    }

    #[test]
    fn signing_twice_gives_the_same_bytes() {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512, Algorithm::EdDSA] {
            let keys = KeySet::new(vec![made(algorithm, "k", 1)]).unwrap();
            let sign = || refresh().sign(&keys, &rules(), NOW).unwrap();
            assert_eq!(sign(), sign(), "{algorithm}");
            assert_eq!(sign(), refresh().sign_with(Some("k"), &keys, &rules()).unwrap(), "{algorithm}");
        }
    }

    #[test]
    fn elliptic_curves_sign_anew_each_time_and_verify() {
        for algorithm in [Algorithm::ES256, Algorithm::ES384] {
            let keys = KeySet::new(vec![made(algorithm, "k", 1)]).unwrap();
            let texts: std::collections::HashSet<_> =
                (0..50).map(|_| refresh().sign(&keys, &rules(), NOW).unwrap().text).collect();
            assert_eq!(texts.len(), 50, "{algorithm}");
            assert!(texts.iter().all(|raw| Token::<Refresh>::verify(raw, &keys, &rules(), NOW).is_ok()));
        }
    }

    #[test]
    fn signing_again_takes_the_key_of_then() {
        let old = made(Algorithm::HS256, "old", 1).within(Window { sign_until: Some(NOW), ..Window::default() });
        let new = made(Algorithm::HS256, "new", 2).within(Window { sign_from: Some(NOW), ..Window::default() });
        let keys = KeySet::new(vec![old.clone(), new]).unwrap();
        let before = refresh().sign(&keys, &rules(), NOW - 1).unwrap();
        assert_eq!(before.kid.as_deref(), Some("old"));
        assert_eq!(refresh().sign(&keys, &rules(), NOW).unwrap().kid.as_deref(), Some("new"));
        assert_eq!(refresh().sign_with(before.kid.as_deref(), &keys, &rules()), Ok(before));
        let retired = KeySet::new(vec![old.verify_only()]).unwrap();
        assert_eq!(refresh().sign_with(Some("old"), &retired, &rules()), Err(Error::NoSigner));
        assert_eq!(refresh().sign_with(None, &keys, &rules()), Err(Error::NoSigner));
        let django = Key::hmac(None, Algorithm::HS256, b"imported").unwrap().verify_only();
        let nameless = KeySet::new(vec![django, self::keys().keys()[0].clone()]).unwrap();
        assert!(refresh().sign_with(None, &nameless, &rules()).is_ok());
    }

    #[test]
    fn a_nameless_key_signs_in_its_time_alone() {
        let nameless = |secret: &[u8], window| Key::hmac(None, Algorithm::HS256, secret).unwrap().within(window);
        let later = Window { sign_from: Some(NOW + 600), ..Window::default() };
        let new = nameless(b"a new secret of thirty-two bytes, or more", later);
        let old = nameless(SECRET, Window::default());
        let keys = KeySet::new(vec![new.clone(), old.clone()]).unwrap();
        let by = |key: &Key| KeySet::new(vec![key.clone().within(Window::default())]).unwrap();
        let signs = |key: &Key, now: i64| {
            let stamp = Stamp { now, lifetime: 300, jti: "x" };
            let refresh = Token::<Refresh>::issue(&rules(), stamp, "42", &Claims::default());
            let access = refresh.access(&rules(), stamp);
            let texts = [
                refresh.sign_with(None, &keys, &rules()).unwrap().text,
                access.sign_beside(None, now, &keys, &rules(), now).unwrap().text,
            ];
            texts.iter().all(|raw| Token::<Any>::verify_own(raw, &by(key), &rules(), now).is_ok())
        };
        assert_eq!((signs(&old, NOW), signs(&new, NOW)), (true, false));
        assert_eq!((signs(&old, NOW + 600), signs(&new, NOW + 600)), (false, true));
    }

    #[test]
    fn refresh_tokens_are_signed_by_a_key_that_nobody_publishes() {
        let policy = Policy { hides_refresh: true, ..Policy::new(Algorithm::EdDSA, &rules()) };
        let keys = KeySet::begin(&policy, &[3; 80]).unwrap();
        let others = KeySet::from_jwks(&keys.jwks(NOW).to_string(), Algorithm::EdDSA).unwrap();
        let stamp = Stamp { now: NOW, lifetime: 300, jti: "x" };
        let sliding = Token::<Sliding>::issue(&rules(), stamp, 600, "42", &Claims::default());
        let access = refresh().access(&rules(), stamp).sign(&keys, &rules(), NOW).unwrap();
        let renewed = [refresh().sign(&keys, &rules(), NOW).unwrap(), sliding.sign(&keys, &rules(), NOW).unwrap()];
        assert!(Token::<Access>::verify(&access.text, &others, &rules(), NOW).is_ok());
        for Signed { text, kid } in renewed {
            assert!(Token::<Any>::verify_own(&text, &keys, &rules(), NOW).is_ok());
            assert_eq!(Token::<Any>::verify(&text, &others, &rules(), NOW).unwrap_err(), Error::Invalid);
            assert_eq!(kid.as_deref(), keys.refresh_signer(NOW).unwrap().kid());
        }
    }

    #[test]
    fn a_pair_is_signed_again_by_the_two_keys_of_then() {
        let policy = Policy { hides_refresh: true, ..Policy::new(Algorithm::EdDSA, &rules()) };
        let first = KeySet::begin(&policy, &[3; 80]).unwrap();
        let stamp = Stamp { now: NOW, lifetime: 300, jti: "x" };
        let access = refresh().access(&rules(), stamp);
        let (one, beside) = (refresh().sign(&first, &rules(), NOW), access.sign(&first, &rules(), NOW));
        let next = first.rotate(&policy, NOW, &[4; 80]).unwrap();
        let (kid, later) = (one.as_ref().unwrap().kid.clone(), NOW + policy.lead());
        assert_eq!(refresh().sign_with(kid.as_deref(), &next, &rules()), one);
        assert_eq!(access.sign_beside(kid.as_deref(), NOW, &next, &rules(), later), beside);
        assert_ne!(access.sign(&next, &rules(), later), beside);
        let revoked = first.revoke(beside.unwrap().kid.as_deref(), &policy, NOW + 1, &[5; 80]).unwrap();
        assert!(access.sign_beside(kid.as_deref(), NOW, &revoked, &rules(), NOW + 1).is_ok());
    }

    #[test]
    fn without_an_open_signer_nothing_is_signed() {
        let later = made(Algorithm::HS256, "k", 1).within(Window { sign_from: Some(NOW + 1), ..Window::default() });
        let keys = KeySet::new(vec![later]).unwrap();
        assert_eq!(refresh().sign(&keys, &rules(), NOW), Err(Error::NoSigner));
        assert!(refresh().sign(&keys, &rules(), NOW + 1).is_ok());
    }

    #[test]
    fn tokens_of_imported_keys_are_told_apart() {
        let django = keys().keys()[0].clone();
        let raw = refresh().sign(&keys(), &rules(), NOW).unwrap().text;
        let moved = KeySet::new(vec![made(Algorithm::HS256, "ours", 1), django.verify_only()]).unwrap();
        assert!(Token::<Refresh>::verify(&raw, &moved, &rules(), NOW).unwrap().imported());
        let own = refresh().sign(&moved, &rules(), NOW).unwrap();
        assert_eq!(own.kid.as_deref(), Some("ours"));
        assert!(!Token::<Refresh>::verify(&own.text, &moved, &rules(), NOW).unwrap().imported());
    }

    #[test]
    fn debug_shows_neither_text_nor_claims() {
        let token = refresh();
        let signed = token.sign(&keys(), &rules(), NOW).unwrap();
        assert_eq!(format!("{token:?}"), r#"RefreshToken { jti: "0123456789ab4def8123456789abcdef", .. }"#);
        assert_eq!(format!("{signed:?}"), "Signed { kid: None, .. }");
    }

    #[test]
    fn what_the_claims_say_is_at_hand() {
        let named = Rules { names: Names { jti: "tid".into(), ..Names::default() }, ..rules() };
        let raw = access_with(r#"{"tid":"x","iat":1799999990.7,"exp":1800000300.7,"user_id":7}"#);
        let token = Token::<Access>::verify(&raw, &keys(), &named, NOW).unwrap();
        assert_eq!((token.jti(), token.issued_at(), token.expiry()), ("x", Some(NOW - 10), NOW + 300));
        assert_eq!(token.user_id(), Some("7"));
        assert_eq!(token.claims().get("user_id"), Some(&7.into()));
    }
}
