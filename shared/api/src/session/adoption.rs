//! A refresh token that has no session, as Django issued them before the move: the first who uses it begins one.

use crate::{call::Call, problem::Problem, session};
use store::{Adoption, Blacklisted, Rotated, Rotation, User};
use token::{Refresh, Token};

/// A token of our shape without a row gets a session, and is spent by that.
pub(crate) async fn adopt(
    refresh: &Token<Refresh>,
    rotation: &Rotation<'_>,
    user: &User,
    call: &Call<'_>,
) -> Result<Rotated, Problem> {
    if !is_possible(refresh, call) || session::outlived(None, token::login_time(refresh.claims()), user) {
        return Ok(Rotated::Missing);
    }
    let adoption =
        Adoption { absolute_expiry: session::end_of_new(call), user_agent: call.caller.user_agent.as_deref() };
    let adopted = call.service.store.adopt(rotation, &adoption).await?;
    if let Rotated::Fresh(session) = &adopted {
        session::seat(user, &session.sid, call).await?;
    }
    Ok(adopted)
}

/// A token whose id can name no session: it is blacklisted, which only one request can do, and a session begins. Who
/// comes later with it meets that session.
pub(crate) async fn exchange(
    refresh: &Token<Refresh>,
    rotation: &Rotation<'_>,
    user: &User,
    call: &Call<'_>,
) -> Result<Rotated, Problem> {
    if !is_possible(refresh, call) || session::outlived(None, token::login_time(refresh.claims()), user) {
        return Ok(Rotated::Missing);
    }
    let store = &call.service.store;
    match store.follow_jti(refresh.jti(), rotation.sid, refresh.expiry(), call.ambient.now).await? {
        Blacklisted::Already => Ok(Rotated::Missing),
        Blacklisted::Blacklisted => adopt(refresh, rotation, user, call).await,
        Blacklisted::Followed(sid) => Ok(store.rotate(&Rotation { sid: &sid, ..*rotation }).await?),
    }
}

/// Whether a token that has no session may get one: always by Simple JWT's rules; with REQUIRE_SESSION only what an
/// imported key signed.
pub(crate) fn is_possible(refresh: &Token<Refresh>, call: &Call<'_>) -> bool {
    refresh.imported() || !call.service.settings().require_session
}
