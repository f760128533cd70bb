//! What both kinds of database need.

use crate::fault::Fault;

/// Says which tables hold passwords instead.
pub(crate) fn no_table(place: &str, table: &str, others: &[String]) -> Fault {
    let fault = Fault::refused(format!("{place} has no table {table}"));
    match others {
        [] => fault.next("name the database that Django uses"),
        others => fault.next(format!("name the table of the users with --table; there are {}", others.join(", "))),
    }
}

/// `site.users` is a table of a schema.
pub(crate) fn quoted(name: &str) -> String {
    let part = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}
