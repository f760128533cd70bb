//! What an endpoint says of itself: its description, its fields, and who may call.

use settings::Settings;

/// What an endpoint says of itself on `OPTIONS`, in Django REST framework's words.
pub struct View {
    /// The view's name.
    pub name: &'static str,
    /// What it does, in two lines.
    pub description: &'static str,
    /// The methods it allows, in the order of the `Allow` header.
    pub allow: &'static str,
    /// Who may call.
    pub guard: Guard,
}

/// Who may call an endpoint. It is part of the endpoint, so that nothing in an event can replace it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Everybody. What an authorizer says of the caller counts for nothing.
    Open,
    /// The same, and anyone may keep the reply to a `GET` for so many seconds, whatever form they accept.
    Public(i64),
    /// The bearer of a token of AUTH_TOKEN_CLASSES. An authorizer in front may have verified it already.
    Bearer,
    /// Everybody; but who brings a token must bring a good one, and is its bearer.
    Optional,
    /// The bearer of a token of LEGACY, in the header or in a cookie. No authorizer verifies those.
    Legacy,
    /// The same, if the token's user is a superuser.
    LegacySuperuser,
}

impl Guard {
    /// Whether the authorizer stands in front, and its word counts.
    pub const fn trusts_the_authorizer(self) -> bool {
        matches!(self, Self::Bearer)
    }

    /// For how many seconds anyone may keep the reply to a `GET`; `None` for a reply that is the caller's alone.
    pub const fn max_age(self) -> Option<i64> {
        match self {
            Self::Public(seconds) => Some(seconds),
            _ => None,
        }
    }

    /// The scheme of the challenge on a 401.
    pub(crate) fn scheme(self, settings: &Settings) -> &str {
        match self {
            Self::Open | Self::Public(_) | Self::Bearer | Self::Optional => settings.scheme(),
            Self::Legacy | Self::LegacySuperuser => settings.legacy_prefix(),
        }
    }
}

/// A field of a form, as `OPTIONS` describes it.
pub struct Field<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    pub(crate) read_only: bool,
    pub(crate) required: bool,
}

impl<'a> Field<'a> {
    /// Text that must be there, by its name on the wire.
    pub fn required(name: &'a str) -> Self {
        Self { kind: "string", name, read_only: false, required: true }
    }

    /// Text that may be left out.
    pub fn optional(name: &'a str) -> Self {
        Self { required: false, ..Self::required(name) }
    }

    /// True or false, which may be left out.
    pub fn switch(name: &'a str) -> Self {
        Self { kind: "boolean", ..Self::optional(name) }
    }

    /// Text that is only ever answered.
    pub fn answered(name: &'a str) -> Self {
        Self { read_only: true, ..Self::optional(name) }
    }

    /// The id of something else, which must be there.
    pub fn id(name: &'a str) -> Self {
        Self { kind: "field", ..Self::required(name) }
    }
}
