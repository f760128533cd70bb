//! Settings in a file: lines such as `ACCESS_TOKEN_LIFETIME=15m`, quoted as a shell quotes.

use crate::fault::{Fault, Faults};
use std::path::Path;

/// The file in a data folder that keeps the settings of its service.
pub const KEPT: &str = "settings.env";

/// The file beside it that keeps the last events.
pub const EVENTS: &str = "events.jsonl";

/// Names of settings with their values, as they were typed.
pub type Given = Vec<(String, String)>;

/// What the file gives, in its order; nothing if there is no file.
///
/// # Errors
/// The first line that cannot be read; the file, if it cannot be opened.
pub fn read(path: &Path) -> Result<Given, Faults> {
    let name = path.display().to_string();
    let mut given = Given::new();
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(cause) if cause.not_found() => return Ok(given),
        Err(cause) => return Err(Fault::new(&name, format!("cannot be read: {cause}")).into()),
    };
    for line in lines {
        given.push(line.map_err(|_| Fault::new(&name, unread(given.last())))?);
    }
    Ok(given)
}

/// A line may hold a secret, and so may what the library says of it: only the name before it is told.
fn unread(last: Option<&(String, String)>) -> String {
    let place = last.map_or("the first line".to_owned(), |(name, _)| format!("the line after {name}"));
    format!("{place} is no NAME=value; write the value in single quotes")
}

/// The lines of such a file.
#[must_use]
pub fn lines(given: &[(String, String)]) -> String {
    given.iter().map(|(name, value)| format!("{name}={}\n", quoted(value))).collect()
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<Given, String> {
        let folder = std::env::temp_dir().join(format!("latchkey-file-{}-{}", std::process::id(), text.len()));
        std::fs::write(&folder, text).unwrap();
        let outcome = read(&folder).map_err(|fault| fault.to_string());
        std::fs::remove_file(&folder).unwrap();
        outcome
    }

    #[test]
    fn what_was_written_is_read() {
        for value in ["15m", "", "two words", "it's $HOME \"x\" \\ #", "{\"k1\":\"secret one\"}", "a=b", "ü"] {
            let pairs = vec![("NAME".to_owned(), value.to_owned()), ("OTHER".to_owned(), "1".to_owned())];
            assert_eq!(given(&lines(&pairs)), Ok(pairs), "{value}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_gives_nothing_and_one_that_cannot_be_read_is_told() {
        assert_eq!(read(Path::new("/nobody/has/this")).unwrap(), Given::new());
        let told = read(Path::new("src/file.rs/x")).unwrap_err().to_string();
        assert!(told.starts_with("src/file.rs/x: cannot be read: "), "{told}");
    }

    #[test]
    fn a_line_that_is_none_is_told_without_its_value() {
        for line in ["SIGNING_KEY='hush hush", "SIGNING_KEY=hush hush", "SIGNING_KEY=hush\\xyz", "SIGNING_KEY: hush"] {
            let told = given(&format!("PROFILE=hardened\n{line}\n")).unwrap_err();
            assert!(told.contains("the line after PROFILE") && !told.contains("hush"), "{line}: {told}");
        }
        assert!(given("hush\n").unwrap_err().contains("the first line"));
    }

    #[test]
    fn no_file_gives_nothing() {
        assert_eq!(read(Path::new("/nowhere/latchkey.env")).ok(), Some(Given::new()));
    }
}
