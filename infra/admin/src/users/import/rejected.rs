//! The file of rows that were refused: objects of a dump, each with the reason, to be mended and imported.

use crate::{
    django::{object::Object, rows::Row},
    fault::Fault,
    new_file::{self, unwritable},
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Nothing, where no file was asked for.
pub(super) struct Rejected {
    model: String,
    file: Option<(PathBuf, BufWriter<File>)>,
    is_empty: bool,
}

impl Rejected {
    /// # Errors
    /// The file is there already, or cannot be made.
    pub(super) fn open(path: Option<&Path>, model: &str) -> Result<Self, Fault> {
        let open = |path: &Path| {
            let file = new_file::create(path)?;
            Ok::<_, Fault>((path.to_owned(), BufWriter::new(file)))
        };
        Ok(Self { model: model.to_owned(), file: path.map(open).transpose()?, is_empty: true })
    }

    /// # Errors
    /// The file cannot be written.
    pub(super) fn add(&mut self, row: &Row, reason: &str) -> Result<(), Fault> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        self.is_empty = false;
        let line = line(&self.model, row, reason);
        writeln!(file, "{line}").map_err(|cause| unwritable(path, &cause))
    }

    /// No file is left where nothing was refused.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn finish(self) -> Result<(), Fault> {
        let Some((path, mut file)) = self.file else { return Ok(()) };
        let done = if self.is_empty { fs::remove_file(&path) } else { file.flush() };
        done.map_err(|cause| unwritable(&path, &cause))
    }
}

fn line(model: &str, row: &Row, reason: &str) -> Value {
    let why = format!("{} {reason}", row.at);
    match &row.object {
        Ok(Object { pk, fields, .. }) => json!({"model": model, "pk": pk, "fields": fields, "rejected": why}),
        Err(broken) => json!({"text": broken.text, "rejected": why}),
    }
}
