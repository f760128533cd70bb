//! From a token to whoever stands behind it: Simple JWT's `JWTAuthentication`.

pub(crate) mod client;
pub(crate) mod cookie;
pub(crate) mod credential;
pub(crate) mod origin;
pub(crate) mod principal;

use crate::{call::Call, endpoints::legacy, problem::Problem, service::Service, session};
use http::HeaderMap;
use serde_json::Value;
use settings::{Settings, TokenClass, UserField, UserIdField};
use std::collections::BTreeMap;
use store::User;
use token::{Access, Any, Claims, KeySet, Kind, Refresh, Rules, Sliding, Token};

pub use principal::{MAX_TEXT, Principal};

/// A principal with everything its token says.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Whom the token speaks for.
    pub principal: Principal,
    /// The token's claims.
    pub claims: Claims,
    class: TokenClass,
}

/// Authenticates a request by its own headers and the keys alone, where no authorizer stands in front.
///
/// # Errors
/// Every [`Problem`] of a header or a token that is refused.
pub fn admit(
    headers: &HeaderMap,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    verify(&credential::presented(headers, settings)?, keys, settings, rules, now)
}

/// Authenticates a request as [`admit`] does, and by session and user where the settings ask for it.
///
/// # Errors
/// Those of [`admit`], and [`Problem::Unavailable`] without the store.
pub async fn admit_with(
    headers: &HeaderMap,
    keys: &KeySet,
    service: &Service,
    now: i64,
) -> Result<Authenticated, Problem> {
    let raw = credential::presented(headers, &service.settings)?;
    match verify(&raw, keys, &service.settings, &service.rules, now) {
        Ok(authenticated) if is_stateful(&service.settings) => {
            check(service, &authenticated).await.map(|()| authenticated)
        }
        Ok(authenticated) => Ok(authenticated),
        Err(problem) => legacy::vouch(&raw, keys, service, now).await?.ok_or(problem),
    }
}

/// Whoever calls an endpoint with no authorizer in front.
pub(crate) async fn authenticate(call: &Call<'_>, headers: &HeaderMap) -> Result<Principal, Problem> {
    let authenticated = admit_with(headers, call.keys, call.service, call.ambient.now).await?;
    Ok(authenticated.principal)
}

/// Verifies a token against the keys alone: no store is asked.
pub(crate) fn verify(
    raw: &str,
    keys: &KeySet,
    settings: &Settings,
    rules: &Rules,
    now: i64,
) -> Result<Authenticated, Problem> {
    let mut refusals = Vec::new();
    for class in &settings.auth_token_classes {
        let verified = match class {
            TokenClass::Access => read::<Access>(*class, raw, keys, rules, now),
            TokenClass::Refresh => read::<Refresh>(*class, raw, keys, rules, now),
            TokenClass::Sliding => read::<Sliding>(*class, raw, keys, rules, now),
            TokenClass::Untyped => read::<Any>(*class, raw, keys, rules, now),
        };
        match verified {
            Ok(authenticated) => {
                let authenticated = authenticated.ok_or(Problem::NoUserIdentification)?;
                return authenticated.of_somebody(rules).map(|a| a.telling(settings));
            }
            Err(error) => refusals.push((class.word(), token_type(*class), error.to_string())),
        }
    }
    Err(Problem::TokenForAnyClass(refusals))
}

impl Authenticated {
    /// Whoever brings a token of the packages before Simple JWT.
    pub(crate) fn of_legacy(principal: Principal, claims: Claims, settings: &Settings) -> Self {
        Self { principal, claims, class: TokenClass::Untyped }.telling(settings)
    }

    /// Refuses a token whose USER_ID_CLAIM is there and names nobody: `null`, blank text, the number 0. No row of a user
    /// has such an id, and a gateway without the store would hand it on as if one had.
    fn of_somebody(self, rules: &Rules) -> Result<Self, Problem> {
        let is_zero = self.claims.get(&rules.names.user_id).is_some_and(|id| id.as_f64() == Some(0.0));
        let is_nobody = is_zero || self.principal.user_id.trim().is_empty();
        if is_nobody { Err(Problem::UserNotFound) } else { Ok(self) }
    }

    /// With the claims of TOKEN_CLAIMS told as text.
    fn telling(mut self, settings: &Settings) -> Self {
        let told = settings.token_claims.iter().filter_map(|field| Some((field.to_string(), self.told(field.word())?)));
        self.principal.claims = told.collect();
        self
    }

    /// A claim as flat text: a list of texts as JSON, no other structure. `None` for what would not pass unharmed.
    pub(crate) fn told(&self, claim: &str) -> Option<String> {
        let text = match self.claims.get(claim)? {
            Value::String(text) => text.clone(),
            Value::Array(values) if values.iter().all(Value::is_string) => Value::from(values.clone()).to_string(),
            Value::Array(_) | Value::Null | Value::Object(_) => return None,
            value => value.to_string(),
        };
        is_telling(&text).then_some(text)
    }
}

/// The claims of TOKEN_CLAIMS as an HTTP API hands them on: a list is its texts with commas between, and nothing has a
/// quote or a backslash in it. Such an API has answered 500 to a context with JSON in a text once it kept the answer. A
/// list that could be read as another one is left out.
pub(crate) fn told_plainly(authenticated: &Authenticated, settings: &Settings) -> BTreeMap<String, String> {
    let plain = |field: &UserField| {
        let text = match authenticated.claims.get(field.word())? {
            Value::Array(values) => joined(values)?,
            _ => authenticated.told(field.word())?,
        };
        (is_telling(&text) && !text.contains(['"', '\\'])).then(|| (field.to_string(), text))
    };
    settings.token_claims.iter().filter_map(plain).collect()
}

fn joined(values: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
    texts.filter(|texts| texts.iter().all(|text| !text.is_empty() && !text.contains(','))).map(|texts| texts.join(","))
}

/// Whether a text can be handed on as it is: no line ends that make a header two, and not so long that the gateway
/// drops the whole answer.
pub(crate) fn is_telling(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.contains(char::is_control)
}

/// Whether a token is to be held against session and user, not only against the keys.
pub(crate) fn is_stateful(settings: &Settings) -> bool {
    settings.session_check
        || settings.check_revoke_token
        || settings.auth_token_classes.iter().any(|c| is_listed(*c, settings))
}

/// Holds a verified token against its session and its user, with one read.
pub(crate) async fn check(service: &Service, authenticated: &Authenticated) -> Result<(), Problem> {
    let Authenticated { principal, class, .. } = authenticated;
    let (class, login) = (*class, principal.login);
    let standing = service.standing(&principal.jti, Some(&principal.user_id)).await?;
    let is_dead = session::is_dead(&standing, &principal.token_type, &principal.jti, login);
    if is_dead && is_listed(class, &service.settings) {
        return Err(Problem::TokenForAnyClass(vec![(
            class.word(),
            token_type(class),
            "Token is blacklisted".to_owned(),
        )]));
    }
    if service.settings.session_check && session::is_over(&standing, login) {
        return Err(Problem::Blacklisted);
    }
    let user = present(standing.user, &service.settings)?;
    is_unrevoked(&user, &authenticated.claims, &service.settings)
}

/// Whom the authorizer let in. Nothing that a client sends can make it somebody else.
pub(crate) fn principal<'c>(call: &'c Call<'_>) -> Result<&'c Principal, Problem> {
    call.caller.principal.as_ref().ok_or(Problem::NotAuthenticated)
}

/// The user behind an authenticated request. A token that names its user by name or address, and is older than the time
/// since when the user is found by it, names somebody else.
pub(crate) async fn user(call: &Call<'_>) -> Result<User, Problem> {
    let (principal, settings) = (principal(call)?, &call.service.settings);
    let user = present(call.service.user_identified(&principal.user_id).await?, settings)?;
    let is_another = settings.user_id_field != UserIdField::Id && principal.login < user.found_since();
    if is_another { Err(Problem::UserNotFound) } else { Ok(user) }
}

/// The session of the token behind an authenticated request, if its id names one.
pub(crate) fn session_of<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    token::session_of(&call.caller.principal.as_ref()?.jti)
}

/// What the token behind an authenticated request has in common with those that were refreshed from the same login: its
/// session, or its id where that names none.
pub(crate) fn lineage<'c>(call: &'c Call<'_>) -> Result<&'c str, Problem> {
    let jti = &principal(call)?.jti;
    Ok(token::session_of(jti).unwrap_or(jti))
}

/// `UPPER(hex(MD5(encoded password)))`, which CHECK_REVOKE_TOKEN writes into tokens. Not a password hash: it tells
/// whether the stored encoding is still the one of the login, and does not lead back to it.
pub(crate) fn password_fingerprint(user: &User) -> String {
    use md5::{Digest, Md5};
    hex::encode_upper(Md5::digest(user.password.as_bytes()))
}

fn read<K: Kind>(
    class: TokenClass,
    raw: &str,
    keys: &KeySet,
    rules: &Rules,
    now: i64,
) -> Result<Option<Authenticated>, token::Error> {
    let token = Token::<K>::verify(raw, keys, rules, now)?;
    Ok(token.user_id().map(|user_id| Authenticated {
        principal: Principal {
            user_id: user_id.to_owned(),
            token_type: token.token_type().to_owned(),
            jti: token.jti().to_owned(),
            expiry: token.expiry(),
            login: token::login_time(token.claims()),
            claims: BTreeMap::new(),
        },
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

/// The user, if there is one, who may come in.
pub(crate) fn present(user: Option<User>, settings: &Settings) -> Result<User, Problem> {
    let user = user.ok_or(Problem::UserNotFound)?;
    if settings.check_user_is_active && !user.is_active { Err(Problem::UserInactive) } else { Ok(user) }
}

/// Whether the password is the one that the token was issued under, where CHECK_REVOKE_TOKEN asks.
pub(crate) fn is_unrevoked(user: &User, claims: &Claims, settings: &Settings) -> Result<(), Problem> {
    if !settings.check_revoke_token {
        return Ok(());
    }
    let claimed = claims.get(&settings.revoke_token_claim).and_then(Value::as_str);
    if claimed == Some(&password_fingerprint(user)) { Ok(()) } else { Err(Problem::PasswordChanged) }
}
