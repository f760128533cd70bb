//! Why nobody said which claims a token has.

use std::fmt;

/// What stands against an answer, or why there is none. It names nothing of the user, and nothing that the function wrote.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The function ended in an error of its own.
    Failed,
    /// The answer cannot be written into a token; says why.
    Invalid(&'static str),
    /// No answer in time.
    Late,
    /// Lambda, or whoever was asked, refused with this status.
    Refused(u16),
    /// Nobody could be asked, or the answer was cut off; says why.
    Unreachable(String),
}

impl Fault {
    /// One word for all of its kind, as metrics count it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Failed => "function_failed",
            Self::Invalid(_) => "invalid_answer",
            Self::Late => "no_answer_in_time",
            Self::Refused(_) => "refused",
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// Whether a second try may meet somebody: too many asked at once, or a connection broke.
    pub(crate) fn passes(&self) -> bool {
        match self {
            Self::Refused(status) => *status == 429 || *status >= 500,
            Self::Unreachable(_) => true,
            Self::Failed | Self::Invalid(_) | Self::Late => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed => out.write_str("the function ended in an error: its own log says which"),
            Self::Invalid(why) => out.write_str(why),
            Self::Late => out.write_str("no answer in time"),
            Self::Refused(status) => write!(out, "the answer is {status}"),
            Self::Unreachable(cause) => out.write_str(cause),
        }
    }
}

impl std::error::Error for Fault {}
