//! What must hold in every moment, by name.

/// A property of the rotation.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Broken {
    /// A token that has not expired is verified by whoever fetches keys in time, unless its key was revoked.
    ValidRefused,
    /// What signs is known to whoever fetches keys in time.
    SignedUnpublished,
    /// What a key signed is accepted by nobody after the key's end.
    AcceptedAfterEnd,
    /// Every set that a host may use has a key that signs.
    NobodySigns,
}

impl Broken {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ValidRefused, Self::SignedUnpublished, Self::AcceptedAfterEnd, Self::NobodySigns];

    /// The name of the property in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ValidRefused => "no valid token is refused",
            Self::SignedUnpublished => "none is signed by an unpublished key",
            Self::AcceptedAfterEnd => "none is accepted after its end",
            Self::NobodySigns => "there is always a key that signs",
        }
    }
}
