//! What a deployment demands of every token.

/// What a deployment demands of every token it verifies and writes into every token it signs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rules {
    /// `AUDIENCE`: written as `aud` into signed tokens; verified tokens must name one of them. Empty: neither.
    pub audience: Vec<String>,
    /// `ISSUER`: written as `iss` into signed tokens; verified tokens must say exactly this. `None`: neither.
    pub issuer: Option<String>,
    /// `LEEWAY`, in seconds: how far the clocks of issuer and verifier may differ.
    pub leeway: i64,
    /// How long a new token lives at most, in seconds, and one of another issuer: there an `exp` later than `iat` (or than
    /// now, without `iat`) plus this is refused. Own tokens have [`LONGEST_LIFETIME`](crate::check::LONGEST_LIFETIME).
    pub longest_lifetime: i64,
    /// What the claims are called.
    pub names: Names,
}

impl Default for Rules {
    /// Simple JWT's defaults; the longest lifetime is the one of its refresh tokens, a day.
    fn default() -> Self {
        Self { audience: Vec::new(), issuer: None, leeway: 0, longest_lifetime: 86_400, names: Names::default() }
    }
}

/// The names of the claims that Simple JWT lets a deployment rename.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Names {
    /// `JTI_CLAIM`: the token's id.
    pub jti: String,
    /// `JTI_CLAIM` is `None`: a token without id is known by its claims. Our own tokens have one all the same.
    pub jti_may_be_missing: bool,
    /// `SLIDING_TOKEN_REFRESH_EXP_CLAIM`: until when a sliding token can be renewed.
    pub refresh_exp: String,
    /// `REVOKE_TOKEN_CLAIM`: the fingerprint of the user's password hash.
    pub revoke: String,
    /// `TOKEN_TYPE_CLAIM`: the token's kind.
    pub token_type: String,
    /// `TOKEN_TYPE_CLAIM` is `None`: a token that does not say its kind is taken for any. Our own tokens say it all the same.
    pub token_type_may_be_missing: bool,
    /// `USER_ID_CLAIM`: whose token it is.
    pub user_id: String,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            jti: "jti".into(),
            jti_may_be_missing: false,
            refresh_exp: "refresh_exp".into(),
            revoke: "hash_password".into(),
            token_type: "token_type".into(),
            token_type_may_be_missing: false,
            user_id: "user_id".into(),
        }
    }
}
