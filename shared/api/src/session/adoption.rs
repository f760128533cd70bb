//! A refresh token that has no session, as Django issued them before the move: the first who uses it begins one.

use crate::{call::Call, session};
use store::{Adoption, User};
use token::{Refresh, Token};

/// How the session of a token begins that has none; `None` where it may not begin one.
pub(crate) fn of<'c>(refresh: &Token<Refresh>, user: &User, call: &'c Call<'_>) -> Option<Adoption<'c>> {
    let predates = token::login_time(refresh.claims()) < user.epoch;
    (is_possible(refresh, call) && !predates)
        .then(|| Adoption { absolute_expiry: session::end_of_new(call), user_agent: call.caller.user_agent.as_deref() })
}

/// Whether a token that has no session may get one: always by Simple JWT's rules; with REQUIRE_SESSION only what an
/// imported key signed.
pub(crate) fn is_possible(refresh: &Token<Refresh>, call: &Call<'_>) -> bool {
    refresh.imported() || !call.service.settings().require_session
}
