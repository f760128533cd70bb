//! What a session's row means for a token that names it.

use store::{Session, Standing, User};

/// Whether a token has lost its session: it was blacklisted, its session was ended, or its user ended all of them.
pub(crate) fn is_over(standing: &Standing, user: Option<&User>) -> bool {
    let ended = standing.session.as_ref().is_some_and(|session| session.revoked_at.is_some());
    standing.jti_blacklisted || ended || outlived(standing.session.as_ref(), user)
}

/// Whether a refresh token is dead: its session was ended, or it was rotated away.
pub(crate) fn is_spent(session: &Session, jti: &str) -> bool {
    session.revoked_at.is_some() || session.jti != jti
}

fn outlived(session: Option<&Session>, user: Option<&User>) -> bool {
    session.zip(user).is_some_and(|(session, user)| session.epoch != user.epoch)
}
