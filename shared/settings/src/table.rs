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
    /// Which Simple JWT is followed where versions differ. master: a sliding token is renewed only for a user who may log in, and
    /// with `CHECK_REVOKE_TOKEN` a refresh after a password change ends the token.
    SIMPLE_JWT_VERSION, simple_jwt_version: SimpleJwtVersion, SIMPLE_JWT_VERSION, "5.5", "master";
    /// How long an access token is good for.
    ACCESS_TOKEN_LIFETIME, access_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long a refresh token is good for.
    REFRESH_TOKEN_LIFETIME, refresh_token_lifetime: i64, LIFETIME, "1d", "1d";
    /// How long a refresh token is good for after a login that says `remember`. With 0 no login can ask for it.
    REMEMBER_LIFETIME, remember_lifetime: i64, SECONDS, "0", "0";
    /// How long a sliding token is good for before it must be renewed.
    SLIDING_TOKEN_LIFETIME, sliding_token_lifetime: i64, LIFETIME, "5m", "5m";
    /// How long after login a sliding token can be renewed.
    SLIDING_TOKEN_REFRESH_LIFETIME, sliding_token_refresh_lifetime: i64, LIFETIME, "1d", "1d";
    /// A refresh answers with a new refresh token, too.
    ROTATE_REFRESH_TOKENS, rotate_refresh_tokens: bool, SWITCH, "false", "true";
    /// Once a refresh token was rotated, the old one is dead; verify looks at the blacklist.
    BLACKLIST_AFTER_ROTATION, blacklist_after_rotation: bool, SWITCH, "false", "true";
    /// Sessions and blacklisted tokens are kept; false is Simple JWT without its blacklist app.
    BLACKLIST_ENABLED, blacklist_enabled: bool, SWITCH, "true", "true";
    /// A rotated refresh token that is used again ends its session.
    REUSE_DETECTION, reuse_detection: bool, SWITCH, "false", "true";
    /// A rotated refresh token that is used again ends all other sessions of its user, too.
    REUSE_ENDS_ALL_SESSIONS, reuse_ends_all_sessions: bool, SWITCH, "false", "false";
    /// For how long after a rotation the old token is still answered with the same new token, for lost answers and
    /// double clicks.
    REFRESH_GRACE_SECONDS, refresh_grace_seconds: i64, SECONDS, "0", "10";
    /// How many times within `REFRESH_GRACE_SECONDS` the old token is answered again; the next use counts as theft.
    /// Make it larger than the number of tabs that wake at once.
    REFRESH_GRACE_USES, refresh_grace_uses: u64, UP_TO_100, "32", "32";
    /// A refresh token that has no session is refused, unless an imported key signed it.
    REQUIRE_SESSION, require_session: bool, SWITCH, "false", "true";
    /// Verify and the authorizer look at session and user; false keeps both without a store.
    SESSION_CHECK, session_check: bool, SWITCH, "false", "true";
    /// A session ends this long after login, however often it is refreshed. 0 turns this off.
    SESSION_MAX_LIFETIME, session_max_lifetime: i64, SECONDS, "0", "30d";
    /// A session that is not refreshed for this long ends. 0 turns this off. Needs `ROTATE_REFRESH_TOKENS`: without it,
    /// a refresh leaves no trace.
    SESSION_IDLE_LIFETIME, session_idle_lifetime: i64, SECONDS, "0", "0";
    /// How many sessions a user may have: one login more ends the oldest. 0 is any number.
    MAX_SESSIONS_PER_USER, max_sessions_per_user: u64, UP_TO_100, "0", "10";
    /// A login writes the user's `last_login`.
    UPDATE_LAST_LOGIN, update_last_login: bool, SWITCH, "false", "false";
    /// The algorithm of new keys, and of `SIGNING_KEY`.
    ALGORITHM, algorithm: Algorithm, ALGORITHM, "HS256", "EdDSA";
    /// One key in place of the key set: a secret for HS algorithms, else a private key as PEM. Empty: the key set is
    /// used.
    SIGNING_KEY, signing_key: Secret, KEY, "", "";
    /// The public key as PEM, where only verifying is wanted or `SIGNING_KEY` is elsewhere.
    VERIFYING_KEY, verifying_key: Secret, KEY, "", "";
    /// Written into the claim `aud` and required there: one of several is enough.
    AUDIENCE, audience: Vec<String>, LIST, "", "";
    /// Written into the claim `iss` and required there.
    ISSUER, issuer: Option<String>, TEXT, "", "";
    /// How far clocks may differ, for `exp`, `iat`, `nbf` and the refresh expiry.
    LEEWAY, leeway: i64, SECONDS, "0", "0";
    /// Where another issuer publishes its keys. Its access tokens are verified by `kid`, and the users they name are taken for those of this service.
    JWK_URL, jwk_url: Option<String>, KEY_ADDRESS, "", "";
    /// The words that may stand before the token in the header; the first is the one in `WWW-Authenticate`.
    AUTH_HEADER_TYPES, auth_header_types: Vec<String>, SCHEMES, "Bearer", "Bearer";
    /// The header that carries the token; Django's spelling will do, too.
    AUTH_HEADER_NAME, auth_header_name: String, HEADER, "HTTP_AUTHORIZATION", "HTTP_AUTHORIZATION";
    /// Which field of the user identifies them in the token; pk, uuid and uid mean id.
    USER_ID_FIELD, user_id_field: UserIdField, USER_ID_FIELD, "id", "id";
    /// The claim that names the user.
    USER_ID_CLAIM, user_id_claim: String, CLAIM, "user_id", "user_id";
    /// The claim that says whether a token is an access, a refresh or a sliding one. With none, tokens that do not say it
    /// are taken for any; profile `hardened` refuses that.
    TOKEN_TYPE_CLAIM, token_type_claim: Option<String>, CLAIM_OR_NONE, "token_type", "token_type";
    /// The claim that holds the id of the token. With none, tokens without one are known by their content.
    JTI_CLAIM, jti_claim: Option<String>, CLAIM_OR_NONE, "jti", "jti";
    /// The claim of a sliding token that says until when it can be renewed.
    SLIDING_TOKEN_REFRESH_EXP_CLAIM, sliding_token_refresh_exp_claim: String, CLAIM, "refresh_exp", "refresh_exp";
    /// The claim by which `CHECK_REVOKE_TOKEN` notices that the password has changed.
    REVOKE_TOKEN_CLAIM, revoke_token_claim: String, CLAIM, "hash_password", "hash_password";
    /// Tokens of a disabled user are refused.
    CHECK_USER_IS_ACTIVE, check_user_is_active: bool, SWITCH, "true", "true";
    /// Access tokens die when the password changes.
    CHECK_REVOKE_TOKEN, check_revoke_token: bool, SWITCH, "false", "false";
    /// Which kinds of token open a guarded route.
    AUTH_TOKEN_CLASSES, auth_token_classes: Vec<TokenClass>, TOKEN_CLASSES, "AccessToken", "AccessToken";
    /// What a user logs in with, beside the password.
    USERNAME_FIELD, username_field: UsernameField, USERNAME_FIELD, "username", "username";
    /// A login as `Alice` finds the user `alice`; with `USERNAME_FIELD=email` the same holds for addresses.
    USERNAME_CASE_INSENSITIVE, username_case_insensitive: bool, SWITCH, "false", "false";
    /// Fields of the user that become claims of every token; `tenant=tenant_id` is the attribute `tenant_id` as `tenant`. A
    /// refresh writes them anew.
    TOKEN_CLAIMS, token_claims: Vec<CopiedField>, USER_FIELDS, "", "";
    /// A Lambda function of your own that names further claims at a login, asked with the event of Cognito's pre-token-generation
    /// trigger, version 2. Empty: none.
    CLAIMS_FUNCTION, claims_function: Option<ClaimsFunction>, FUNCTION, "", "";
    /// `CLAIMS_FUNCTION` names them anew at every refresh; false keeps what it said at the login.
    CLAIMS_FUNCTION_AT_REFRESH, claims_function_at_refresh: bool, SWITCH, "false", "false";
    /// Fields of the user that a login answers beside the tokens.
    OBTAIN_FIELDS, obtain_fields: Vec<CopiedField>, USER_FIELDS, "", "";
    /// What users may change of themselves by `PATCH /api/user/`. Empty: nothing.
    USER_WRITABLE_ATTRIBUTES, user_writable_attributes: Vec<String>, WRITABLE, "", "";
    /// Failed logins make the next ones wait.
    LOGIN_THROTTLE, login_throttle: bool, SWITCH, "false", "true";
    /// After this many failed logins in a row for one account from one address, each further one costs half an hour
    /// (PCI DSS 8.3.4: 10). Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES, login_tries: i64, COUNT, "10", "10";
    /// After this many failed logins from one address, for whatever accounts, each further one costs half an hour:
    /// against lists of stolen passwords. Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES_PER_ADDRESS, login_tries_per_address: i64, COUNT, "100", "100";
    /// After this many failed logins in a row for one account from everywhere, only known addresses may try (NIST SP
    /// 800-63B 3.2.2: 100). Needs `LOGIN_THROTTLE`.
    LOGIN_TRIES_PER_ACCOUNT, login_tries_per_account: i64, COUNT, "100", "100";
    /// How many characters a new password must have (NIST SP 800-63B 3.1.1.2: 15).
    PASSWORD_MIN_LENGTH, password_min_length: i64, COUNT, "8", "15";
    /// A new password may consist of digits alone, as NIST wants it; Django refuses that.
    PASSWORD_MAY_BE_NUMERIC, password_may_be_numeric: bool, SWITCH, "false", "true";
    /// Where to ask whether a new password was stolen, such as `https://api.pwnedpasswords.com/range/`. The first five
    /// digits of its SHA-1 are put at the end of the address; nothing else is sent. Empty: nowhere.
    BREACHED_PASSWORD_URL, breached_password_url: Option<String>, ADDRESS, "", "";
    /// No password is set while `BREACHED_PASSWORD_URL` does not answer; false lets it pass.
    BREACHED_PASSWORD_FAIL_CLOSED, breached_password_fail_closed: bool, SWITCH, "false", "false";
    /// Other software that may ask `/oauth/introspect` and `/oauth/revoke` about tokens. Empty: nobody may.
    OAUTH_CLIENTS, oauth_clients: Clients, CLIENTS, "", "";
    /// Browsers get their tokens in two cookies that no script can read: `__Host-WORD` and `__Secure-WORD-refresh`,
    /// with this word in them. Empty: in the body, as everybody else does.
    AUTH_COOKIE, auth_cookie: Option<String>, WORD, "", "";
    /// Whose pages may use the cookies of `AUTH_COOKIE`, beside those of the service's own origin.
    AUTH_COOKIE_ORIGINS, auth_cookie_origins: Vec<String>, ORIGINS, "", "";
    /// Who gets tokens in the body in spite of `AUTH_COOKIE`: the origins of web views, such as `capacitor://localhost`.
    /// Their scripts can read them.
    AUTH_COOKIE_BODY_ORIGINS, auth_cookie_body_origins: Vec<String>, VIEW_ORIGINS, "", "";
    /// The origins whose pages may call the API from a browser (CORS).
    CORS_ALLOWED_ORIGINS, cors_allowed_origins: Vec<String>, SHARED_ORIGINS, "", "";
    /// Regular expressions for further origins; one of them must match the whole origin.
    CORS_ALLOWED_ORIGIN_REGEXES, cors_allowed_origin_regexes: Vec<Pattern>, PATTERNS, "", "";
    /// Pages of every origin may call the API.
    CORS_ALLOW_ALL_ORIGINS, cors_allow_all_origins: bool, SWITCH, "false", "false";
    /// Pages of other origins may send their cookies along and read the answer.
    CORS_ALLOW_CREDENTIALS, cors_allow_credentials: bool, SWITCH, "false", "false";
    /// The request headers that a page of another origin may set.
    CORS_ALLOW_HEADERS, cors_allow_headers: Vec<String>, TOKENS, "accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with", "accept,authorization,content-type,user-agent,x-csrftoken,x-requested-with";
    /// The methods that a page of another origin may use.
    CORS_ALLOW_METHODS, cors_allow_methods: Vec<String>, TOKENS, "DELETE,GET,OPTIONS,PATCH,POST,PUT", "DELETE,GET,OPTIONS,PATCH,POST,PUT";
    /// The headers of an answer that a script of another origin may read, such as `Retry-After,WWW-Authenticate`.
    CORS_EXPOSE_HEADERS, cors_expose_headers: Vec<String>, TOKENS, "", "";
    /// For how long a browser may keep the answer to a preflight. 0: for as long as it does without being told.
    CORS_PREFLIGHT_MAX_AGE, cors_preflight_max_age: i64, SECONDS, "1d", "1d";
    /// A regular expression for the start of the paths that pages of other origins may call. Empty: all paths.
    CORS_URLS_REGEX, cors_urls_regex: Option<Pattern>, PATTERN, "", "";
    /// Pages of the public Internet may call this API in a private network.
    CORS_ALLOW_PRIVATE_NETWORK, cors_allow_private_network: bool, SWITCH, "false", "false";
    /// What `/api/token/` and `/api/token/refresh/` answer with: the pair of tokens, or the sliding one.
    TOKEN_ENDPOINTS, token_endpoints: TokenEndpoints, TOKEN_ENDPOINTS, "pair", "pair";
    /// Further paths of endpoints, such as `obtain:/auth/login/,refresh:/api/v1/token/refresh/`.
    /// `make routes` writes them into the template.
    ROUTES, routes: Vec<Route>, ROUTES, "", "";
    /// How the authorizer answers an HTTP API with payload 2.0: by a simple response or by a policy, as it is set up
    /// there.
    AUTHORIZER_RESPONSE, authorizer_response: AuthorizerResponse, AUTHORIZER_RESPONSE, "simple", "simple";
    /// How the authorizer says no to a REST or WebSocket API: by a policy that denies, which the Gateway Responses of
    /// `template.yaml` turn into 401 with the reason; or by the error `Unauthorized`, which every such API answers with
    /// 401.
    AUTHORIZER_REFUSAL, authorizer_refusal: AuthorizerRefusal, AUTHORIZER_REFUSAL, "deny", "deny";
    /// For how many seconds an answer of the authorizer may be repeated before it is asked again; an expired or
    /// logged-out token is let through that much longer. 0: it is always asked. Deployed: 1 (`AuthorizerCacheSeconds`).
    AUTHORIZER_CACHE_SECONDS, authorizer_cache_seconds: i64, SECONDS, "0", "0";
    /// The claim whose value the authorizer gives a REST API as the caller's API key, for usage plans.
    USAGE_KEY_CLAIM, usage_key_claim: Option<String>, OWN_CLAIM, "", "";
    /// Where the client of a WebSocket API brings its token: in the header; in the query, as `access_token`; or as a
    /// subprotocol after the header's word, which is all that a browser can do.
    WEBSOCKET_TOKEN, websocket_token: WebSocketToken, WEBSOCKET_TOKEN, "header", "header";
    /// The endpoints of a package before Simple JWT are served, too: djangorestframework-jwt 1.11 or drf-jwt 1.19. The
    /// settings that begin with `JWT_` are for them alone.
    LEGACY, legacy: Legacy, LEGACY, "off", "off";
    /// The legacy package's keys: a secret, or, as JSON, a list of up to three secrets or an object of kid and secret;
    /// the first signs. Empty: `SIGNING_KEY`, or else the service's own key set, whatever `JWT_ALGORITHM`.
    JWT_SECRET_KEY, jwt_secret_key: Secret, KEY, "", "";
    /// The legacy package's private key as PEM, where `JWT_ALGORITHM` takes one.
    JWT_PRIVATE_KEY, jwt_private_key: Secret, KEY, "", "";
    /// The legacy package's public key as PEM, where only verifying is wanted; or further ones, in JSON as in
    /// `JWT_SECRET_KEY`.
    JWT_PUBLIC_KEY, jwt_public_key: Secret, KEY, "", "";
    /// The algorithms of the legacy package's keys; the first signs.
    JWT_ALGORITHM, jwt_algorithm: Vec<Algorithm>, ALGORITHMS, "HS256", "HS256";
    /// Where the legacy package's keys have names, a legacy token must name its own.
    JWT_INSIST_ON_KID, jwt_insist_on_kid: bool, SWITCH, "false", "false";
    /// Expired legacy tokens are refused.
    JWT_VERIFY_EXPIRATION, jwt_verify_expiration: bool, SWITCH, "true", "true";
    /// How far clocks may differ, for legacy tokens.
    JWT_LEEWAY, jwt_leeway: i64, SECONDS, "0", "0";
    /// How long a legacy token is good for.
    JWT_EXPIRATION_DELTA, jwt_expiration_delta: i64, LIFETIME, "5m", "5m";
    /// Written into the claim `aud` of legacy tokens and required there: one of several is enough.
    JWT_AUDIENCE, jwt_audience: Vec<String>, LIST, "", "";
    /// Written into the claim `iss` of legacy tokens and required there.
    JWT_ISSUER, jwt_issuer: Option<String>, TEXT, "", "";
    /// Legacy tokens can be refreshed. Empty: false with jwt, true with drf-jwt.
    JWT_ALLOW_REFRESH, jwt_allow_refresh: Option<bool>, OWN_SWITCH, "", "";
    /// How long after login a legacy token can be refreshed.
    JWT_REFRESH_EXPIRATION_DELTA, jwt_refresh_expiration_delta: i64, LIFETIME, "7d", "7d";
    /// The word before a legacy token in the header. Empty: JWT with jwt, Bearer with drf-jwt.
    JWT_AUTH_HEADER_PREFIX, jwt_auth_header_prefix: Option<String>, WORD, "", "";
    /// The cookie that carries a legacy token, beside the header; with dj-rest-auth the access token. Empty: none.
    JWT_AUTH_COOKIE, jwt_auth_cookie: Option<String>, WORD, "", "";
    /// The domain that the legacy cookies are for, and those of dj-rest-auth. Empty: the one that sets them.
    JWT_AUTH_COOKIE_DOMAIN, jwt_auth_cookie_domain: Option<String>, PLACE, "", "";
    /// The path that the legacy cookies are for.
    JWT_AUTH_COOKIE_PATH, jwt_auth_cookie_path: Option<String>, PLACE, "/", "/";
    /// The legacy cookies travel by HTTPS alone. Empty: false with jwt, true with drf-jwt.
    JWT_AUTH_COOKIE_SECURE, jwt_auth_cookie_secure: Option<bool>, OWN_SWITCH, "", "";
    /// Which pages of other sites may send the legacy cookies along. Empty: left to the browser with jwt, Lax with
    /// drf-jwt.
    JWT_AUTH_COOKIE_SAMESITE, jwt_auth_cookie_samesite: Option<SameSite>, SAME_SITE, "", "";
    /// The cookie of an impersonation, which goes before `JWT_AUTH_COOKIE`. Empty: none.
    JWT_IMPERSONATION_COOKIE, jwt_impersonation_cookie: Option<String>, WORD, "", "";
    /// Whether tokens of drf-jwt have an id, and whether those without one are refused.
    JWT_TOKEN_ID, jwt_token_id: TokenId, TOKEN_ID, "include", "include";
    /// Tokens of drf-jwt name the user's id beside the name.
    JWT_PAYLOAD_INCLUDE_USER_ID, jwt_payload_include_user_id: bool, SWITCH, "true", "true";
    /// The endpoints of packages for accounts are served, too: sign up, confirm, reset and change, as djoser 2.3 has them
    /// under `/auth/` and dj-rest-auth 7.2 under `/dj-rest-auth/`. The settings that follow are for them alone.
    ACCOUNTS, accounts: Accounts, ACCOUNTS, "off", "off";
    /// A new user may log in only after the link in a mail was used, and a new address counts only then.
    SEND_ACTIVATION_EMAIL, send_activation_email: bool, SWITCH, "false", "false";
    /// A mail tells that an account is ready.
    SEND_CONFIRMATION_EMAIL, send_confirmation_email: bool, SWITCH, "false", "false";
    /// A mail tells that the password was changed.
    PASSWORD_CHANGED_EMAIL_CONFIRMATION, password_changed_email_confirmation: bool, SWITCH, "false", "false";
    /// A mail tells that the user name was changed.
    USERNAME_CHANGED_EMAIL_CONFIRMATION, username_changed_email_confirmation: bool, SWITCH, "false", "false";
    /// Who signs up gives the password twice, as `password` and `re_password`.
    USER_CREATE_PASSWORD_RETYPE, user_create_password_retype: bool, SWITCH, "false", "false";
    /// Who changes the password gives the new one twice, also as `re_new_password`.
    SET_PASSWORD_RETYPE, set_password_retype: bool, SWITCH, "false", "false";
    /// Who resets the password gives the new one twice, also as `re_new_password`.
    PASSWORD_RESET_CONFIRM_RETYPE, password_reset_confirm_retype: bool, SWITCH, "false", "false";
    /// Who changes the user name gives the new one twice, also as `re_new_username`.
    SET_USERNAME_RETYPE, set_username_retype: bool, SWITCH, "false", "false";
    /// Who resets the user name gives the new one twice, also as `re_new_username`.
    USERNAME_RESET_CONFIRM_RETYPE, username_reset_confirm_retype: bool, SWITCH, "false", "false";
    /// Who asks for a mail is told when nobody has the address. Anybody can find out by it who has an account.
    PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND, password_reset_show_email_not_found: bool, SWITCH, "false", "false";
    /// The same; one of the two is enough for all three kinds of mail, as in djoser.
    USERNAME_RESET_SHOW_EMAIL_NOT_FOUND, username_reset_show_email_not_found: bool, SWITCH, "false", "false";
    /// Users who are no staff see themselves alone; false: the list has all users.
    HIDE_USERS, hide_users: bool, SWITCH, "true", "true";
    /// dj-rest-auth: whether who signs up gets a link that confirms the address; mandatory: before the first login.
    ACCOUNT_EMAIL_VERIFICATION, account_email_verification: EmailVerification, EMAIL_VERIFICATION, "optional", "optional";
    /// dj-rest-auth: what users log in by.
    ACCOUNT_LOGIN_METHODS, account_login_methods: LoginMethods, LOGIN_METHODS, "username", "username";
    /// dj-rest-auth: the fields of the form for signing up. Without `username*` a name is made of the address.
    ACCOUNT_SIGNUP_FIELDS, account_signup_fields: Vec<String>, SIGNUP_FIELDS, "username*,email,password1*,password2*", "username*,email,password1*,password2*";
    /// dj-rest-auth: a change of the password asks for the present one. With false a stolen access token is enough.
    OLD_PASSWORD_FIELD_ENABLED, old_password_field_enabled: bool, SWITCH, "true", "true";
    /// dj-rest-auth: the cookie that carries the refresh token. Empty: none. That of the access token is `JWT_AUTH_COOKIE`.
    JWT_AUTH_REFRESH_COOKIE, jwt_auth_refresh_cookie: Option<String>, WORD, "", "";
    /// The paths that get the refresh token's cookie. Empty: those of dj-rest-auth.
    JWT_AUTH_REFRESH_COOKIE_PATH, jwt_auth_refresh_cookie_path: Option<String>, PLACE, "", "";
    /// Both cookies travel over HTTPS alone.
    JWT_AUTH_SECURE, jwt_auth_secure: bool, SWITCH, "true", "true";
    /// Which pages of other sites may send both cookies along.
    JWT_AUTH_SAMESITE, jwt_auth_samesite: Option<SameSite>, SAME_SITE, "Lax", "Lax";
    /// No script can read the cookies, and the refresh token is in its cookie alone. False: it is in the body, too.
    JWT_AUTH_HTTPONLY, jwt_auth_httponly: bool, SWITCH, "true", "true";
    /// A login of dj-rest-auth says when both tokens end.
    JWT_AUTH_RETURN_EXPIRATION, jwt_auth_return_expiration: bool, SWITCH, "false", "false";
    /// How long a link in a mail is good for.
    PASSWORD_RESET_TIMEOUT, password_reset_timeout: i64, LIFETIME, "3d", "3d";
    /// The page of your front end that confirms an address, with `{uid}` and `{token}` in it, such as
    /// `activate/{uid}/{token}`; for dj-rest-auth with `{key}`. Behind `DOMAIN`, unless it begins with https://.
    ACTIVATION_URL, activation_url: Option<String>, LINK, "", "";
    /// The page that sets a new password, written in the same way.
    PASSWORD_RESET_CONFIRM_URL, password_reset_confirm_url: Option<String>, LINK, "", "";
    /// The page that sets a new user name, written in the same way.
    USERNAME_RESET_CONFIRM_URL, username_reset_confirm_url: Option<String>, LINK, "", "";
    /// The host of your front end, to which the links in mails lead. No header of a request has a say in it.
    DOMAIN, domain: Option<String>, PLACE, "", "";
    /// What mails call the service. Empty: `DOMAIN`.
    SITE_NAME, site_name: Option<String>, TEXT, "", "";
    /// Who mails are from: an address that Amazon SES may send from.
    MAIL_FROM, mail_from: Option<String>, MAILBOX, "", "";
}
