//! Why a session ended, in the word of its row.

use std::fmt;

/// Why a session ended. Its [word](EndReason::word) stands in the row and in events, and stays as it is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum EndReason {
    /// Its user had more sessions than `MAX_SESSIONS_PER_USER` allows, and this was the oldest.
    Displaced,
    /// Its user ended it from another session.
    EndedByUser,
    /// A token came within the grace more often than `REFRESH_GRACE_USES` allows.
    GraceUsedUp,
    /// Its refresh token was logged out.
    LoggedOut,
    /// An operator ended it.
    Operator,
    /// A word that this version does not know: a newer one wrote it.
    Other,
    /// A refresh token came that had been followed by another: two hold it.
    Replayed,
    /// A refresh token came after its logout.
    ReplayedAfterLogout,
    /// Other software revoked one of its tokens (RFC 7009).
    Revoked,
    /// Its user was deleted.
    UserDeleted,
}

impl EndReason {
    const ALL: [Self; 10] = [
        Self::Displaced,
        Self::EndedByUser,
        Self::GraceUsedUp,
        Self::LoggedOut,
        Self::Operator,
        Self::Other,
        Self::Replayed,
        Self::ReplayedAfterLogout,
        Self::Revoked,
        Self::UserDeleted,
    ];

    /// The word in the row.
    pub fn word(self) -> &'static str {
        match self {
            Self::Displaced => "displaced",
            Self::EndedByUser => "ended_by_user",
            Self::GraceUsedUp => "grace_used_up",
            Self::LoggedOut => "blacklisted",
            Self::Operator => "operator",
            Self::Other => "other",
            Self::Replayed => "replayed",
            Self::ReplayedAfterLogout => "replayed_after_logout",
            Self::Revoked => "revoked",
            Self::UserDeleted => "user_deleted",
        }
    }

    /// The reason that a row's word means.
    pub(crate) fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.word() == word).unwrap_or(Self::Other)
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_of_its_own() {
        let words: std::collections::HashSet<_> = EndReason::ALL.map(EndReason::word).into();
        assert_eq!(words.len(), EndReason::ALL.len());
        assert!(EndReason::ALL.into_iter().all(|reason| EndReason::of_word(&reason.to_string()) == reason));
    }

    #[test]
    fn a_word_of_a_newer_version_is_no_logout() {
        assert_eq!(EndReason::of_word("hijacked"), EndReason::Other);
    }
}
