//! A rotation in AWS Secrets Manager as a decision: what a step has to do, by how far the rotation has come.
//!
//! Any step may be repeated, and resumed after a crash between any two calls.

use std::fmt;

/// What Secrets Manager asks for, one after the other.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// `createSecret`: makes the next set, unless that was done before.
    Create,
    /// `setSecret`: for passwords, the place where they are valid is told. Keys are valid by being in the set.
    Set,
    /// `testSecret`: makes sure that the next set may follow the current one.
    Test,
    /// `finishSecret`: makes the next set the current one.
    Finish,
}

/// How far a rotation has come. `S` is the set of its version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress<S> {
    /// Its version serves already.
    Finished,
    /// Its version has no label any more: it was given up.
    GivenUp,
    /// Its version has a set that waits.
    Made(S),
    /// Its version has no set yet.
    Nothing,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Work<S> {
    /// To hold the set against the current one.
    Check(S),
    /// To hold it against the current one, and to put it in force.
    Finish(S),
    /// To make the next set.
    Make,
    /// Nothing: it was done before.
    Nothing,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stuck {
    /// The set was given up.
    GivenUp,
    /// There is no set, and this is not the step that makes it.
    Unmade,
}

impl<S> Progress<S> {
    /// How far the rotation has come whose version has these labels, `AWSCURRENT` and `AWSPENDING`, and this set.
    pub fn of(is_current: bool, is_pending: bool, set: Option<S>) -> Self {
        match set {
            _ if is_current => Self::Finished,
            None => Self::Nothing,
            Some(_) if !is_pending => Self::GivenUp,
            Some(set) => Self::Made(set),
        }
    }

    /// What `step` has to do.
    ///
    /// # Errors
    /// Why it can do nothing.
    pub fn next(self, step: Step) -> Result<Work<S>, Stuck> {
        match (self, step) {
            (Self::Finished, _) => Ok(Work::Nothing),
            (Self::GivenUp, _) => Err(Stuck::GivenUp),
            (Self::Nothing, Step::Create) => Ok(Work::Make),
            (Self::Nothing, _) => Err(Stuck::Unmade),
            (Self::Made(set), Step::Finish) => Ok(Work::Finish(set)),
            (Self::Made(set), _) => Ok(Work::Check(set)),
        }
    }
}

impl fmt::Display for Stuck {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::GivenUp => "this rotation was given up; start another",
            Self::Unmade => "AWSPENDING is empty: the next set was never made",
        })
    }
}

impl std::error::Error for Stuck {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_does_what_is_left() {
        let next = |progress: Progress<&'static str>| {
            [Step::Create, Step::Set, Step::Test, Step::Finish].map(|step| progress.next(step))
        };
        assert_eq!(next(Progress::Finished), [Ok(Work::Nothing); 4]);
        assert_eq!(next(Progress::GivenUp), [Err(Stuck::GivenUp); 4]);
        let unmade = Err(Stuck::Unmade);
        assert_eq!(next(Progress::Nothing), [Ok(Work::Make), unmade, unmade, unmade]);
        let check = Ok(Work::Check("next"));
        assert_eq!(next(Progress::Made("next")), [check, check, check, Ok(Work::Finish("next"))]);
    }

    #[test]
    fn who_is_stuck_hears_why() {
        let told = [Stuck::GivenUp, Stuck::Unmade].map(|stuck| stuck.to_string());
        assert_eq!(
            told,
            ["this rotation was given up; start another", "AWSPENDING is empty: the next set was never made"]
        );
    }

    #[test]
    fn labels_say_how_far_a_rotation_has_come() {
        assert_eq!(Progress::of(true, false, None::<u8>), Progress::Finished);
        assert_eq!(Progress::of(true, true, Some(1)), Progress::Finished);
        assert_eq!(Progress::of(false, true, Some(1)), Progress::Made(1));
        assert_eq!(Progress::of(false, false, Some(1)), Progress::GivenUp);
        assert_eq!(Progress::of(false, true, None::<u8>), Progress::Nothing);
        assert_eq!(Progress::of(false, false, None::<u8>), Progress::Nothing);
    }
}
