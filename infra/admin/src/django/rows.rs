//! The rows of a source, one at a time.

use crate::{
    django::object::{Broken, Object},
    fault::Fault,
};
use std::io;
use tokio::sync::mpsc;

/// Rows that are read ahead.
pub(crate) const AHEAD: usize = 256;

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Where it stands, for people: `line 7`, `object 7`, `id 7`.
    pub(crate) at: String,
    pub(crate) object: Result<Object, Broken>,
}

/// The rows of a model, to be read once.
pub(crate) struct Rows {
    /// How many there are.
    pub(crate) total: u64,
    pub(crate) coming: mpsc::Receiver<Result<Row, Fault>>,
}

pub(crate) type Sink = mpsc::Sender<Result<Row, Fault>>;

impl Rows {
    /// The next row.
    ///
    /// # Errors
    /// The source ends in the middle, or does not answer any more.
    pub(crate) async fn next(&mut self) -> Result<Option<Row>, Fault> {
        self.coming.recv().await.transpose()
    }

    /// Rows that are read on a thread of their own, which ends when nobody asks for more. Not on the pool of the runtime: the program
    /// would wait for a thread that waits for its input.
    pub(crate) fn read(
        total: u64,
        read: impl FnOnce(&mut dyn FnMut(Row) -> io::Result<()>) -> Result<(), Fault> + Send + 'static,
    ) -> Self {
        let (sink, coming) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            let put: &mut dyn FnMut(Row) -> io::Result<()> =
                &mut |row| sink.blocking_send(Ok(row)).map_err(|_| io::ErrorKind::BrokenPipe.into());
            if let Err(fault) = read(put) {
                // Nobody is there to hear why nobody could be told.
                let _ = sink.blocking_send(Err(fault));
            }
        });
        Self { total, coming }
    }
}
