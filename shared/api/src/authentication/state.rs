//! What the store says of a token that the keys have signed: its session and its user, where the settings ask for them.

use crate::{
    authentication::{
        principal::Principal,
        simple_jwt::{Authenticated, token_type},
    },
    problem::Problem,
    service::Service,
};
use serde_json::Value;
use settings::{Settings, TokenClass};
use store::{Presented, State, User};
use token::{Claims, Kind, Refresh};

/// Whether a token is to be held against session and user, not only against the keys.
pub(crate) fn is_stateful(settings: &Settings) -> bool {
    settings.session_check
        || settings.check_revoke_token
        || settings.auth_token_classes.iter().any(|c| is_listed(*c, settings))
}

/// Holds a verified token against its session and its user, with one read.
pub(crate) async fn check(service: &Service, authenticated: &Authenticated) -> Result<(), Problem> {
    let Authenticated { principal, class, .. } = authenticated;
    let (class, settings) = (*class, service.settings());
    let status = service.token_status(&principal.jti, Some(&principal.user_id)).await?;
    if is_ended(status.state(&presented(principal))) {
        if is_listed(class, settings) {
            let refusal = (class.word(), token_type(class), "Token is blacklisted".to_owned());
            return Err(Problem::TokenForAnyClass(vec![refusal]));
        }
        if settings.session_check {
            return Err(Problem::Blacklisted);
        }
    }
    let user = present(status.user, settings)?;
    check_unrevoked(&user, &authenticated.claims, settings)
}

/// Whether a token opens no door any more, once its state is asked for.
fn is_ended(state: State) -> bool {
    match state {
        State::Blacklisted | State::Predates | State::Revoked | State::Rotated => true,
        State::Current | State::Foreign => false,
    }
}

fn presented(principal: &Principal) -> Presented<'_> {
    let is_refresh = Refresh::TYPE == Some(&principal.token_type);
    Presented { jti: &principal.jti, is_refresh, login: principal.login }
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
