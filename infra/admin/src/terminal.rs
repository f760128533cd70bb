//! What may reach a terminal.

pub(crate) mod confirmation;
pub(crate) mod count;
pub(crate) mod date;
pub(crate) mod new_password;
pub(crate) mod progress;

/// Users choose their names, and terminals obey control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\r\nü"), "a\u{fffd}[2Jb\u{fffd}\u{fffd}ü");
    }
}
