//! Token ids: random, in the shape of Simple JWT's, and the session they name.

/// A fresh token id: a UUIDv4 without dashes, 32 lower-case hexadecimal digits, as Simple JWT writes it.
///
/// `random` is 128 random bits, of which the version and the variant take six.
#[must_use]
pub fn jti(random: [u8; 16]) -> String {
    // INVARIANT: digit 12 is the version and digit 16 begins the variant (RFC 9562 section 4); `session_of` relies on it.
    let bits = u128::from_be_bytes(random) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    format!("{bits:032x}")
}

/// A fresh token id that belongs to the session `sid`, a value that [`session_of`] returned.
///
/// The first 16 digits are the session's, the last 16 are new: 62 random bits for each token of a session.
#[must_use]
pub fn jti_of_session(sid: &str, random: [u8; 16]) -> String {
    let fresh = jti(random);
    let tail = fresh.get(16..).unwrap_or_default();
    format!("{sid}{tail}")
}

/// The id of the access token that goes with a rotated refresh token: of the same session, and always the same, so that
/// a repeated refresh is answered to the byte. It does not lead back to the refresh token's.
#[must_use]
pub fn access_jti(refresh_jti: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, refresh_jti.as_bytes());
    let mut random = [0; 16];
    random.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    session_of(refresh_jti).map_or_else(|| jti(random), |sid| jti_of_session(sid, random))
}

/// The session that a token id names: its first 16 digits, 60 random bits and the constant version.
///
/// `None` for an id that is not shaped like ours, which belongs to no session.
#[must_use]
pub fn session_of(jti: &str) -> Option<&str> {
    let bytes = jti.as_bytes();
    let digits = bytes.len() == 32 && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let shaped = bytes.get(12) == Some(&b'4') && matches!(bytes.get(16), Some(b'8' | b'9' | b'a' | b'b'));
    if digits && shaped { jti.get(..16) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_uuid_of_version_4() {
        assert_eq!(jti([0x00; 16]), "00000000000040008000000000000000");
        assert_eq!(jti([0xff; 16]), "ffffffffffff4fffbfffffffffffffff");
    }

    #[test]
    fn keeps_every_random_bit_outside_version_and_variant() {
        let ids: std::collections::HashSet<_> = (0..128).map(|bit| jti((1u128 << bit).to_be_bytes())).collect();
        assert_eq!(ids.len(), 128 - 6 + 1, "six single bits fall on constants and all give the same id");
    }

    #[test]
    fn names_its_session() {
        let first = jti([0xab; 16]);
        let session = session_of(&first).unwrap();
        let second = jti_of_session(session, [0x31; 16]);
        assert_eq!(session, "abababababab4bab");
        assert_eq!(session_of(&second), Some(session));
        assert_ne!(first, second);
    }

    #[test]
    fn of_an_access_token_follows_from_the_refresh_token() {
        let refresh = jti([0xab; 16]);
        assert_eq!(access_jti(&refresh), access_jti(&refresh));
        assert_eq!(session_of(&access_jti(&refresh)), session_of(&refresh));
        assert_ne!(access_jti(&refresh), refresh);
    }

    #[test]
    fn of_another_shape_names_no_session() {
        let upper = "ABABABABABAB4BABABABABABABABABAB";
        let version_1 = "abababababab1babababababababababab";
        let variant = "abababababab4bab7bababababababab";
        let dashed = "abababab-abab-4bab-abab-abababababab";
        let (longer, no_digit) = ("abababababab4babababababababababa", "ababababxbab4bababababababababab");
        for foreign in
            ["", "x", upper, version_1, variant, dashed, longer, no_digit, "00000000000000000000000000000001"]
        {
            assert_eq!(session_of(foreign), None, "{foreign}");
        }
    }
}
