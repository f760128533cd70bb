//! The form of a name in which two names that a person takes for one are equal.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// Folds a name: compatibility forms become one (NFKC) and case goes (full Unicode case folding, not lower-casing, which would keep
/// `ß` apart from `SS` and a final `ς` from `σ`). Twice, because either can make work for the other (Unicode Standard, D146).
pub fn fold(name: &str) -> String {
    name.nfd().default_case_fold().nfkd().default_case_fold().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_goes() {
        assert_eq!(fold("ALICE"), fold("alice"));
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("ὈΔΥΣΣΕΎΣ"), fold("ὀδυσσεύς"));
    }

    #[test]
    fn compatibility_forms_become_one() {
        assert_eq!(fold("ｱﾘｽ"), fold("アリス"));
        assert_eq!(fold("ﬁona"), fold("FIONA"));
        assert_eq!(fold("\u{212B}ngström"), fold("a\u{30a}ngstro\u{308}m"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for name in ["ΐ", "ŉ", "ẞ", "\u{1E9E}x", "\u{3F4}", "\u{2126}", "İ", "ı", "Ⅷ", "\u{1F88}"] {
            assert_eq!(fold(&fold(name)), fold(name), "{name}");
        }
    }

    #[test]
    fn accents_and_blanks_stay() {
        assert_ne!(fold("rené"), fold("rene"));
        assert_ne!(fold("alice "), fold("alice"));
    }
}
