//! What is asked of the rows, on which terms, and what can be left out of them.

use store::{Adoption, Rotation};

/// The number of a token, or of a session: its jti, its sid.
pub type Id = u8;

/// Whose sessions they all are.
pub const USER: &str = "alice";

/// What is the same for all requests of a run. Times and spans have one unit, whatever it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms {
    /// `REFRESH_GRACE_SECONDS`.
    pub grace: i64,
    /// `REFRESH_GRACE_USES`.
    pub uses: u64,
    /// `REFRESH_TOKEN_LIFETIME`.
    pub lifetime: i64,
    /// `SESSION_MAX_LIFETIME`.
    pub longest: Option<i64>,
    /// For how long a row is kept after its last token.
    pub margin: i64,
    /// What is left out, to see that it is needed.
    pub without: Option<Guard>,
}

/// A guard of the protocol that can be left out: then some property must break.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Guard {
    /// A session that begins with a token has the epoch of its user: a token from before cannot begin one.
    AdoptionAfterEpoch,
    /// A spent token is marked in the transaction that writes its session, not after it.
    AdoptionAtOnce,
    /// A token that a session follows is marked as spent.
    AdoptionMark,
    /// The write has a condition: the row is still what was read.
    Condition,
    /// A session ends for theft only once.
    EndOnce,
    /// An end that meets itself, as its answer was lost, is one.
    EndMark,
    /// A session that was ended is told from one that goes on.
    Ended,
    /// The epoch of the user is compared.
    Epoch,
    /// The session's end is looked at, not only the token's.
    Expiry,
    /// The token before is answered for a while.
    Grace,
    /// After a logout, too, a token is answered for a while without suspicion.
    GraceAfterLogout,
    /// Only the token before is, none of those that were before it.
    GraceForOne,
    /// It is answered so often and no more.
    GraceUses,
    /// A token that was followed longer ago than the grace logs nobody out in silence.
    LateLogout,
    /// A row is never kept shorter than before.
    KeptLongest,
    /// A successor expires with its session.
    LongestLifetime,
    /// Rows are kept longer than their tokens live.
    Margin,
    /// A write that meets its own success, which another has overtaken, is done.
    Overtaken,
    /// A write that meets its own success is done.
    OwnSuccess,
    /// Who logs out with the token before, within the grace, is no thief.
    QuietLogout,
    /// [`Decision::Replayed`](store::Decision::Replayed) is said, not a plain refusal.
    Replayed,
    /// A replay ends the session.
    ReuseDetection,
    /// [`Decision::Revoked`](store::Decision::Revoked) is said, not a plain refusal.
    Revoked,
    /// A use within the grace is counted once, however often it is tried.
    SameMark,
    /// [`Decision::UsedUp`](store::Decision::UsedUp) is said, not a plain refusal.
    UsedUp,
}

/// Every guard.
pub const ALL_GUARDS: [Guard; 25] = [
    Guard::AdoptionAfterEpoch,
    Guard::AdoptionAtOnce,
    Guard::AdoptionMark,
    Guard::Condition,
    Guard::EndOnce,
    Guard::EndMark,
    Guard::Ended,
    Guard::Epoch,
    Guard::Expiry,
    Guard::Grace,
    Guard::GraceAfterLogout,
    Guard::GraceForOne,
    Guard::GraceUses,
    Guard::LateLogout,
    Guard::KeptLongest,
    Guard::LongestLifetime,
    Guard::Margin,
    Guard::Overtaken,
    Guard::OwnSuccess,
    Guard::QuietLogout,
    Guard::Replayed,
    Guard::ReuseDetection,
    Guard::Revoked,
    Guard::SameMark,
    Guard::UsedUp,
];

/// A refresh on its way through the rows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Ask {
    /// The session that the presented token names, or that would begin.
    pub sid: Id,
    /// The token that is presented.
    pub presented: Id,
    /// When it expires.
    pub presented_expiry: i64,
    /// The token that shall follow it.
    pub successor: Id,
    /// The Lambda's clock.
    pub now: i64,
    /// The user's epoch as it was read.
    pub epoch: i64,
    /// For how long the successor lives.
    pub lifetime: i64,
    /// Whether the token may begin a session.
    pub may_begin: bool,
}

impl Ask {
    /// The rotation that the product would be asked for.
    #[must_use]
    pub fn rotation(&self, terms: &Terms) -> Rotation<'static> {
        let longest = terms.longest.map(|longest| self.now + longest);
        let is_kept = |guard| terms.without != Some(guard);
        Rotation {
            sid: name(self.sid),
            user_id: USER,
            epoch: if is_kept(Guard::Epoch) { self.epoch } else { i64::MIN },
            presented: name(self.presented),
            presented_expiry: self.presented_expiry,
            successor: name(self.successor),
            kid: None,
            expiry: self.now + self.lifetime,
            kept_until: self.now + self.lifetime,
            now: self.now,
            grace: if is_kept(Guard::Grace) { terms.grace } else { 0 },
            repeats: if is_kept(Guard::GraceUses) { terms.uses } else { u64::MAX },
            leeway: 0,
            claims: None,
            ip: None,
            adoption: self.may_begin.then_some(Adoption { absolute_expiry: longest, user_agent: None }),
        }
    }
}

/// The name of a token or a session.
#[must_use]
pub fn name(id: Id) -> &'static str {
    const NAMES: [&str; 32] = [
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
        "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
    ];
    NAMES.get(usize::from(id)).copied().unwrap_or("more")
}
