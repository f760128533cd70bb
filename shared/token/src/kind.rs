//! The kinds of token, as types: what accepts an access token cannot be handed a refresh token.

/// A kind of token: the type parameter of [`Token`](crate::token::Token).
pub trait Kind {
    /// What the claim of the setting `TOKEN_TYPE_CLAIM` must say; `None` accepts any kind, but one must be named.
    const TYPE: Option<&'static str>;

    /// The name of Simple JWT's class, as the setting `AUTH_TOKEN_CLASSES` and the authenticator's messages spell it.
    const CLASS: &'static str;

    /// Whether new tokens are made of it, so that it belongs in nobody's hands but its owner's and the issuer's.
    const IS_RENEWED: bool;
}

/// Opens an API, for minutes.
#[derive(Clone, Copy, Debug)]
pub enum Access {}

/// Any kind: what `/api/token/verify/` accepts. Never issued.
#[derive(Clone, Copy, Debug)]
pub enum Any {}

/// Is exchanged for access tokens, for days.
#[derive(Clone, Copy, Debug)]
pub enum Refresh {}

/// Opens an API and renews itself until its second expiry.
#[derive(Clone, Copy, Debug)]
pub enum Sliding {}

impl Kind for Access {
    const TYPE: Option<&'static str> = Some("access");
    const CLASS: &'static str = "AccessToken";
    const IS_RENEWED: bool = false;
}

impl Kind for Any {
    const TYPE: Option<&'static str> = None;
    const CLASS: &'static str = "UntypedToken";
    const IS_RENEWED: bool = false;
}

impl Kind for Refresh {
    const TYPE: Option<&'static str> = Some("refresh");
    const CLASS: &'static str = "RefreshToken";
    const IS_RENEWED: bool = true;
}

impl Kind for Sliding {
    const TYPE: Option<&'static str> = Some("sliding");
    const CLASS: &'static str = "SlidingToken";
    const IS_RENEWED: bool = true;
}
