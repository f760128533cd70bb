//! The password for PostgreSQL, from where `psql` takes it: `PGPASSWORD`, or the file `~/.pgpass` or `PGPASSFILE`.

use settings::environment::variable;
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};
use zeroize::Zeroizing;

/// Login a line of the file is about: host, port, database, user.
pub(super) type Login<'a> = [&'a str; 4];

/// The password, if there is one. A file that others can read counts as none, as for `psql`.
pub(super) fn password(login: Login<'_>) -> Option<Zeroizing<String>> {
    if let Some(password) = variable("PGPASSWORD") {
        return Some(Zeroizing::new(password));
    }
    let home = || Some(PathBuf::from(variable("HOME")?).join(".pgpass"));
    let path = variable("PGPASSFILE").map(PathBuf::from).or_else(home)?;
    if fs::metadata(&path).ok()?.permissions().mode() & 0o077 != 0 {
        return None;
    }
    let text = Zeroizing::new(fs::read_to_string(path).ok()?);
    text.lines().find_map(|line| matching(line, login))
}

/// `host:port:database:user:password`, where `*` is anything and `\` comes before a colon or another `\`.
fn matching(line: &str, login: Login<'_>) -> Option<Zeroizing<String>> {
    if line.starts_with('#') {
        return None;
    }
    let mut cells = vec![Zeroizing::new(String::new())];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ':' if cells.len() <= login.len() => cells.push(Zeroizing::new(String::new())),
            '\\' => cells.last_mut()?.extend(characters.next()),
            character => cells.last_mut()?.push(character),
        }
    }
    let password = cells.pop()?;
    let fits = cells.len() == login.len() && cells.iter().zip(login).all(|(cell, is)| **cell == "*" || **cell == is);
    fits.then_some(password)
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn a_line_is_about_whom_it_names() {
        let login = ["db.example.org", "5432", "site", "django"];
        let found = |line| matching(line, login).map(|password| password.as_str().to_owned());
        assert_eq!(found("db.example.org:5432:site:django:hush").as_deref(), Some("hush"));
        assert_eq!(found("*:*:*:django:a\\:b\\\\c:d").as_deref(), Some("a:b\\c:d"));
        for line in ["", "# *:*:*:*:x", "*:*:*:other:x", "db.example.org:5432:site:django", "*:*"] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
