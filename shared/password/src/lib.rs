//! Passwords as Django stores them: verify every encoding of its hashers but `crypt`, make new ones with Argon2id.
//!
//! `crypt$$…` is not verified: Unix's `crypt` reads eight characters of a password, so that others would match, too. The strings
//! that other systems store, `$2y$…` and `$argon2id$…`, are what Django keeps after its own name for them.
//!
//! Pure arithmetic over library crates: no clock, no randomness (a salt is an argument), no I/O. A password is never
//! trimmed nor cut. One rule for letters that can be written in two ways (NIST SP 800-63B section 3.1.1.2): a password is
//! set in its composed form (NFC), and what is typed is compared as it was typed first and then composed. So `é` is `é` on
//! every keyboard, and a password that Django hashed as it was typed still matches.

mod error;
pub mod policy;
mod schemes;

use crate::schemes::{Stored, argon2};
use std::hint;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

pub use error::{Error, MAX_BYTES, MAX_MEMORY};

/// What the comparison of a password with a stored encoding said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right, and encoded as [`hash`] would encode it today.
    Match,
    /// Right, but of another scheme or with other parameters: hash it again and store that.
    MatchStale,
    /// Wrong, or the user has no usable password.
    Mismatch,
}

/// Compares `password` with `encoded`, a stored hash in one of Django's encodings, in time that does not depend on
/// where they differ.
///
/// An unusable password (`!…`) and MD5 and SHA-1 cost at least as much as one of today's hashes, so that the clock does
/// not tell who has one. An `Err` about the stored hash comes at once: a caller that answers strangers calls [`burn`].
/// Plain bcrypt knows no password beyond 72 bytes and none with a NUL: such a password never matches it.
///
/// # Errors
/// [`Error::TooLong`] for the password, the others for the stored hash.
pub fn verify(password: &str, encoded: &str) -> Result<Verdict, Error> {
    let typed = compare(password, encoded)?;
    let Some(composed) = composed(password) else { return Ok(typed) };
    match typed {
        Verdict::Mismatch if composed.len() <= MAX_BYTES => compare(&composed, encoded),
        Verdict::Mismatch => Ok(Verdict::Mismatch),
        // Right as it was typed: hashed again, it will be composed.
        Verdict::Match | Verdict::MatchStale => Ok(Verdict::MatchStale),
    }
}

/// Takes the memory of one of today's hashes before there is a password: to touch it costs half as much as the hash.
pub fn take_memory() {
    argon2::take_memory();
}

/// Hashes a new password with Argon2id (19 456 KiB, 2 passes, 1 lane: OWASP) in Django's encoding:
/// `argon2$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. `salt` must be fresh random bytes.
///
/// # Errors
/// [`Error::TooLong`], or [`Error::TooCostly`] when 19 MiB of memory cannot be had.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, Error> {
    let composed = composed(password);
    encode(composed.as_deref().map_or(password, String::as_str), salt)
}

/// Spends the time of one verification of today's hash and forgets the result: for unknown and inactive users, so
/// that the clock does not tell who exists. A password that [`verify`] would refuse as too long costs nothing here either.
pub fn burn(password: &str) {
    spend(password);
    if let Some(composed) = composed(password) {
        spend(&composed);
    }
}

/// A new password of 128 random bits: 26 letters and digits, without those that are easily taken for others (Crockford's base 32).
/// It begins with a letter or a digit, so that no program takes it for an option, and no shell reads anything else in it.
#[must_use]
pub fn generated(random: [u8; 16]) -> Zeroizing<String> {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bits = u128::from_be_bytes(random);
    let digit = |place: u32| DIGITS.get(usize::try_from(bits >> (place * 5) & 31).unwrap_or_default()).copied();
    Zeroizing::new((0..26).rev().filter_map(digit).map(char::from).collect())
}

/// What is stored for a user who cannot log in with a password: Django's `!` and something random.
#[must_use]
pub fn unusable(random: [u8; 16]) -> String {
    format!("!{}", hex::encode(random))
}

/// Whether `encoded` is meant to be compared with passwords at all (Django's `is_password_usable`).
#[must_use]
pub fn is_usable(encoded: &str) -> bool {
    !encoded.starts_with('!')
}

/// The name of the scheme of `encoded`, when it is one that [`verify`] knows: Django's `algorithm`, such as `pbkdf2_sha256`.
#[must_use]
pub fn scheme(encoded: &str) -> Option<&'static str> {
    schemes::named(encoded).map(|(name, _)| name)
}

/// How many bytes of memory [`verify`] will take for `encoded`; without hashing. For importers, which want to know
/// whether a hash can ever be verified, and for hosts with less memory than [`MAX_MEMORY`].
///
/// # Errors
/// Those of [`verify`] about the stored hash.
pub fn memory(encoded: &str) -> Result<u64, Error> {
    if !is_usable(encoded) {
        return Ok(argon2::MEMORY);
    }
    Ok(Stored::parse(encoded)?.memory())
}

/// The composed form (NFC) of a password, where that is another one.
pub(crate) fn composed(password: &str) -> Option<Zeroizing<String>> {
    (!is_nfc(password)).then(|| Zeroizing::new(password.nfc().collect()))
}

fn compare(password: &str, encoded: &str) -> Result<Verdict, Error> {
    if password.len() > MAX_BYTES {
        return Err(Error::TooLong);
    }
    if !is_usable(encoded) {
        spend(password);
        return Ok(Verdict::Mismatch);
    }
    let stored = Stored::parse(encoded)?;
    if stored.is_instant() {
        spend(password);
    }
    Ok(match stored.matches(password)? {
        // Without Django's name before it, Django would not know the hash again.
        true if stored.is_todays() && !encoded.starts_with('$') => Verdict::Match,
        true => Verdict::MatchStale,
        false => Verdict::Mismatch,
    })
}

fn encode(password: &str, salt: [u8; 16]) -> Result<String, Error> {
    if password.len() > MAX_BYTES {
        return Err(Error::TooLong);
    }
    argon2::encode(password, &salt)
}

fn spend(password: &str) {
    let _ = hint::black_box(encode(password, [0; 16]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    const SALT: [u8; 16] = *b"0123456789abcdef";

    #[test]
    fn a_new_hash_is_written_as_django_writes_it_and_matches() {
        let encoded = hash("correct horse", SALT).unwrap();
        assert!(encoded.starts_with("argon2$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), "{encoded}");
        assert_eq!(verify("correct horse", &encoded), Ok(Verdict::Match));
        assert_eq!(verify("correct horsf", &encoded), Ok(Verdict::Mismatch));
        assert_eq!(scheme(&encoded), Some("argon2"));
    }

    #[test]
    fn another_salt_makes_another_hash_and_the_same_salt_the_same() {
        assert_eq!(hash("a", SALT), hash("a", SALT));
        assert_ne!(hash("a", SALT), hash("a", [1; 16]));
    }

    #[test]
    fn the_last_byte_of_the_longest_password_counts_and_one_more_is_refused() {
        let longest = "p".repeat(MAX_BYTES);
        let encoded = hash(&longest, SALT).unwrap();
        let other = format!("{}q", "p".repeat(MAX_BYTES - 1));
        assert_eq!(verify(&longest, &encoded), Ok(Verdict::Match));
        assert_eq!(verify(&other, &encoded), Ok(Verdict::Mismatch));
        assert_eq!(verify(&format!("{longest}p"), &encoded), Err(Error::TooLong));
        assert_eq!(hash(&format!("{longest}p"), SALT), Err(Error::TooLong));
    }

    /// The composed form of `U+0344` is two letters, in twice as many bytes.
    #[test]
    fn a_password_that_is_too_long_when_it_is_composed_is_wrong_and_no_fault() {
        let typed = "\u{344}".repeat(MAX_BYTES / 2);
        assert!(composed(&typed).is_some_and(|composed| composed.len() > MAX_BYTES));
        assert_eq!(verify(&typed, &hash("another", SALT).unwrap()), Ok(Verdict::Mismatch));
    }

    #[test]
    fn a_password_is_its_exact_bytes() {
        let encoded = hash("a", SALT).unwrap();
        for other in ["", " a", "a ", "A", "a\0", "a\0b", "\u{e1}"] {
            assert_eq!(verify(other, &encoded), Ok(Verdict::Mismatch), "{other:?}");
        }
    }

    #[test]
    fn pw_15_a_letter_is_the_same_however_it_is_written() {
        let (composed, decomposed) = ("caf\u{e9} au lait", "cafe\u{301} au lait");
        let set = hash(decomposed, SALT).unwrap();
        assert_eq!(set, hash(composed, SALT).unwrap());
        assert_eq!([verify(composed, &set), verify(decomposed, &set)], [Ok(Verdict::Match); 2]);
        assert_eq!(verify("cafe au lait", &set), Ok(Verdict::Mismatch));
    }

    #[test]
    fn pw_15_a_hash_of_what_was_typed_still_matches() {
        let typed = argon2::encode("cafe\u{301}", &SALT).unwrap();
        assert_eq!(verify("cafe\u{301}", &typed), Ok(Verdict::MatchStale), "to be hashed again, composed");
        assert_eq!(verify("caf\u{e9}", &typed), Ok(Verdict::Mismatch));
    }

    #[test]
    fn pw_01_two_ways_to_write_it_cost_the_same_for_everybody() {
        let set = hash("x", SALT).unwrap();
        let (known, unknown) = (fastest(|| _ = verify("e\u{301}", &set)), fastest(|| burn("e\u{301}")));
        assert!(unknown * 3 > known * 2 && known * 3 > unknown * 2, "{known} {unknown}");
    }

    #[test]
    fn bcrypt_is_never_cut_at_72_bytes_nor_at_a_nul() {
        let encoded = |password: &str| format!("bcrypt${}", bcrypt::hash_with_salt(password, 4, SALT).unwrap());
        let whole = "p".repeat(72);
        assert_eq!(verify(&whole, &encoded(&whole)), Ok(Verdict::MatchStale));
        assert_eq!(verify(&format!("{}q", "p".repeat(71)), &encoded(&whole)), Ok(Verdict::Mismatch));
        assert_eq!(verify(&format!("{whole}q"), &encoded(&whole)), Ok(Verdict::Mismatch));
        assert_eq!(verify("a\0a", &encoded("a")), Ok(Verdict::Mismatch));
    }

    #[test]
    fn a_hostile_cost_is_refused_before_it_is_paid() {
        for encoded in [
            "argon2$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=4294967295,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=2,p=16777215$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "bcrypt$$2b$17$yRKcvtnrH8MGGwj7GfQFZ.YOkT0O8k7lPnIq6Xx1HxrkU89M2gjI6",
            "bcrypt_sha256$$2b$31$yRKcvtnrH8MGGwj7GfQFZ.YOkT0O8k7lPnIq6Xx1HxrkU89M2gjI6",
            "pbkdf2_sha256$10000001$salt$mLsmFSltp2kXZDkGOzy5nwfjG6F/YYqpfFvJBFqSJzQ=",
            "scrypt$1073741824$salt$8$1$AAAA",
            "scrypt$16384$salt$4294967295$4294967295$AAAA",
            "scrypt$2$salt$1$4194305$AAAA",
        ] {
            assert_eq!(verify("a", encoded), Err(Error::TooCostly), "{encoded}");
            assert_eq!(memory(encoded), Err(Error::TooCostly), "{encoded}");
        }
    }

    #[test]
    fn a_malformed_hash_is_refused() {
        let scrypt = format!("scrypt$16384$salt$8$5${}==", "A".repeat(86));
        for encoded in [
            "argon2$argon2x$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=18$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=2$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=2,p=1,x=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=0,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=7,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
            "argon2$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA",
            "bcrypt$$2b$12$short",
            "bcrypt$$2b$12$yRKcvtnrH8MGGwj7GfQFZ.YOkT0O8k7lPnIq6Xx1HxrkU89M2gj\u{e9}",
            "md5$$c0ec",
            "md5$salt$c0ec",
            "sha1$salt$767f9f16",
            "sha1$$767f9f16",
            "$2y$12$short",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA",
            "pbkdf2_sha256$0$salt$mLsmFSltp2kXZDkGOzy5nwfjG6F/YYqpfFvJBFqSJzQ=",
            "pbkdf2_sha256$+1$salt$mLsmFSltp2kXZDkGOzy5nwfjG6F/YYqpfFvJBFqSJzQ=",
            "pbkdf2_sha256$1$salt$AAAA",
            "pbkdf2_sha1$1$salt$mLsmFSltp2kXZDkGOzy5nwfjG6F/YYqpfFvJBFqSJzQ=",
            &scrypt.replace("16384", "16383"),
            &scrypt.replace("16384", "0"),
            &scrypt.replace("$8$", "$0$"),
            &scrypt.replace("AA==", "=="),
            "scrypt$16384$salt$8$5$",
        ] {
            assert_eq!(verify("a", encoded), Err(Error::Malformed), "{encoded}");
        }
        for encoded in ["", "$", "plain text", "sha256$salt$hash", "crypt$$ab1234567890.", "$1$salt$hash", "767f9f16"] {
            assert_eq!(verify("a", encoded), Err(Error::UnknownScheme), "{encoded}");
            assert_eq!(scheme(encoded), None, "{encoded}");
        }
    }

    #[test]
    fn the_elder_hashes_of_django_match_and_are_to_be_hashed_again() {
        for (name, encoded) in [
            ("md5", "md5$abc$1368f3f60b9c67d93b78a1940467fe19"),
            ("sha1", "sha1$abc$d444f9a1f5e85d045ec15070283294c8575e97b2"),
            ("unsalted_md5", "3cb4e732631f47e6eb961f34554b7cde"),
            ("unsalted_md5", "md5$$3cb4e732631f47e6eb961f34554b7cde"),
            ("unsalted_sha1", "sha1$$2f9e53523b62abc141a2b4d6019d23cba835dbd0"),
        ] {
            assert_eq!(verify("correct horse", encoded), Ok(Verdict::MatchStale), "{encoded}");
            assert_eq!(verify("correct horsf", encoded), Ok(Verdict::Mismatch), "{encoded}");
            assert_eq!(scheme(encoded), Some(name), "{encoded}");
        }
    }

    #[test]
    fn the_hashes_of_other_systems_match_and_are_to_be_hashed_again() {
        let bcrypt = bcrypt::hash_with_salt("correct horse", 4, SALT).unwrap();
        let argon2 = hash("correct horse", SALT).unwrap();
        let prefixes = [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoX, bcrypt::Version::TwoY];
        let bare = prefixes.map(|version| bcrypt.format_for_version(version));
        for encoded in bare.iter().map(String::as_str).chain(argon2.strip_prefix("argon2")) {
            assert_eq!(verify("correct horse", encoded), Ok(Verdict::MatchStale), "{encoded}");
            assert_eq!(verify("correct horsf", encoded), Ok(Verdict::Mismatch), "{encoded}");
            assert!(matches!(scheme(encoded), Some("argon2" | "bcrypt")), "{encoded}");
        }
    }

    #[test]
    fn a_generated_password_has_every_bit_and_one_form() {
        assert_eq!(*generated([0; 16]), "0".repeat(26));
        assert_eq!(*generated([0xff; 16]), format!("7{}", "z".repeat(25)));
        let passwords = [generated(SALT), generated([1; 16])];
        assert!(passwords.iter().all(|password| password.len() == 26 && !password.contains(['i', 'l', 'o', 'u', '-'])));
        assert_ne!(passwords[0], passwords[1]);
    }

    #[test]
    fn an_unusable_password_never_matches_and_costs_a_hash() {
        let encoded = unusable(SALT);
        assert_eq!(encoded, "!30313233343536373839616263646566");
        assert!(!is_usable(&encoded) && is_usable("md5$a$b"));
        for encoded in [encoded.as_str(), "!", "!md5$salt$c0ec"] {
            assert_eq!(verify("a", encoded), Ok(Verdict::Mismatch));
        }
        let todays = hash("a", SALT).unwrap();
        let (known, unusable, unknown) =
            (fastest(|| _ = verify("b", &todays)), fastest(|| _ = verify("b", &encoded)), fastest(|| burn("b")));
        assert!(unusable * 5 > known && unknown * 5 > known, "{known} {unusable} {unknown}");
        let instant = fastest(|| _ = verify("b", "md5$uNjqOSnYiOnTso9ba27eHo$c0ec0c57296f5d56a8b687a815d87afb"));
        assert!(instant * 5 > known, "{known} {instant}");
    }

    #[test]
    fn only_todays_parameters_are_todays() {
        let todays = hash("a", SALT).unwrap();
        let weaker = "argon2$argon2id$v=19$m=512,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$";
        assert!(matches!(Stored::parse(&todays), Ok(stored) if stored.is_todays()));
        for (from, to) in
            [("argon2id", "argon2i"), ("v=19", "v=16"), ("t=2", "t=3"), ("p=1", "p=2"), ("19456", "19457")]
        {
            let other = todays.replace(from, to);
            assert!(matches!(Stored::parse(&other), Ok(stored) if !stored.is_todays()), "{other}");
        }
        assert!(Stored::parse(&format!("{weaker}AAAAAAAAAAAAAAAAAAAAAA")).is_ok());
    }

    #[test]
    fn the_memory_of_a_verification_is_known_beforehand() {
        let argon2 = "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(memory(argon2), Ok(100 << 20));
        assert_eq!(memory(&format!("scrypt$16384$salt$8$5${}==", "A".repeat(86))), Ok((16_384 + 5) * 8 * 128));
        assert_eq!(memory("md5$salt$c0ec0c57296f5d56a8b687a815d87afb"), Ok(0));
        assert_eq!(memory("!"), Ok(19_456 * 1024));
    }

    #[test]
    fn hashes_side_by_side_do_not_disturb_each_other() {
        let expected = hash("a", SALT).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(hash("a", SALT).as_ref(), Ok(&expected)));
            }
        });
    }

    /// The cheapest of several runs, in microseconds: what the work takes when nobody else disturbs.
    fn fastest(run: impl Fn()) -> u128 {
        let start = Instant::now();
        let once = || {
            let begun = spent(start);
            run();
            spent(start) - begun
        };
        (0..7).map(|_| once()).min().unwrap()
    }

    /// The microseconds that this thread had a processor for itself, so that a busy machine proves nothing; where the
    /// system does not tell, those that passed.
    fn spent(since: Instant) -> u128 {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
        let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<u128>().ok());
        nanoseconds.map_or_else(|| since.elapsed().as_micros(), |nanoseconds| nanoseconds / 1000)
    }
}
