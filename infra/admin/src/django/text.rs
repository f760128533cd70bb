//! A file that is read more than once.

use crate::fault::Fault;
use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    sync::Arc,
};

pub(crate) fn unreadable(place: &str, cause: &io::Error) -> Fault {
    let fault = Fault::usage(format!("{place} cannot be read: {cause}"));
    match cause.kind() {
        io::ErrorKind::NotFound => {
            fault.next("make it with: python manage.py dumpdata auth.user auth.group --output users.json")
        }
        _ => fault.next("name a file of dumpdata, a CSV file or a database of SQLite that you may read"),
    }
}

/// A file that is read from its beginning, however many others read it.
#[derive(Clone)]
pub(crate) struct Text {
    file: Arc<File>,
    position: u64,
}

impl Text {
    pub(crate) fn new(file: File) -> Self {
        Self { file: Arc::new(file), position: 0 }
    }

    pub(crate) fn beginning(&self, place: &str) -> Result<Vec<u8>, Fault> {
        let mut beginning = Vec::new();
        self.clone().take(4096).read_to_end(&mut beginning).map_err(|cause| unreadable(place, &cause))?;
        Ok(beginning)
    }

    pub(crate) fn byte(&self, position: u64) -> io::Result<Option<u8>> {
        let mut byte = [0];
        let read = self.file.read_at(&mut byte, position)?;
        Ok(byte.first().copied().filter(|_| read == 1))
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}
