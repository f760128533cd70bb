//! Secrets that everybody knows, because they stand in tutorials, in published code or on lists of attackers.

use aws_lc_rs::digest::{SHA256, digest};

/// How many bytes of a hash are kept: a secret that nobody knows is taken for a known one once in 300 million.
const WIDTH: usize = 5;

/// The beginnings of the SHA-256 hashes of all that are known and have 16 bytes or more, sorted. `infra/tools/known-secrets`
/// makes it and names its source; the notice lies beside it.
const KNOWN: &[u8] = include_bytes!("known/secrets.bin");

/// Whether a secret is on public lists of JWT secrets. Those below 16 bytes are not looked up: they are too short anyway.
#[must_use]
pub fn is_known_secret(secret: &[u8]) -> bool {
    let (known, _) = KNOWN.as_chunks::<WIDTH>();
    let hash = digest(&SHA256, secret);
    hash.as_ref().first_chunk().is_some_and(|beginning| known.binary_search(beginning).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_sorted() {
        let (known, rest) = KNOWN.as_chunks::<WIDTH>();
        assert!(rest.is_empty() && known.len() > 3000 && known.is_sorted());
    }

    #[test]
    fn secrets_of_tutorials_and_of_public_lists_are_known() {
        for known in [
            "a-string-secret-at-least-256-bits-long",
            "your-256-bit-secret",
            "CHANGE_THIS_TO_SOMETHING_RANDOM",
            "<random_string_at_least_32_characters_long>",
        ] {
            assert!(is_known_secret(known.as_bytes()), "{known}");
        }
        assert!(!is_known_secret(b"N0bodyHasEverSeenThisOneAsTheTemplateMakesIt"));
    }
}
