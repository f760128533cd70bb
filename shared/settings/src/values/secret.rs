//! Text that must not be seen.

use std::fmt;
use zeroize::Zeroizing;

/// A key or password from the environment: never printed, wiped when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text itself, for the one who needs it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether nothing was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the text looks like a key file (RFC 7468) and not like a shared secret.
    #[must_use]
    pub fn is_pem(&self) -> bool {
        self.0.trim_start().starts_with("-----BEGIN ")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "(empty)" } else { "(secret)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "(secret)");
        assert_eq!(format!("{:?}", Secret::default()), "(empty)");
    }

    #[test]
    fn tells_a_key_file_from_a_shared_secret() {
        assert!(Secret::new("\n-----BEGIN PRIVATE KEY-----\n…").is_pem());
        assert!(!Secret::new("a -----BEGIN b").is_pem());
    }
}
