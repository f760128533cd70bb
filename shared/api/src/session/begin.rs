//! A login's session and its first pair of tokens.

use crate::{
    call::Call,
    log,
    problem::Problem,
    session::{
        self, REMEMBER, extra_claims, mint,
        pair::{Delivery, Pair},
    },
};
use store::{Session, User};
use token::{Refresh, Stamp, Token};

/// The tokens of a user who logs in now, and the row that they stand for. Nothing is written yet: tokens that cannot be signed or
/// handed over begin no session.
pub(crate) async fn pair(
    user: &User,
    is_remembered: bool,
    delivery: &Delivery,
    call: &Call<'_>,
) -> Result<(Pair, Session), Problem> {
    let jti = token::jti(call.ambient.refresh_random);
    let mut claims = extra_claims::of_login(user, delivery, call).await?;
    if is_remembered {
        claims.set(REMEMBER, true);
    }
    let lifetime = session::refresh_lifetime(&claims, call.service.settings());
    let stamp = Stamp { now: call.ambient.now, lifetime, jti: &jti };
    let user_id = call.service.user_id_of(user);
    let refresh = Token::<Refresh>::issue(&call.service.rules, stamp, user_id, &claims);
    let kid = mint::signer::<Refresh>(call)?;
    let session = session::begun(user, &jti, refresh.expiry(), kid, call);
    Ok((mint::pair(&refresh, &session, call)?, session))
}

/// Opens the session, and tells of the login.
pub(crate) async fn open(user: &User, session: Session, call: &Call<'_>) -> Result<(), Problem> {
    let jti = session.jti.clone();
    session::open(user, session, call).await?;
    log::login(&user.id, token::session_of(&jti), call);
    Ok(())
}
