//! Why the program cannot start, in one sentence a person can act on.

use settings::Faults;
use std::{
    fmt::{self, Debug, Display},
    io,
    path::Path,
};

/// What is in the way.
pub struct StartError(String);

impl StartError {
    /// What failed, and why.
    pub fn new(what: impl Display, cause: impl Display) -> Self {
        Self(format!("{what}: {cause}"))
    }

    /// What is in the way, where that says it all.
    pub fn plain(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    pub(crate) fn engine(cause: impl Display) -> Self {
        Self::new("the data folder cannot be opened", cause)
    }

    pub(crate) fn settings(faults: &Faults) -> Self {
        Self(faults.to_string())
    }

    /// A data folder that cannot be made, read or written.
    pub(crate) fn unusable(folder: &Path, cause: &io::Error) -> Self {
        Self::plain(format!(
            "the folder {} cannot be used: {cause}; choose another folder with --data",
            folder.display()
        ))
    }
}

impl Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Debug for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
