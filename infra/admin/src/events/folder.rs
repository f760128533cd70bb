//! The events of a local folder: a file, which loses its beginning now and then.

use super::event::Event;
use crate::fault::Fault;
use settings::file::EVENTS;
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// How often a folder is looked at for new events.
pub(super) const POLL: Duration = Duration::from_millis(250);

/// The file, and what was in it the last time.
pub(super) struct File {
    folder: PathBuf,
    known: Vec<Event>,
}

impl File {
    pub(super) fn of(folder: PathBuf) -> Self {
        Self { folder, known: Vec::new() }
    }

    /// What has come since the last time, the oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn news(&mut self) -> Result<Vec<Event>, Fault> {
        let present = read(&self.folder)?;
        let news = unknown(&self.known, &present).to_vec();
        self.known = present;
        Ok(news)
    }
}

/// The events of the folder, oldest first. A line that is none was cut by the end of a process.
fn read(folder: &Path) -> Result<Vec<Event>, Fault> {
    let text = match fs::read(folder.join(EVENTS)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(Fault::unavailable(format!("the events cannot be read: {cause}"))),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// The events behind the last one that is known.
fn unknown<'a>(known: &[Event], present: &'a [Event]) -> &'a [Event] {
    let overlap =
        (0..=present.len()).rev().find(|&length| present.get(..length).is_some_and(|start| known.ends_with(start)));
    present.get(overlap.unwrap_or(0)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(numbers: std::ops::Range<u32>) -> Vec<Event> {
        numbers.map(|number| Event::from_iter([("number".to_owned(), number.into())])).collect()
    }

    #[test]
    fn only_what_is_new_follows() {
        let known = events(0..5);
        for (present, new) in [(0..5, 5..5), (0..7, 5..7), (3..8, 5..8), (9..11, 9..11)] {
            assert_eq!(unknown(&known, &events(present)), events(new));
        }
    }
}
