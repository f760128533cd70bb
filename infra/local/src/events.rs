//! What happens, an event a line: on the terminal, and in the folder for `latchkey events`.

use crate::{folder::Folder, start_error::StartError};
use api::Ambient;
use clap::ValueEnum;
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    fmt::{format::Writer, layer, time::FormatTime},
    layer::SubscriberExt,
    registry::LookupSpan,
};

/// How many events a folder keeps at least; when there are twice as many, the older half is dropped.
const KEPT: usize = 1000;
/// What our own crates are called. Others are heard only when they warn, as on Lambda.
const OURS: [&str; 8] = ["api", "breach", "keys", "local", "pages", "settings", "store", "token"];

/// How events are written to the terminal.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line, as on Lambda: every event
    Json,
    /// Text: warnings and errors
    Text,
}

/// Writes every event of this process from now on to the terminal and to the folder.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn listen(format: Format, folder: &Folder) -> Result<(), StartError> {
    let file = EventFile::open(folder.events()).map_err(|cause| StartError::new("events cannot be kept", cause))?;
    let kept = json(Arc::new(file)).with_filter(filter_fn(is_told));
    let terminal = match format {
        Format::Json => json(io::stderr).with_filter(filter_fn(is_told)).boxed(),
        Format::Text => layer().with_writer(io::stderr).with_filter(filter_fn(is_warning)).boxed(),
    };
    // A second start, in a test, changes nothing.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(kept).with(terminal));
    Ok(())
}

fn json<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + 'static,
{
    layer().json().flatten_event(true).with_timer(UnixSeconds).with_writer(writer)
}

fn is_told(metadata: &Metadata<'_>) -> bool {
    let crate_name = metadata.target().split("::").next().unwrap_or_default();
    if OURS.contains(&crate_name) { *metadata.level() <= Level::INFO } else { is_warning(metadata) }
}

/// The engine warns whenever a request is refused, and a start asks for tables that are there.
fn is_warning(metadata: &Metadata<'_>) -> bool {
    let least = if metadata.target().starts_with("dynoxide") { Level::ERROR } else { Level::WARN };
    *metadata.level() <= least
}

/// When it was, for lines without `at`.
struct UnixSeconds;

impl FormatTime for UnixSeconds {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", Ambient::time())
    }
}

/// The last events of a folder.
struct EventFile {
    path: PathBuf,
    open: Mutex<(File, usize)>,
}

impl EventFile {
    fn open(path: PathBuf) -> io::Result<Self> {
        let (mut file, text) = (appended(&path)?, fs::read(&path)?);
        // The end of a process may have cut the last line.
        if text.last().is_some_and(|last| *last != b'\n') {
            file.write_all(b"\n")?;
        }
        Ok(Self { path, open: Mutex::new((file, text.split_inclusive(|byte| *byte == b'\n').count())) })
    }

    fn keep(&self, line: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.0.write_all(line)?;
        open.1 += 1;
        if open.1 >= 2 * KEPT {
            self.drop_older()?;
            *open = (appended(&self.path)?, KEPT);
        }
        Ok(())
    }

    /// Whoever reads meanwhile has the old file or the new one.
    fn drop_older(&self) -> io::Result<()> {
        let text = fs::read(&self.path)?;
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let newer = lines.get(lines.len().saturating_sub(KEPT)..).unwrap_or_default().concat();
        let next = self.path.with_extension("next");
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?.write_all(&newer)?;
        fs::rename(next, &self.path)
    }
}

fn appended(path: &PathBuf) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

impl Write for &EventFile {
    /// A line at a time. One that cannot be kept is no reason to fail a request.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let _ = self.keep(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_half_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let file = EventFile::open(folder.path().join("events.jsonl")).unwrap();
        for number in 0..2 * KEPT + 3 {
            file.keep(format!("{number}\n").as_bytes()).unwrap();
        }
        let text = fs::read_to_string(&file.path).unwrap();
        let kept: Vec<&str> = text.lines().collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (KEPT + 3, Some(&"1000"), Some(&"2002")));
        assert_eq!(EventFile::open(file.path.clone()).unwrap().open.lock().unwrap().1, KEPT + 3);
    }

    #[test]
    fn a_line_that_was_cut_takes_no_other_along() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        fs::write(&path, b"{\"cause\": \"\xc3").unwrap();
        EventFile::open(path.clone()).unwrap().keep(b"next\n").unwrap();
        assert_eq!(fs::read(&path).unwrap().split(|byte| *byte == b'\n').nth(1), Some(&b"next"[..]));
    }
}
