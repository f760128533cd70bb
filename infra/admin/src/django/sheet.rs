//! A table as CSV, divided by commas, semicolons, tabs or bars: the first line names the columns as Django names the fields, in any
//! order; `id` is the key. Groups are names divided by `;`, or a JSON list of names.

use crate::{
    django::{
        cell,
        object::{Broken, Object, Reading},
        rows::{Row, Rows},
        text::{Text, unreadable},
        user,
    },
    fault::Fault,
};
use csv::{ByteRecord, Position, ReaderBuilder};
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    io::{self, Read},
    sync::Arc,
};

/// The names that the key goes by.
const KEYS: [&str; 2] = ["id", "pk"];

const DELIMITERS: [u8; 4] = *b",;\t|";

/// Where the names of the columns are looked for.
const LONGEST_HEADER: u64 = 1 << 16;

/// A sheet, looked through once.
pub(crate) struct Sheet {
    place: String,
    text: Text,
    layout: Arc<Layout>,
    rows: u64,
}

/// How the sheet is written.
struct Layout {
    delimiter: u8,
    /// The number of the record that names the columns: 1 after Excel's `sep=;`.
    header: u64,
    columns: Vec<String>,
    key: String,
    /// What a spreadsheet must not have touched.
    kept: BTreeSet<String>,
    /// Whether our own export wrote it.
    is_ours: bool,
}

impl Sheet {
    /// # Errors
    /// The first line names no key, or a column twice.
    pub(super) fn open(place: &str, text: Text, reading: &Reading<'_>) -> Result<Self, Fault> {
        let layout = Layout::of(place, &text, reading)?;
        let mut rows = 0;
        each(place, text.clone(), layout.delimiter, &mut |position, _| {
            rows += u64::from(position.record() > layout.header);
            Ok(())
        })?;
        Ok(Self { place: place.to_owned(), text, layout: Arc::new(layout), rows })
    }

    pub(super) fn rows(&self) -> Rows {
        let (place, text, layout) = (self.place.clone(), self.text.clone(), Arc::clone(&self.layout));
        Rows::read(self.rows, move |put| {
            each(&place, text.clone(), layout.delimiter, &mut |position, record| {
                if position.record() <= layout.header {
                    return Ok(());
                }
                put(Row { at: format!("line {}", line(&text, position)?), object: layout.object(record) })
            })
        })
    }
}

impl Layout {
    fn of(place: &str, text: &Text, reading: &Reading<'_>) -> Result<Self, Fault> {
        let mut beginning = Vec::new();
        let read = text.clone().take(LONGEST_HEADER).read_to_end(&mut beginning);
        read.map_err(|cause| unreadable(place, &cause))?;
        let (told, header) = told(&beginning);
        let keys: Vec<&str> = reading.id_field.map_or(KEYS.to_vec(), |key| vec![key]);
        let candidates = told.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        let read = |delimiter| (delimiter, columns(&beginning, delimiter, header));
        let has_key = |columns: &[String]| columns.iter().any(|name| keys.contains(&name.as_str()));
        let found = candidates.into_iter().map(read).find(|(_, columns)| has_key(columns));
        let Some((delimiter, columns)) = found else { return Err(no_key(place, &beginning, header, &keys)) };
        let key = unique(place, &columns, &keys)?;
        let kept = user::TAKEN.into_iter().chain([key.as_str(), reading.username_field]).map(str::to_owned).collect();
        let is_ours = columns.iter().any(|name| name == user::EPOCH);
        Ok(Self { delimiter, header, columns, key, kept, is_ours })
    }

    fn object(&self, record: &ByteRecord) -> Result<Object, Broken> {
        let broken = |reason: String| Broken { reason, text: text(record) };
        let columns = &self.columns;
        if record.len() != columns.len() {
            return Err(broken(format!("has {} cells, where the first line names {}", record.len(), columns.len())));
        }
        let mut object = Object { key: self.key.clone(), pk: Value::Null, fields: Map::new() };
        for (name, cell) in columns.iter().zip(record) {
            let value = self.value(name, cell).map_err(broken)?;
            if *name == self.key {
                object.pk = value;
            } else {
                object.fields.insert(name.clone(), value);
            }
        }
        Ok(object)
    }

    /// An empty cell is nothing.
    fn value(&self, name: &str, cell: &[u8]) -> Result<Value, String> {
        let not_utf8 = |_| format!("has a {name} that is not UTF-8; name the encoding of the file with --encoding");
        let cell = std::str::from_utf8(cell).map_err(not_utf8)?;
        if cell.is_empty() {
            return Ok(Value::Null);
        }
        if self.kept.contains(name) && cell::is_rewritten(cell) {
            return Err(format!("has the {name} {cell:?}, which a spreadsheet wrote; take it from the source again"));
        }
        let cell = if self.is_ours { cell::unescaped(cell) } else { cell };
        Ok(if name == "groups" { groups(cell) } else { cell.into() })
    }
}

/// The delimiter that a first line `sep=;` tells, and the number of the record that names the columns.
fn told(beginning: &[u8]) -> (Option<u8>, u64) {
    let beginning = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    match beginning.strip_prefix(b"sep=") {
        Some([delimiter, b'\r' | b'\n', ..]) => (Some(*delimiter), 1),
        _ => (None, 0),
    }
}

/// The names of the columns; one without a name is called by its place.
fn columns(beginning: &[u8], delimiter: u8, header: u64) -> Vec<String> {
    let mut reader = reader(beginning, delimiter);
    let record = reader.byte_records().nth(usize::try_from(header).unwrap_or_default());
    let record = record.and_then(Result::ok).unwrap_or_default();
    let name = |(place, name): (usize, &[u8])| {
        let name = String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_lowercase();
        if name.is_empty() { format!("column {}", place + 1) } else { name }
    };
    record.iter().enumerate().map(name).collect()
}

/// The one key, where every column has a name of its own.
fn unique(place: &str, columns: &[String], keys: &[&str]) -> Result<String, Fault> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = columns.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(Fault::refused(format!("{place} has two columns {twice}")).next("leave one of them out"));
    }
    match columns.iter().filter(|name| keys.contains(&name.as_str())).collect::<Vec<_>>()[..] {
        [key] => Ok(key.clone()),
        _ => Err(Fault::refused(format!("{place} has a column id and a column pk")).next("leave one of them out")),
    }
}

fn no_key(place: &str, beginning: &[u8], header: u64, keys: &[&str]) -> Fault {
    let most = DELIMITERS.map(|delimiter| columns(beginning, delimiter, header)).into_iter().max_by_key(Vec::len);
    let named = most.unwrap_or_default().join(", ").chars().take(200).collect::<String>();
    let key = keys.first().copied().unwrap_or_default();
    Fault::refused(format!(
        "{place} is not a dump of Django, and no CSV whose first line names a column {key}; it begins with: {}",
        crate::terminal::printable(&named)
    ))
    .next("name the columns in the first line, the primary key as id, or make a dump: python manage.py dumpdata auth.user auth.group --output users.json")
}

fn reader<R: Read>(text: R, delimiter: u8) -> csv::Reader<R> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text)
}

/// BatchWriter over one record after the other, the names of the columns first.
fn each(
    place: &str,
    text: Text,
    delimiter: u8,
    take: &mut dyn FnMut(&Position, &ByteRecord) -> io::Result<()>,
) -> Result<(), Fault> {
    let mut reader = reader(text, delimiter);
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|cause| unreadable(place, &cause.into()))? {
        let position = record.position().cloned().unwrap_or_else(Position::new);
        take(&position, &record).map_err(|cause| unreadable(place, &cause))?;
    }
    Ok(())
}

/// The reader takes the second half of a line's end (CR LF) for the beginning of the next line.
fn line(text: &Text, position: &Position) -> io::Result<u64> {
    Ok(position.line() + u64::from(text.byte(position.byte())? == Some(b'\n')))
}

/// Each as the list of one name that `dumpdata --natural-foreign` writes.
fn groups(cell: &str) -> Value {
    let listed: Vec<String> = serde_json::from_str(cell).unwrap_or_else(|_| {
        cell.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    });
    listed.into_iter().map(|name| Value::from(vec![name])).collect()
}

fn text(record: &ByteRecord) -> String {
    record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;

    const READING: Reading<'_> = Reading { encoding: None, id_field: None, username_field: "username" };

    fn sheet(bytes: &[u8]) -> Result<Sheet, Fault> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Sheet::open("it", Text::new(file), &READING)
    }

    async fn rows(bytes: &[u8]) -> Vec<Row> {
        let mut rows = sheet(bytes).unwrap().rows();
        let mut found = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            found.push(row);
        }
        assert_eq!(rows.total, found.len() as u64);
        found
    }

    #[tokio::test]
    async fn cells_are_fields() {
        let text = "\u{feff}ID, username ,email,groups\r\n7,\"a,\nb\",,x; y\r\n8,c,d,\"[\"\"x;y\"\"]\"\r\n";
        let rows = rows(text.as_bytes()).await;
        assert_eq!(rows.iter().map(|row| row.at.as_str()).collect::<Vec<_>>(), ["line 2", "line 4"]);
        let object = |row: &Row| json!([row.object.as_ref().unwrap().pk, row.object.as_ref().unwrap().fields]);
        assert_eq!(object(&rows[0]), json!(["7", {"username": "a,\nb", "email": null, "groups": [["x"], ["y"]]}]));
        assert_eq!(object(&rows[1]), json!(["8", {"username": "c", "email": "d", "groups": [["x;y"]]}]));
    }

    #[tokio::test]
    async fn a_row_that_does_not_fit_is_broken_and_the_next_one_is_read() {
        let rows = rows(b"id,username\n1\n2,\xff\n3,c,d\n4,d\n").await;
        let reasons: Vec<_> =
            rows.iter().map(|row| row.object.as_ref().err().map(|broken| broken.reason.as_str())).collect();
        let cells = |count| format!("has {count} cells, where the first line names 2");
        assert_eq!(
            reasons,
            [
                Some(cells(1).as_str()),
                Some("has a username that is not UTF-8; name the encoding of the file with --encoding"),
                Some(&cells(3)),
                None
            ]
        );
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "username;password\n", "username\na\n", "\n", "id,pk\n", "id,email,Email\n"] {
            assert!(sheet(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn the_delimiter_is_seen_in_the_first_line() {
        for text in [
            "id;username\n7;a\n",
            "id\tusername\n7\ta\n",
            "id|username\n7|a\n",
            "\u{feff}sep=;\r\nid;username\r\n7;a\r\n",
        ] {
            let rows = rows(text.as_bytes()).await;
            let object = rows[0].object.as_ref().unwrap();
            assert_eq!(
                (rows.len(), json!([object.pk, object.fields])),
                (1, json!(["7", {"username": "a"}])),
                "{text:?}"
            );
        }
    }

    #[tokio::test]
    async fn what_a_spreadsheet_wrote_is_refused_and_our_own_export_is_read_back() {
        let rows =
            rows("id,username,latchkey_epoch,hobby\n1.23E+15,a,,\n7,'=1+1,'-7,1E+05\n8,02. Jan,,\n".as_bytes()).await;
        let reason = |row: &Row| row.object.as_ref().err().map(|broken| broken.reason.clone());
        assert!(reason(&rows[0]).unwrap().starts_with("has the id \"1.23E+15\", which a spreadsheet wrote"));
        assert!(reason(&rows[2]).unwrap().starts_with("has the username \"02. Jan\", which a spreadsheet wrote"));
        let fields = json!({"username": "=1+1", "latchkey_epoch": "-7", "hobby": "1E+05"});
        assert_eq!(json!(rows[1].object.as_ref().unwrap().fields), fields);
    }
}
