//! The table: doc, variable, field, type, what it accepts, default in profile `simplejwt`, default in profile `hardened`.

use crate::{
    schema::settings,
    values::{
        choice::{
            Accounts, AuthorizerRefusal, AuthorizerResponse, EmailVerification, Legacy, LoginMethods, Profile,
            SameSite, SimpleJwtVersion, TokenClass, TokenEndpoints, TokenId, UserIdField, UsernameField,
            WebSocketToken,
        },
        clients::Clients,
        copied::CopiedField,
        function::ClaimsFunction,
        pattern::Pattern,
        routes::Route,
        secret::Secret,
    },
};
use token::Algorithm;

settings! {
    /// Which defaults apply: Simple JWT's own, or stricter ones for new clients.
    PROFILE, profile: Profile, PROFILE, "simplejwt", "hardened";
    /// Which version of Simple JWT to follow where versions differ. With `master`, a sliding token is renewed only for a user who
    /// may log in, and with `CHECK_REVOKE_TOKEN` a refresh after a password change ends the token.
    SIMPLE_JWT_VERSION, simple_jwt_version: SimpleJwtVersion, SIMPLE_JWT_VERSION, "5.5", "master";
    /// How long an access token is valid.
    ACCESS_TOKEN_LIFETIME, access_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long a refresh token is valid.
    REFRESH_TOKEN_LIFETIME, refresh_token_lifetime: i64, LIFETIME, "1d", "1d";
    /// How long a refresh token is valid after a login with `remember`. 0 turns `remember` off.
    REMEMBER_LIFETIME, remember_lifetime: i64, SECONDS, "0", "0";
    /// How long a sliding token is valid before it must be renewed.
    SLIDING_TOKEN_LIFETIME, sliding_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long after login a sliding token can be renewed.
    SLIDING_TOKEN_REFRESH_LIFETIME, sliding_token_refresh_lifetime: i64, LIFETIME, "1d", "1d";
    /// A refresh also returns a new refresh token.
    ROTATE_REFRESH_TOKENS, rotate_refresh_tokens: bool, SWITCH, "false", "true";
    /// A rotation blacklists the old refresh token, and verify looks at the blacklist.
    BLACKLIST_AFTER_ROTATION, blacklist_after_rotation: bool, SWITCH, "false", "true";
    /// Sessions and blacklisted tokens are stored. With false, the service works as Simple JWT without its blacklist app.
    BLACKLIST_ENABLED, blacklist_enabled: bool, SWITCH, "true", "true";
    /// Using a rotated refresh token again ends its session.
    REUSE_DETECTION, reuse_detection: bool, SWITCH, "false", "true";
    /// Using a rotated refresh token again also ends all other sessions of its user.
    REUSE_ENDS_ALL_SESSIONS, reuse_ends_all_sessions: bool, SWITCH, "false", "false";
    /// How long after a rotation the old refresh token still gets the same new token, for lost answers and double clicks.
    REFRESH_GRACE_SECONDS, refresh_grace_seconds: i64, SECONDS, "0", "10";
    /// How many times the old refresh token gets the new one within `REFRESH_GRACE_SECONDS`. The next use counts as theft. Set it
    /// higher than the number of browser tabs that may refresh at once.
    REFRESH_GRACE_USES, refresh_grace_uses: u64, UP_TO_100, "32", "32";
    /// A refresh token without a session is refused, unless an imported key signed it.
    REQUIRE_SESSION, require_session: bool, SWITCH, "false", "true";
    /// Verify and the authorizer check the session and the user in the store. With false, the token alone decides.
    SESSION_CHECK, session_check: bool, SWITCH, "false", "true";
    /// A session ends this long after login, however often it is refreshed. 0 turns this off.
    SESSION_MAX_LIFETIME, session_max_lifetime: i64, SECONDS, "0", "30d";
    /// A session that is not refreshed for this long ends. 0 turns this off. Needs `ROTATE_REFRESH_TOKENS`, because without
    /// rotation no refresh is recorded.
    SESSION_IDLE_LIFETIME, session_idle_lifetime: i64, SECONDS, "0", "0";
    /// How many sessions a user may have. One more login ends the oldest session. 0: no limit.
    MAX_SESSIONS_PER_USER, max_sessions_per_user: u64, UP_TO_100, "0", "10";
    /// A login writes the user's `last_login`.
    UPDATE_LAST_LOGIN, update_last_login: bool, SWITCH, "false", "false";
    /// The algorithm of new keys, and of `SIGNING_KEY`.
    ALGORITHM, algorithm: Algorithm, ALGORITHM, "HS256", "EdDSA";
    /// One key in place of the key set: a secret for HS algorithms, otherwise a private key as PEM. Empty: the key set is used.
    SIGNING_KEY, signing_key: Secret, KEY, "", "";
    /// A public key as PEM that verifies tokens. A service that only verifies needs no `SIGNING_KEY` beside it.
    VERIFYING_KEY, verifying_key: Secret, KEY, "", "";
    /// New tokens carry these values in the claim `aud`. Tokens are accepted only if they name at least one of them.
    AUDIENCE, audience: Vec<String>, LIST, "", "";
    /// New tokens carry this value in the claim `iss`. Tokens without it are refused.
    ISSUER, issuer: Option<String>, TEXT, "", "";
    /// By how much clocks may differ. It applies to `exp`, `iat`, `nbf` and `refresh_exp`.
    LEEWAY, leeway: i64, SECONDS, "0", "0";
    /// The URL of another issuer's key set (JWKS). Its access tokens are verified by `kid`, and its user ids count as yours.
    JWK_URL, jwk_url: Option<String>, KEY_ADDRESS, "", "";
    /// The words that may precede the token in the header. `WWW-Authenticate` names the first.
    AUTH_HEADER_TYPES, auth_header_types: Vec<String>, SCHEMES, "Bearer", "Bearer";
    /// The header that carries the token, also in Django's spelling.
    AUTH_HEADER_NAME, auth_header_name: String, HEADER, "HTTP_AUTHORIZATION", "HTTP_AUTHORIZATION";
    /// Which field of the user identifies the user in tokens. pk, uuid and uid mean id.
    USER_ID_FIELD, user_id_field: UserIdField, USER_ID_FIELD, "id", "id";
    /// The claim that names the user.
    USER_ID_CLAIM, user_id_claim: String, CLAIM, "user_id", "user_id";
    /// The claim that says whether a token is an access, a refresh or a sliding token. With none, a token without a type passes for
    /// any type; profile `hardened` refuses that.
    TOKEN_TYPE_CLAIM, token_type_claim: Option<String>, CLAIM_OR_NONE, "token_type", "token_type";
    /// The claim that holds the id of the token. With none, tokens need no id, and a token without an id is identified by its
    /// content.
    JTI_CLAIM, jti_claim: Option<String>, CLAIM_OR_NONE, "jti", "jti";
    /// The claim of a sliding token that says how long it can be renewed.
    SLIDING_TOKEN_REFRESH_EXP_CLAIM, sliding_token_refresh_exp_claim: String, CLAIM, "refresh_exp", "refresh_exp";
    /// The claim by which `CHECK_REVOKE_TOKEN` notices that the password has changed.
    REVOKE_TOKEN_CLAIM, revoke_token_claim: String, CLAIM, "hash_password", "hash_password";
    /// Tokens of a disabled user are refused.
    CHECK_USER_IS_ACTIVE, check_user_is_active: bool, SWITCH, "true", "true";
    /// Access tokens become invalid when the password changes.
    CHECK_REVOKE_TOKEN, check_revoke_token: bool, SWITCH, "false", "false";
    /// Which kinds of token a guarded route accepts.
    AUTH_TOKEN_CLASSES, auth_token_classes: Vec<TokenClass>, TOKEN_CLASSES, "AccessToken", "AccessToken";
    /// The field that a user logs in with, beside the password.
    USERNAME_FIELD, username_field: UsernameField, USERNAME_FIELD, "username", "username";
    /// A login as `Alice` finds the user `alice`; with `USERNAME_FIELD=email` the same holds for addresses.
    USERNAME_CASE_INSENSITIVE, username_case_insensitive: bool, SWITCH, "false", "false";
    /// Fields of the user that become claims of every token. `tenant=tenant_id` writes the attribute `tenant_id` as the claim
    /// `tenant`. A refresh reads them again.
    TOKEN_CLAIMS, token_claims: Vec<CopiedField>, USER_FIELDS, "", "";
    /// A Lambda function of your own that adds claims at a login. It gets the event of Cognito's pre-token-generation trigger,
    /// version 2. Empty: none.
    CLAIMS_FUNCTION, claims_function: Option<ClaimsFunction>, FUNCTION, "", "";
    /// `CLAIMS_FUNCTION` is also called at every refresh. False keeps the claims of the login.
    CLAIMS_FUNCTION_AT_REFRESH, claims_function_at_refresh: bool, SWITCH, "false", "false";
    /// Fields of the user that a login returns beside the tokens.
    OBTAIN_FIELDS, obtain_fields: Vec<CopiedField>, USER_FIELDS, "", "";
    /// Which fields of their own account users may change with `PATCH /api/user/`. Empty: none.
    USER_WRITABLE_ATTRIBUTES, user_writable_attributes: Vec<String>, WRITABLE, "", "";
    /// After failed logins, the next login has to wait. The wait begins at half of `LOGIN_TRIES`, `LOGIN_TRIES_PER_ADDRESS` or
    /// `LOGIN_TRIES_PER_ACCOUNT`, and doubles with each failure.
    LOGIN_THROTTLE, login_throttle: bool, SWITCH, "false", "true";
    /// After this many failed logins in a row for one account from one address, and after each further failure, the next login
    /// must wait half an hour (PCI DSS 8.3.4: 10). Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES, login_tries: i64, COUNT, "10", "10";
    /// After this many failed logins from one address, for all accounts together, and after each further failure, the next login
    /// must wait half an hour. This stops lists of stolen passwords. Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES_PER_ADDRESS, login_tries_per_address: i64, COUNT, "100", "100";
    /// After this many failed logins in a row for one account from all addresses, only addresses from which the account logged in
    /// within 30 days may try (NIST SP 800-63B 3.2.2: 100). Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES_PER_ACCOUNT, login_tries_per_account: i64, COUNT, "100", "100";
    /// How many characters a new password must have (NIST SP 800-63B 3.1.1.2: 15).
    PASSWORD_MIN_LENGTH, password_min_length: i64, COUNT, "8", "15";
    /// A new password may consist of digits only. NIST wants that; Django refuses it.
    PASSWORD_MAY_BE_NUMERIC, password_may_be_numeric: bool, SWITCH, "false", "true";
    /// The service that knows stolen passwords, such as `https://api.pwnedpasswords.com/range/`. Latchkey appends the first five
    /// digits of the SHA-1 of a new password, and sends nothing else. Empty: no check.
    BREACHED_PASSWORD_URL, breached_password_url: Option<String>, ADDRESS, "", "";
    /// While `BREACHED_PASSWORD_URL` does not answer, no new password is accepted. With false, new passwords are accepted without
    /// the check.
    BREACHED_PASSWORD_FAIL_CLOSED, breached_password_fail_closed: bool, SWITCH, "false", "false";
    /// Clients that may call `/oauth/introspect` and `/oauth/revoke`. Empty: none.
    OAUTH_CLIENTS, oauth_clients: Clients, CLIENTS, "", "";
    /// Browsers get their tokens in cookies that no script can read. This is the WORD in their names `__Host-WORD` and
    /// `__Secure-WORD-refresh`. Empty: tokens are in the body.
    AUTH_COOKIE, auth_cookie: Option<String>, WORD, "", "";
    /// Origins whose pages may use the cookies of `AUTH_COOKIE`, beside the service's own origin.
    AUTH_COOKIE_ORIGINS, auth_cookie_origins: Vec<String>, ORIGINS, "", "";
    /// Origins of web views, such as `capacitor://localhost`, that get tokens in the body in spite of `AUTH_COOKIE`. Their scripts
    /// can read the tokens.
    AUTH_COOKIE_BODY_ORIGINS, auth_cookie_body_origins: Vec<String>, VIEW_ORIGINS, "", "";
    /// The origins whose pages may call the API from a browser (CORS).
    CORS_ALLOWED_ORIGINS, cors_allowed_origins: Vec<String>, SHARED_ORIGINS, "", "";
    /// Regular expressions for further origins; one of them must match the whole origin.
    CORS_ALLOWED_ORIGIN_REGEXES, cors_allowed_origin_regexes: Vec<Pattern>, PATTERNS, "", "";
    /// Pages of every origin may call the API.
    CORS_ALLOW_ALL_ORIGINS, cors_allow_all_origins: bool, SWITCH, "false", "false";
    /// Pages of other origins may send cookies and read the answer.
    CORS_ALLOW_CREDENTIALS, cors_allow_credentials: bool, SWITCH, "false", "false";
    /// The request headers that a page of another origin may set.
    CORS_ALLOW_HEADERS, cors_allow_headers: Vec<String>, TOKENS, "accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with", "accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with";
    /// The methods that a page of another origin may use.
    CORS_ALLOW_METHODS, cors_allow_methods: Vec<String>, TOKENS, "DELETE,GET,OPTIONS,PATCH,POST,PUT", "DELETE,GET,OPTIONS,PATCH,POST,PUT";
    /// The headers of an answer that a script of another origin may read, such as `Retry-After,WWW-Authenticate`.
    CORS_EXPOSE_HEADERS, cors_expose_headers: Vec<String>, TOKENS, "", "";
    /// How long a browser may keep the answer to a preflight. 0: the browser decides.
    CORS_PREFLIGHT_MAX_AGE, cors_preflight_max_age: i64, SECONDS, "1d", "1d";
    /// A regular expression for the start of the paths that pages of other origins may call. Empty: all paths.
    CORS_URLS_REGEX, cors_urls_regex: Option<Pattern>, PATTERN, "", "";
    /// Pages of the public internet may call this API in a private network.
    CORS_ALLOW_PRIVATE_NETWORK, cors_allow_private_network: bool, SWITCH, "false", "false";
    /// What `/api/token/` and `/api/token/refresh/` return: a pair of tokens, or a sliding token.
    TOKEN_ENDPOINTS, token_endpoints: TokenEndpoints, TOKEN_ENDPOINTS, "pair", "pair";
    /// Further paths of endpoints, such as `obtain:/auth/login/,refresh:/api/v1/token/refresh/`. `make routes` writes them into the
    /// template.
    ROUTES, routes: Vec<Route>, ROUTES, "", "";
    /// How the authorizer answers an HTTP API with payload 2.0: with a simple response or a policy, as that API is set up.
    AUTHORIZER_RESPONSE, authorizer_response: AuthorizerResponse, AUTHORIZER_RESPONSE, "simple", "simple";
    /// How the authorizer refuses a request to a REST or WebSocket API. deny: with a policy, which the Gateway Responses of
    /// `template.yaml` turn into 401 with the reason. unauthorized: with the error `Unauthorized`, which every such API answers
    /// with 401.
    AUTHORIZER_REFUSAL, authorizer_refusal: AuthorizerRefusal, AUTHORIZER_REFUSAL, "deny", "deny";
    /// How long API Gateway may cache the authorizer's decision. An expired or revoked token can still pass for this long. 0: no
    /// caching. Deployed: 1 (`AuthorizerCacheSeconds`).
    AUTHORIZER_CACHE_SECONDS, authorizer_cache_seconds: i64, SECONDS, "0", "0";
    /// The claim that a REST API uses as the caller's API key, for usage plans.
    USAGE_KEY_CLAIM, usage_key_claim: Option<String>, OWN_CLAIM, "", "";
    /// Where a WebSocket client sends its token: in the header, in the query as `access_token`, or as a subprotocol after the word
    /// of `AUTH_HEADER_TYPES`. A browser can only use a subprotocol.
    WEBSOCKET_TOKEN, websocket_token: WebSocketToken, WEBSOCKET_TOKEN, "header", "header";
    /// Also serves the endpoints of a package before Simple JWT: djangorestframework-jwt 1.11 or drf-jwt 1.19. The settings that
    /// begin with `JWT_` belong to them.
    LEGACY, legacy: Legacy, LEGACY, "off", "off";
    /// The legacy package's keys: a secret, or, as JSON, a list of up to three secrets or an object of kid and secret. The first
    /// signs. Empty: `SIGNING_KEY`, or else the service's own key set, whatever `JWT_ALGORITHM` says.
    JWT_SECRET_KEY, jwt_secret_key: Secret, KEY, "", "";
    /// The legacy package's private key as PEM, if `JWT_ALGORITHM` needs one.
    JWT_PRIVATE_KEY, jwt_private_key: Secret, KEY, "", "";
    /// The legacy package's public key as PEM, if the service only verifies. Or further keys as JSON, as in `JWT_SECRET_KEY`.
    JWT_PUBLIC_KEY, jwt_public_key: Secret, KEY, "", "";
    /// The algorithms of the legacy package's keys; the first signs.
    JWT_ALGORITHM, jwt_algorithm: Vec<Algorithm>, ALGORITHMS, "HS256", "HS256";
    /// If the legacy package's keys have names, a legacy token must name its key.
    JWT_INSIST_ON_KID, jwt_insist_on_kid: bool, SWITCH, "false", "false";
    /// Expired legacy tokens are refused.
    JWT_VERIFY_EXPIRATION, jwt_verify_expiration: bool, SWITCH, "true", "true";
    /// By how much clocks may differ, for legacy tokens.
    JWT_LEEWAY, jwt_leeway: i64, SECONDS, "0", "0";
    /// How long a legacy token is valid.
    JWT_EXPIRATION_DELTA, jwt_expiration_delta: i64, LIFETIME, "5m", "5m";
    /// New legacy tokens carry these values in the claim `aud`. Legacy tokens are accepted only if they name at least one of them.
    JWT_AUDIENCE, jwt_audience: Vec<String>, LIST, "", "";
    /// New legacy tokens carry this value in the claim `iss`. Legacy tokens without it are refused.
    JWT_ISSUER, jwt_issuer: Option<String>, TEXT, "", "";
    /// Legacy tokens can be refreshed. Empty: false with jwt, true with drf-jwt.
    JWT_ALLOW_REFRESH, jwt_allow_refresh: Option<bool>, OWN_SWITCH, "", "";
    /// How long after login a legacy token can be refreshed.
    JWT_REFRESH_EXPIRATION_DELTA, jwt_refresh_expiration_delta: i64, LIFETIME, "7d", "7d";
    /// The word before a legacy token in the header. Empty: JWT with jwt, Bearer with drf-jwt.
    JWT_AUTH_HEADER_PREFIX, jwt_auth_header_prefix: Option<String>, WORD, "", "";
    /// The cookie that carries a legacy token, or the access token of dj-rest-auth. The header works, too. Empty: none.
    JWT_AUTH_COOKIE, jwt_auth_cookie: Option<String>, WORD, "", "";
    /// The domain of the cookies of the legacy package and of dj-rest-auth. Empty: the host that sets them.
    JWT_AUTH_COOKIE_DOMAIN, jwt_auth_cookie_domain: Option<String>, PLACE, "", "";
    /// The path of the legacy cookies.
    JWT_AUTH_COOKIE_PATH, jwt_auth_cookie_path: Option<String>, PLACE, "/", "/";
    /// Browsers send the legacy cookies over HTTPS only. Empty: false with jwt, true with drf-jwt.
    JWT_AUTH_COOKIE_SECURE, jwt_auth_cookie_secure: Option<bool>, OWN_SWITCH, "", "";
    /// Which pages of other sites may send the legacy cookies. Empty: the browser decides with jwt, Lax with drf-jwt.
    JWT_AUTH_COOKIE_SAMESITE, jwt_auth_cookie_samesite: Option<SameSite>, SAME_SITE, "", "";
    /// The cookie of an impersonation, which takes precedence over `JWT_AUTH_COOKIE`. Empty: none.
    JWT_IMPERSONATION_COOKIE, jwt_impersonation_cookie: Option<String>, WORD, "", "";
    /// Whether tokens of drf-jwt have an id, and whether those without one are refused.
    JWT_TOKEN_ID, jwt_token_id: TokenId, TOKEN_ID, "include", "include";
    /// Tokens of drf-jwt carry the user's id beside the name.
    JWT_PAYLOAD_INCLUDE_USER_ID, jwt_payload_include_user_id: bool, SWITCH, "true", "true";
    /// Also serves the endpoints of account packages, to sign up, confirm, reset and change: djoser 2.3 under `/auth/`,
    /// dj-rest-auth 7.2 under `/dj-rest-auth/`. The settings that follow belong to them.
    ACCOUNTS, accounts: Accounts, ACCOUNTS, "off", "off";
    /// A new user can log in only after using the link in a mail, and a new address counts only after that.
    SEND_ACTIVATION_EMAIL, send_activation_email: bool, SWITCH, "false", "false";
    /// The user gets a mail when an account is ready.
    SEND_CONFIRMATION_EMAIL, send_confirmation_email: bool, SWITCH, "false", "false";
    /// The user gets a mail when the password was changed.
    PASSWORD_CHANGED_EMAIL_CONFIRMATION, password_changed_email_confirmation: bool, SWITCH, "false", "false";
    /// The user gets a mail when the user name was changed.
    USERNAME_CHANGED_EMAIL_CONFIRMATION, username_changed_email_confirmation: bool, SWITCH, "false", "false";
    /// The form for signing up asks for the password twice, as `password` and `re_password`.
    USER_CREATE_PASSWORD_RETYPE, user_create_password_retype: bool, SWITCH, "false", "false";
    /// The form for changing the password asks for the new one twice, also as `re_new_password`.
    SET_PASSWORD_RETYPE, set_password_retype: bool, SWITCH, "false", "false";
    /// The form for resetting the password asks for the new one twice, also as `re_new_password`.
    PASSWORD_RESET_CONFIRM_RETYPE, password_reset_confirm_retype: bool, SWITCH, "false", "false";
    /// The form for changing the user name asks for the new one twice, also as `re_new_username`.
    SET_USERNAME_RETYPE, set_username_retype: bool, SWITCH, "false", "false";
    /// The form for resetting the user name asks for the new one twice, also as `re_new_username`.
    USERNAME_RESET_CONFIRM_RETYPE, username_reset_confirm_retype: bool, SWITCH, "false", "false";
    /// A request for a mail to an unknown address is answered with an error. Anybody can then find out who has an account.
    PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND, password_reset_show_email_not_found: bool, SWITCH, "false", "false";
    /// The same as `PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND`. As in djoser, either of the two applies to all three kinds of mail.
    USERNAME_RESET_SHOW_EMAIL_NOT_FOUND, username_reset_show_email_not_found: bool, SWITCH, "false", "false";
    /// In the list of users, users who are not staff see only themselves. With false, they see all users.
    HIDE_USERS, hide_users: bool, SWITCH, "true", "true";
    /// dj-rest-auth: a new user gets a link that confirms the address. With mandatory, the user can log in only after that.
    ACCOUNT_EMAIL_VERIFICATION, account_email_verification: EmailVerification, EMAIL_VERIFICATION, "optional", "optional";
    /// dj-rest-auth: the fields that users can log in with.
    ACCOUNT_LOGIN_METHODS, account_login_methods: LoginMethods, LOGIN_METHODS, "username", "username";
    /// dj-rest-auth: the fields of the form for signing up. Without `username*`, the name is made from the address.
    ACCOUNT_SIGNUP_FIELDS, account_signup_fields: Vec<String>, SIGNUP_FIELDS, "username*,email,password1*,password2*", "username*,email,password1*,password2*";
    /// dj-rest-auth: changing the password needs the old one. With false, a stolen access token is enough.
    OLD_PASSWORD_FIELD_ENABLED, old_password_field_enabled: bool, SWITCH, "true", "true";
    /// dj-rest-auth: the cookie that carries the refresh token. `JWT_AUTH_COOKIE` is the cookie of the access token. Empty: none.
    JWT_AUTH_REFRESH_COOKIE, jwt_auth_refresh_cookie: Option<String>, WORD, "", "";
    /// dj-rest-auth: the path of the refresh token's cookie. Empty: the paths of dj-rest-auth.
    JWT_AUTH_REFRESH_COOKIE_PATH, jwt_auth_refresh_cookie_path: Option<String>, PLACE, "", "";
    /// dj-rest-auth: browsers send both cookies over HTTPS only.
    JWT_AUTH_SECURE, jwt_auth_secure: bool, SWITCH, "true", "true";
    /// dj-rest-auth: which pages of other sites may send both cookies.
    JWT_AUTH_SAMESITE, jwt_auth_samesite: Option<SameSite>, SAME_SITE, "Lax", "Lax";
    /// dj-rest-auth: no script can read the cookies, and the refresh token is only in its cookie. With false, it is in the body,
    /// too.
    JWT_AUTH_HTTPONLY, jwt_auth_httponly: bool, SWITCH, "true", "true";
    /// dj-rest-auth: a login also returns the times when both tokens expire.
    JWT_AUTH_RETURN_EXPIRATION, jwt_auth_return_expiration: bool, SWITCH, "false", "false";
    /// How long a link in a mail is valid.
    PASSWORD_RESET_TIMEOUT, password_reset_timeout: i64, LIFETIME, "3d", "3d";
    /// The page of your front end that confirms an address, with `{uid}` and `{token}`, such as `activate/{uid}/{token}`, or with
    /// `{key}` for dj-rest-auth. It follows `DOMAIN` unless it begins with https://.
    ACTIVATION_URL, activation_url: Option<String>, LINK, "", "";
    /// The page of your front end that sets a new password, written as `ACTIVATION_URL`.
    PASSWORD_RESET_CONFIRM_URL, password_reset_confirm_url: Option<String>, LINK, "", "";
    /// The page of your front end that sets a new user name, written as `ACTIVATION_URL`.
    USERNAME_RESET_CONFIRM_URL, username_reset_confirm_url: Option<String>, LINK, "", "";
    /// The host of your front end. Links in mails begin with it, never with a header of a request.
    DOMAIN, domain: Option<String>, PLACE, "", "";
    /// The name of the service in mails. Empty: `DOMAIN`.
    SITE_NAME, site_name: Option<String>, TEXT, "", "";
    /// The sender of mails: an address that Amazon SES may send from.
    MAIL_FROM, mail_from: Option<String>, MAILBOX, "", "";
}
