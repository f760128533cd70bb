//! What a subcommand has to say when it could do its work.

use serde_json::Value;
use std::process::ExitCode;

/// One outcome, for people and for scripts.
pub(crate) struct Answer {
    /// Lines, each with its line break.
    pub(crate) text: String,
    /// The same for scripts.
    pub(crate) json: Value,
    /// Whether a part of the work was refused: the rest is done, the exit code is 1.
    pub(crate) refused: bool,
    /// The act that the record of operators gets: its name, and the user or the thing that it changed.
    pub(crate) act: Option<(&'static str, Value)>,
}

impl Answer {
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json, refused: false, act: None }
    }

    /// For a command that has written all it has to say.
    pub(crate) fn nothing() -> Self {
        Self::new("", Value::Null)
    }

    /// Says that this was done, to a user or to something else.
    pub(crate) fn did(self, act: &'static str, of: Value) -> Self {
        Self { act: Some((act, of)), ..self }
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.refused))
    }
}
