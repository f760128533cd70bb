//! The formats of an export.

use crate::django::{
    cell::escaped,
    object::Object,
    user::{ATTRIBUTES, TAKEN},
};
use clap::ValueEnum;
use csv::WriterBuilder;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// How the users are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table; groups are a JSON list of names, attributes a JSON object, and a ' precedes what a spreadsheet would compute
    Csv,
    /// One list, as dumpdata writes it
    Json,
    /// One object a line
    Jsonl,
}

/// What is written so far.
pub(super) struct Written<W: Write> {
    out: W,
    format: Format,
    is_empty: bool,
}

impl<W: Write> Written<W> {
    pub(super) fn begin(mut out: W, format: Format) -> io::Result<Self> {
        match format {
            Format::Csv => record(&mut out, ["id"].into_iter().chain(TAKEN))?,
            Format::Json => out.write_all(b"[")?,
            Format::Jsonl => {}
        }
        Ok(Self { out, format, is_empty: true })
    }

    pub(super) fn add(&mut self, object: &Object) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_empty);
        let Object { pk, fields, .. } = object;
        let json = json!({"model": "auth.user", "pk": pk, "fields": fields});
        match self.format {
            Format::Csv => {
                let attributes = further(fields);
                let value = |name: &str| if name == ATTRIBUTES { attributes.as_ref() } else { fields.get(name) };
                let cells = TAKEN.iter().map(|name| cell(name, value(name)));
                record(&mut self.out, [cell("id", Some(pk))].into_iter().chain(cells).map(escaped))
            }
            Format::Json if is_first => write!(self.out, "\n{json}"),
            Format::Json => write!(self.out, ",\n{json}"),
            Format::Jsonl => writeln!(self.out, "{json}"),
        }
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        if self.format == Format::Json {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()
    }
}

fn record<T: AsRef<[u8]>>(out: impl Write, cells: impl Iterator<Item = T>) -> io::Result<()> {
    let mut writer = WriterBuilder::new().from_writer(out);
    writer.write_record(cells)?;
    writer.flush()
}

/// A table has one column for what not every user has.
fn further(fields: &Map<String, Value>) -> Option<Value> {
    let further = fields.iter().filter(|(name, _)| !TAKEN.contains(&name.as_str()));
    let members: Map<String, Value> = further.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!members.is_empty()).then_some(Value::Object(members))
}

fn cell(name: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(groups)) if name == "groups" => {
            groups.iter().filter_map(|name| name.get(0)).cloned().collect::<Value>().to_string()
        }
        Some(other) => other.to_string(),
    }
}
