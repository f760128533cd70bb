//! The moment at which a token is issued.

/// When a token is issued, for how long, and under which id.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The time of issue, in Unix seconds.
    pub now: i64,
    /// How long it lives, in seconds.
    pub lifetime: i64,
    /// Its id, unique for ever: see [`jti`](crate::jti::jti()).
    pub jti: &'a str,
}
