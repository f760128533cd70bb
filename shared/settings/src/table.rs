//! The table: doc, variable, field, type, what it accepts, default in profile `simplejwt`, default in profile `hardened`.

use token::Algorithm;

use crate::choice::{Profile, TokenClass, TokenEndpoints, UserField, UserIdField, UsernameField};
use crate::schema::settings;
use crate::secret::Secret;

settings! {
    /// Which column of defaults applies: Simple JWT's own, or the stricter ones for new clients.
    PROFILE, profile: Profile, PROFILE, "simplejwt", "hardened";
    /// How long an access token is good for.
    ACCESS_TOKEN_LIFETIME, access_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long a refresh token is good for.
    REFRESH_TOKEN_LIFETIME, refresh_token_lifetime: i64, LIFETIME, "1d", "1d";
    /// How long a sliding token is good for before it must be renewed.
    SLIDING_TOKEN_LIFETIME, sliding_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long after login a sliding token can be renewed.
    SLIDING_TOKEN_REFRESH_LIFETIME, sliding_token_refresh_lifetime: i64, LIFETIME, "1d", "1d";
    /// A refresh answers with a new refresh token, too.
    ROTATE_REFRESH_TOKENS, rotate_refresh_tokens: bool, SWITCH, "false", "true";
    /// The old refresh token is dead once it was rotated; verify looks at the blacklist.
    BLACKLIST_AFTER_ROTATION, blacklist_after_rotation: bool, SWITCH, "false", "true";
    /// Sessions and blacklisted tokens are kept; false is Simple JWT without its blacklist app.
    BLACKLIST_ENABLED, blacklist_enabled: bool, SWITCH, "true", "true";
    /// A rotated token that comes back ends its session.
    REUSE_DETECTION, reuse_detection: bool, SWITCH, "false", "true";
    /// How long after a rotation the old token still gets the same successor again: lost answers and double clicks.
    REFRESH_GRACE_SECONDS, refresh_grace_seconds: i64, SECONDS, "0", "10";
    /// A refresh token that has no session is refused, unless an imported key signed it.
    REQUIRE_SESSION, require_session: bool, SWITCH, "false", "true";
    /// Verify and the authorizer look at session and user; false keeps both without a store.
    SESSION_CHECK, session_check: bool, SWITCH, "false", "true";
    /// A login writes the user's `last_login`.
    UPDATE_LAST_LOGIN, update_last_login: bool, SWITCH, "false", "false";
    /// What new keys are made for, and what `SIGNING_KEY` is.
    ALGORITHM, algorithm: Algorithm, ALGORITHM, "HS256", "EdDSA";
    /// The key by itself: a secret for HS algorithms, else a private key as PEM. Empty: the key set is used.
    SIGNING_KEY, signing_key: Secret, KEY, "", "";
    /// The public key as PEM, where only verifying is wanted or `SIGNING_KEY` is elsewhere.
    VERIFYING_KEY, verifying_key: Secret, KEY, "", "";
    /// Written into `aud` and required there: one of several is enough.
    AUDIENCE, audience: Vec<String>, LIST, "", "";
    /// Written into `iss` and required there.
    ISSUER, issuer: Option<String>, TEXT, "", "";
    /// How far clocks may differ, for `exp`, `iat`, `nbf` and the refresh expiry.
    LEEWAY, leeway: i64, SECONDS, "0", "0";
    /// Where keys of a foreign issuer are published; its tokens are verified by `kid`.
    JWK_URL, jwk_url: Option<String>, ADDRESS, "", "";
    /// The words before the token in the header; the first stands in `WWW-Authenticate`.
    AUTH_HEADER_TYPES, auth_header_types: Vec<String>, SCHEMES, "Bearer", "Bearer";
    /// The header that carries the token, also in Django's spelling.
    AUTH_HEADER_NAME, auth_header_name: String, HEADER, "HTTP_AUTHORIZATION", "HTTP_AUTHORIZATION";
    /// What of a user goes into the token.
    USER_ID_FIELD, user_id_field: UserIdField, USER_ID_FIELD, "id", "id";
    /// The claim that names the user.
    USER_ID_CLAIM, user_id_claim: String, CLAIM, "user_id", "user_id";
    /// The claim that says access, refresh or sliding.
    TOKEN_TYPE_CLAIM, token_type_claim: String, CLAIM, "token_type", "token_type";
    /// The claim that names the token.
    JTI_CLAIM, jti_claim: String, CLAIM, "jti", "jti";
    /// The claim of a sliding token that says how long it can be renewed.
    SLIDING_TOKEN_REFRESH_EXP_CLAIM, sliding_token_refresh_exp_claim: String, CLAIM, "refresh_exp", "refresh_exp";
    /// The claim that `CHECK_REVOKE_TOKEN` writes.
    REVOKE_TOKEN_CLAIM, revoke_token_claim: String, CLAIM, "hash_password", "hash_password";
    /// Tokens of a user who was switched off are refused.
    CHECK_USER_IS_ACTIVE, check_user_is_active: bool, SWITCH, "true", "true";
    /// Access tokens die when the password changes.
    CHECK_REVOKE_TOKEN, check_revoke_token: bool, SWITCH, "false", "false";
    /// Which kinds of token open a protected route.
    AUTH_TOKEN_CLASSES, auth_token_classes: Vec<TokenClass>, TOKEN_CLASSES, "AccessToken", "AccessToken";
    /// What a user types beside the password.
    USERNAME_FIELD, username_field: UsernameField, USERNAME_FIELD, "username", "username";
    /// A login finds `Alice` under `alice`.
    USERNAME_CASE_INSENSITIVE, username_case_insensitive: bool, SWITCH, "false", "false";
    /// Fields of the user that become claims of every token.
    TOKEN_CLAIMS, token_claims: Vec<UserField>, USER_FIELDS, "", "";
    /// Fields of the user that a login answers beside the tokens.
    OBTAIN_FIELDS, obtain_fields: Vec<UserField>, USER_FIELDS, "", "";
    /// What stands on `/api/token/` and `/api/token/refresh/`: the pair of tokens, or the sliding one.
    TOKEN_ENDPOINTS, token_endpoints: TokenEndpoints, TOKEN_ENDPOINTS, "pair", "pair";
}
