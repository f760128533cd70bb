//! Where we answer otherwise on purpose: which case, what we answer, and why.
//!
//! One difference is not listed case by case: where a refused token is answered with a code, our challenge adds
//! `error="invalid_token"` behind the original's (RFC 6750, section 3).

/// One deliberate difference.
pub(crate) struct Deliberate {
    /// The case, or all cases that start with what stands before a final `*`.
    pub(crate) cases: &'static str,
    /// What ours does.
    pub(crate) ours: Ours,
    /// The reason, in one sentence.
    pub(crate) why: &'static str,
}

/// What ours does instead.
pub(crate) enum Ours {
    /// It answers with this status and this body, in the recorder's spelling.
    Answer(u16, &'static str),
    /// It does not start: the fault names this variable.
    Refused(&'static str),
}

/// Every deliberate difference.
pub(crate) const DIFFERENCES: &[Deliberate] = &[];

/// The difference that is listed for a case.
pub(crate) fn listed(case: &str) -> Option<&'static Deliberate> {
    DIFFERENCES.iter().find(|difference| difference.covers(case))
}

impl Deliberate {
    /// Whether this difference speaks of the case.
    pub(crate) fn covers(&self, case: &str) -> bool {
        match self.cases.strip_suffix('*') {
            Some(start) => case.starts_with(start),
            None => case == self.cases,
        }
    }
}
