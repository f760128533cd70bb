//! What a deliberate difference is.
//!
//! One difference is not listed case by case: where a refused token is answered with a code, our challenge adds
//! `error="invalid_token"` behind the original's (RFC 6750, section 3).

/// One deliberate difference.
pub(crate) struct Deliberate {
    /// The cases; a name that ends in `*` stands for all that start so.
    pub(crate) cases: &'static [&'static str],
    /// What ours does.
    pub(crate) ours: Ours,
    /// The reason, in one sentence.
    pub(crate) why: &'static str,
}

/// What ours does instead.
pub(crate) enum Ours {
    /// It answers with this status and this body, in the recorder's spelling.
    Answer(u16, &'static str),
    /// It answers the same, but allows this origin; `None` for no origin, and nothing beside.
    Allows(Option<&'static str>),
    /// It does not start: the fault names this variable.
    Refused(&'static str),
}

impl Deliberate {
    /// Whether it speaks of the case.
    pub(crate) fn covers(&self, case: &str) -> bool {
        self.cases.iter().any(|name| covers(name, case))
    }
}

/// Whether a listed name speaks of the case.
pub(crate) fn covers(name: &str, case: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => case.starts_with(start),
        None => case == name,
    }
}
