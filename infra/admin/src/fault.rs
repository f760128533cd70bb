//! Why a subcommand could not do its work, and what to do next.

use serde_json::{Value, json};
use std::{fmt, process::ExitCode};

/// One sentence about what is wrong and, where there is one, one about what to do next.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    what: String,
    next: Option<String>,
    /// The user that it is about, where one was found.
    pub(crate) user_id: Option<String>,
}

/// What is wrong; the numbers are the exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was asked for cannot be done.
    Refused = 1,
    /// What was given is wrong.
    Usage = 2,
    /// The store, AWS or the system does not answer.
    Unavailable = 3,
}

impl Fault {
    /// What was asked for cannot be done: not found, taken, too short.
    pub(crate) fn refused(what: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, what: what.into(), next: None, user_id: None }
    }

    /// The command line or a setting is wrong.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, what: what.into(), next: None, user_id: None }
    }

    /// The store, AWS or the system does not answer.
    pub(crate) fn unavailable(what: impl Into<String>) -> Self {
        Self { kind: Kind::Unavailable, what: what.into(), next: None, user_id: None }
    }

    /// Says what to do next.
    pub(crate) fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// Says which user it is about.
    pub(crate) fn about(self, user_id: &str) -> Self {
        Self { user_id: Some(user_id.to_owned()), ..self }
    }

    /// One word for logs; none for a wrong command line, with which nothing was tried.
    pub(crate) fn cause(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Refused => Some("refused"),
            Kind::Unavailable => Some("unavailable"),
            Kind::Usage => None,
        }
    }

    /// The same in one sentence.
    pub(crate) fn sentence(&self) -> String {
        self.next.as_ref().map_or_else(|| self.what.clone(), |next| format!("{}; {next}", self.what))
    }

    /// What is wrong, and what to do next.
    pub(crate) fn into_words(self) -> (String, Option<String>) {
        (self.what, self.next)
    }

    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.kind as u8)
    }

    pub(crate) fn json(&self) -> Value {
        json!({"error": self.what, "next": self.next})
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "error: {}", self.what)?;
        match &self.next {
            Some(next) => writeln!(formatter, "next:  {next}"),
            None => Ok(()),
        }
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        let fault = Self::unavailable(error.to_string());
        match error {
            store::Error::Corrupt { .. } => fault.next("repair the item with the DynamoDB console"),
            store::Error::Unavailable { .. } => {
                fault.next("check the names of the tables, the region and the credentials, then try again")
            }
        }
    }
}
