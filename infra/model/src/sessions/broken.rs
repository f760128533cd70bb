//! What must hold in every moment, by name.

/// A property of the protocol.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Invariant {
    /// A token has one successor, whoever asks, and however often.
    OneSuccessor,
    /// What was ended, is over, or was followed longer ago than the grace gets no tokens.
    NothingDeadLives,
    /// A client that keeps to the grace is never refused while its session goes on.
    HonestStaysIn,
    /// A theft that is met ends the session, and is told once.
    TheftToldOnce,
    /// Where nobody stole, and the client keeps to the grace, no theft is told.
    OnlyTheftIsTold,
    /// What is from before a new password gets no tokens after it.
    PasswordEndsAll,
    /// A token that was followed is answered no more often than was set.
    GraceIsBounded,
}

impl Invariant {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OneSuccessor => "one live successor",
            Self::NothingDeadLives => "nothing dead lives",
            Self::HonestStaysIn => "an honest client is never logged out",
            Self::TheftToldOnce => "every theft is told once",
            Self::OnlyTheftIsTold => "only a theft is told",
            Self::PasswordEndsAll => "a password change ends all",
            Self::GraceIsBounded => "the grace is bounded",
        }
    }
}
