//! A process with a part of a processor, as Lambda gives it to a function with little memory.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How long it runs at a time.
const TURN: Duration = Duration::from_micros(500);

/// Holds a process back until this is dropped.
pub(crate) struct Share(Arc<AtomicBool>);

impl Share {
    /// One turn in so many.
    pub(crate) fn one_in(turns: u32, process: u32) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let (watched, process) = (Arc::clone(&goes_on), Pid::from_raw(process.cast_signed()).expect("a process"));
        thread::spawn(move || {
            while watched.load(Ordering::Relaxed) {
                let _ = kill_process(process, Signal::STOP);
                thread::sleep(TURN * (turns - 1));
                let _ = kill_process(process, Signal::CONT);
                thread::sleep(TURN);
            }
        });
        Self(goes_on)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
