//! From an `Authorization` header to whoever stands behind it: Simple JWT's `JWTAuthentication`.

use http::HeaderMap;
use serde_json::{Map, Value, json};
use settings::{Settings, TokenClass};
use store::User;
use token::{Access, Any, Claims, KeySet, Kind, Refresh, Rules, Sliding, Token};

use crate::{endpoint::Call, problem::Problem, service::Service, session};

/// Whom a verified token speaks for, as the authorizer tells it to the function behind the gateway: flat strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// USER_ID_CLAIM, as text.
    pub user_id: String,
    /// `access`, `sliding`…
    pub token_type: String,
    /// The token's own id.
    pub jti: String,
    /// When the token expires, in Unix seconds.
    pub expiry: i64,
}

impl Principal {
    /// The authorizer's context: what API Gateway hands on under `requestContext.authorizer`.
    pub fn to_context(&self) -> Map<String, Value> {
        let mut context = Map::new();
        let session = token::session_of(&self.jti).unwrap_or_default();
        let members =
            [("user_id", &*self.user_id), ("token_type", &self.token_type), ("jti", &self.jti), ("session", session)];
        for (name, value) in members {
            context.insert(name.to_owned(), json!(value));
        }
        context.insert("exp".to_owned(), json!(self.expiry.to_string()));
        context
    }

    /// Reads what [`Principal::to_context`] wrote; `None` where an authorizer of ours did not write it.
    pub fn from_context(context: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| context.get(name).and_then(Value::as_str).map(str::to_owned);
        let expiry = text("exp")?.parse().ok()?;
        Some(Self { user_id: text("user_id")?, token_type: text("token_type")?, jti: text("jti")?, expiry })
    }
}

/// A principal with the claims its token carries.
pub(crate) struct Authenticated {
    pub(crate) principal: Principal,
    claims: Claims,
    class: TokenClass,
}

/// Authenticates a request by its own header, where no authorizer stands in front.
pub(crate) async fn authenticate(call: &Call<'_>, headers: &HeaderMap) -> Result<Principal, Problem> {
    let service = call.service;
    let values: Vec<_> = headers.get_all(service.settings.auth_header_name.as_str()).iter().collect();
    let header = match values.as_slice() {
        [] => return Err(Problem::NotAuthenticated),
        [one] => String::from_utf8_lossy(one.as_bytes()),
        _ => return Err(Problem::BadAuthorizationHeader),
    };
    let authenticated = verify(&header, call.keys, &service.settings, &service.rules, call.ambient.now)?;
    if is_stateful(&service.settings) {
        check(service, &authenticated).await?;
    }
    Ok(authenticated.principal)
}

/// Verifies a header's token against the keys alone: no store is asked.
pub(crate) fn verify(
    header: &str,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    let raw = token_of(header, settings)?;
    let mut refusals = Vec::new();
    for class in &settings.auth_token_classes {
        let verified = match class {
            TokenClass::Access => read::<Access>(*class, raw, keys, rules, now),
            TokenClass::Refresh => read::<Refresh>(*class, raw, keys, rules, now),
            TokenClass::Sliding => read::<Sliding>(*class, raw, keys, rules, now),
            TokenClass::Untyped => read::<Any>(*class, raw, keys, rules, now),
        };
        match verified {
            Ok(authenticated) => return authenticated.ok_or(Problem::NoUserIdentification),
            Err(error) => refusals.push((class.word(), token_type(*class), error.to_string())),
        }
    }
    Err(Problem::TokenForAnyClass(refusals))
}

/// Whether a token is to be held against session and user, not only against the keys.
pub(crate) fn is_stateful(settings: &Settings) -> bool {
    settings.session_check
        || settings.check_revoke_token
        || settings.auth_token_classes.iter().any(|c| is_listed(*c, settings))
}

/// Holds a verified token against its session and its user, with one read.
pub(crate) async fn check(service: &Service, authenticated: &Authenticated) -> Result<(), Problem> {
    let Principal { user_id, jti, .. } = &authenticated.principal;
    let standing = service.standing(jti, Some(user_id)).await?;
    let user = standing.user.clone();
    if is_listed(authenticated.class, &service.settings) && session::is_dead(&standing, authenticated.class, jti) {
        let class = authenticated.class;
        return Err(Problem::TokenForAnyClass(vec![(
            class.word(),
            token_type(class),
            "Token is blacklisted".to_owned(),
        )]));
    }
    if service.settings.session_check && session::is_over(&standing, user.as_ref()) {
        return Err(Problem::Blacklisted);
    }
    let user = present(user, &service.settings)?;
    is_unrevoked(&user, &authenticated.claims, &service.settings)
}

/// The user behind an authenticated request.
pub(crate) async fn user(call: &Call<'_>) -> Result<User, Problem> {
    let principal = call.caller.principal.as_ref().ok_or(Problem::NotAuthenticated)?;
    present(call.service.user_identified(&principal.user_id).await?, &call.service.settings)
}

/// The session of the token behind an authenticated request, if its id names one.
pub(crate) fn session_of<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    token::session_of(&call.caller.principal.as_ref()?.jti)
}

/// `UPPER(hex(MD5(encoded password)))`, which CHECK_REVOKE_TOKEN writes into tokens. Not a password hash: it tells
/// whether the stored encoding is still the one of the login, and does not lead back to it.
pub(crate) fn password_fingerprint(user: &User) -> String {
    use md5::{Digest, Md5};
    Md5::digest(user.password.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn token_of<'h>(header: &'h str, settings: &Settings) -> Result<&'h str, Problem> {
    let mut parts = header.split_ascii_whitespace();
    let scheme = parts.next().ok_or(Problem::NotAuthenticated)?;
    // RFC 9110 section 11.1: schemes are case-insensitive. Simple JWT compares them exactly.
    if !settings.auth_header_types.iter().any(|ours| ours.eq_ignore_ascii_case(scheme)) {
        return Err(Problem::NotAuthenticated);
    }
    match (parts.next(), parts.next()) {
        (Some(token), None) => Ok(token),
        _ => Err(Problem::BadAuthorizationHeader),
    }
}

fn read<K: Kind>(
    class: TokenClass,
    raw: &str,
    keys: &KeySet,
    rules: &Rules,
    now: i64,
) -> Result<Option<Authenticated>, token::Error> {
    let token = Token::<K>::verify(raw, keys, rules, now)?;
    let token_type = token.claims().get(&rules.names.token_type).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(token.user_id().map(|user_id| Authenticated {
        principal: Principal { user_id, token_type, jti: token.jti().to_owned(), expiry: token.expiry() },
        claims: token.claims().clone(),
        class,
    }))
}

/// What Simple JWT calls the type of a class.
fn token_type(class: TokenClass) -> &'static str {
    match class {
        TokenClass::Access => "access",
        TokenClass::Refresh => "refresh",
        TokenClass::Sliding => "sliding",
        TokenClass::Untyped => "untyped",
    }
}

/// Whether Simple JWT holds tokens of this class against its blacklist.
fn is_listed(class: TokenClass, settings: &Settings) -> bool {
    settings.blacklist_enabled && matches!(class, TokenClass::Refresh | TokenClass::Sliding)
}

fn present(user: Option<User>, settings: &Settings) -> Result<User, Problem> {
    let user = user.ok_or(Problem::UserNotFound)?;
    if settings.check_user_is_active && !user.is_active { Err(Problem::UserInactive) } else { Ok(user) }
}

fn is_unrevoked(user: &User, claims: &Claims, settings: &Settings) -> Result<(), Problem> {
    if !settings.check_revoke_token {
        return Ok(());
    }
    let claimed = claims.get(&settings.revoke_token_claim).and_then(Value::as_str);
    if claimed == Some(&password_fingerprint(user)) { Ok(()) } else { Err(Problem::PasswordChanged) }
}
