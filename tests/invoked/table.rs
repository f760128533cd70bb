//! The table of docs/functions.md.

use tests::tools;

/// One sample event: what is answered to it as it is, and with what it asks for pasted in.
pub(crate) struct Row {
    pub(crate) verb: String,
    pub(crate) function: String,
    pub(crate) bare: String,
    pub(crate) pasted: Option<String>,
}

/// All rows: `| events/VERB.json | function | answer | answer |`, each in backticks; a dash where there is nothing to paste.
pub(crate) fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string(tools::root().join("docs/functions.md")).unwrap();
    page.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
    let [file, function, bare, pasted] = cells.as_slice() else { return None };
    let verb = file.strip_prefix("events/")?.strip_suffix(".json")?.to_owned();
    let pasted = (*pasted != "–").then(|| (*pasted).to_owned());
    Some(Row { verb, function: (*function).to_owned(), bare: (*bare).to_owned(), pasted })
}
