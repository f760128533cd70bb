//! What the store says of a token that the keys have signed: its session and its user, where the settings ask for them.

use crate::{
    authentication::simple_jwt::{Authenticated, token_type},
    problem::Problem,
    service::Service,
    session,
};
use serde_json::Value;
use settings::{Settings, TokenClass};
use store::User;
use token::Claims;

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
    check_unrevoked(&user, &authenticated.claims, &service.settings)
}

/// The user, if there is one, who may come in.
pub(crate) fn present(user: Option<User>, settings: &Settings) -> Result<User, Problem> {
    let user = user.ok_or(Problem::UserNotFound)?;
    if settings.check_user_is_active && !user.is_active { Err(Problem::UserInactive) } else { Ok(user) }
}

/// Whether the password is the one that the token was issued under, where CHECK_REVOKE_TOKEN asks.
pub(crate) fn check_unrevoked(user: &User, claims: &Claims, settings: &Settings) -> Result<(), Problem> {
    if !settings.check_revoke_token {
        return Ok(());
    }
    let claimed = claims.get(&settings.revoke_token_claim).and_then(Value::as_str);
    if claimed == Some(&password_fingerprint(user)) { Ok(()) } else { Err(Problem::PasswordChanged) }
}

/// `UPPER(hex(MD5(encoded password)))`, which CHECK_REVOKE_TOKEN writes into tokens. Not a password hash: it tells
/// whether the stored encoding is still the one of the login, and does not lead back to it.
pub(crate) fn password_fingerprint(user: &User) -> String {
    use md5::{Digest, Md5};
    hex::encode_upper(Md5::digest(user.password.as_bytes()))
}

/// Whether Simple JWT holds tokens of this class against its blacklist.
fn is_listed(class: TokenClass, settings: &Settings) -> bool {
    settings.blacklist_enabled && matches!(class, TokenClass::Refresh | TokenClass::Sliding)
}
