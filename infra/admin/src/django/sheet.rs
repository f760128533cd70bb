//! A table as CSV, divided by commas: the first line names the columns as Django names the fields, in any order; `id` is the key.
//! An empty cell is nothing. Groups are names divided by `;`, or a JSON list of names.

use super::{Broken, Object, Row, Rows, Text, unreadable};
use crate::fault::Fault;
use csv::{ByteRecord, Position, ReaderBuilder};
use serde_json::{Map, Value};
use std::io;

/// The names that the key goes by.
const KEYS: [&str; 2] = ["id", "pk"];

/// A sheet, looked through once.
pub(crate) struct Sheet {
    place: String,
    text: Text,
    columns: Vec<String>,
    rows: u64,
}

impl Sheet {
    /// # Errors
    /// The first line names no key.
    pub(super) fn open(place: &str, text: Text) -> Result<Self, Fault> {
        let (mut columns, mut rows) = (Vec::new(), 0);
        each(place, text.clone(), &mut |position, record| {
            match position.record() {
                0 => columns = record.iter().map(column).collect(),
                _ => rows += 1,
            }
            Ok(())
        })?;
        if columns.iter().any(|name: &String| KEYS.contains(&name.as_str())) {
            return Ok(Self { place: place.to_owned(), text, columns, rows });
        }
        Err(Fault::refused(format!("{place} is not a dump of Django, and no CSV whose first line names a column id"))
            .next("make it with: python manage.py dumpdata auth.user auth.group > users.json"))
    }

    pub(super) fn rows(&self) -> Rows {
        let (place, text, columns) = (self.place.clone(), self.text.clone(), self.columns.clone());
        Rows::read(self.rows, move |put| {
            each(&place, text.clone(), &mut |position, record| match position.record() {
                0 => Ok(()),
                _ => put(Row { at: format!("line {}", line(&text, position)?), object: object(&columns, record) }),
            })
        })
    }
}

/// Hands over one record after the other, the names of the columns first.
fn each(place: &str, text: Text, take: &mut dyn FnMut(&Position, &ByteRecord) -> io::Result<()>) -> Result<(), Fault> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
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

fn column(name: &[u8]) -> String {
    String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_lowercase()
}

fn object(columns: &[String], record: &ByteRecord) -> Result<Object, Broken> {
    let broken = |reason: String| Broken { reason, text: text(record) };
    if record.len() != columns.len() {
        return Err(broken(format!("has {} cells, where the first line names {}", record.len(), columns.len())));
    }
    let mut object = Object { pk: Value::Null, fields: Map::new() };
    for (name, cell) in columns.iter().zip(record) {
        let cell = std::str::from_utf8(cell).map_err(|_| broken(format!("has a {name} that is not UTF-8")))?;
        match name.as_str() {
            _ if cell.is_empty() => {}
            name if KEYS.contains(&name) => object.pk = cell.into(),
            "groups" => _ = object.fields.insert(name.clone(), groups(cell)),
            _ => _ = object.fields.insert(name.clone(), cell.into()),
        }
    }
    Ok(object)
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

    fn sheet(bytes: &[u8]) -> Result<Sheet, Fault> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Sheet::open("it", Text::new(file))
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
        assert_eq!(object(&rows[0]), json!(["7", {"username": "a,\nb", "groups": [["x"], ["y"]]}]));
        assert_eq!(object(&rows[1]), json!(["8", {"username": "c", "email": "d", "groups": [["x;y"]]}]));
    }

    #[tokio::test]
    async fn a_row_that_does_not_fit_is_broken_and_the_next_one_is_read() {
        let rows = rows(b"id,username\n1\n2,\xff\n3,c,d\n4,d\n").await;
        let reasons: Vec<_> =
            rows.iter().map(|row| row.object.as_ref().err().map(|broken| broken.reason.as_str())).collect();
        let cells = |count| format!("has {count} cells, where the first line names 2");
        assert_eq!(reasons, [Some(cells(1).as_str()), Some("has a username that is not UTF-8"), Some(&cells(3)), None]);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "username;password\n", "username\na\n", "\n"] {
            assert!(sheet(text.as_bytes()).is_err(), "{text}");
        }
    }
}
