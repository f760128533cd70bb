//! `POST /api/token/refresh/`: a refresh token in, a new access token out, and with ROTATE_REFRESH_TOKENS a new
//! refresh token, once (Simple JWT's TokenRefreshView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    listed, log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::{
        self, adoption, extra_claims, mint,
        pair::{Delivered, Delivery, Form, Pair},
        renewal, reuse,
    },
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{EndReason, Rotated, Rotation, Session, State, TokenStatus, User};
use token::{Stamp, Token};

/// The endpoint.
pub struct Refresh;

/// A new access token, with rotation the next refresh token, too; unless they are in cookies.
#[derive(Serialize)]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
}

impl Endpoint for Refresh {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Refresh",
        description: "Takes a refresh type JSON web token and returns an access type JSON web\n\
                      token if the refresh token is valid.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Form::field(), Field::answered("access")]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(request, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let pair = renewed(&form.refresh, &form.delivery, call).await?;
        let Delivered { access, refresh, cookies } = form.delivery.deliver(pair, call)?;
        Ok(Answer { cookies, ..Answer::of(Reply { access, refresh }) })
    }
}

/// The pair that a refresh token is good for.
pub(crate) async fn renewed(refresh: &str, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let (refresh, settings) = (listed::verify(refresh, call).await?, call.service.settings());
    let is_used_up = settings.blacklist_after_rotation && settings.blacklist_enabled;
    let pair = match (settings.rotate_refresh_tokens, is_used_up) {
        (false, _) => renew(&refresh, delivery, call).await,
        (true, false) => branch(&refresh, delivery, call).await,
        (true, true) => rotate(&refresh, delivery, call).await,
    };
    log::refresh(pair, refresh.user_id(), token::session_of(refresh.jti()), call)
}

/// Without rotation: the refresh token stays as it is.
async fn renew(refresh: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let (user, end) = admit(refresh, call).await?;
    let refresh = &refresh.saying(&extra_claims::anew(refresh, &user, delivery, call).await?);
    Ok(Pair { access: mint::beside(refresh, end, call)?, refresh: None })
}

/// ROTATE_REFRESH_TOKENS without BLACKLIST_AFTER_ROTATION: both tokens live on. The successor has a session of its own,
/// which ends with the one that it comes from.
async fn branch(refresh: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let (user, end) = admit(refresh, call).await?;
    let (now, kid) = (call.ambient.now, mint::signer::<token::Refresh>(call)?);
    let lifetime = session::within(session::refresh_lifetime(refresh.claims(), call.service.settings()), now, end);
    let stamp = Stamp { now, lifetime, jti: &token::jti(call.ambient.refresh_random) };
    let claims = extra_claims::anew(refresh, &user, delivery, call).await?;
    let next = refresh.saying(&claims).successor(&call.service.rules, stamp);
    let begun = session::begun(&user, next.jti(), next.expiry(), kid, call);
    let session = Session { absolute_expiry: end.or(begun.absolute_expiry), ..begun };
    let pair = mint::pair(&next, &session, call)?;
    session::open(&user, session, call).await?;
    Ok(pair)
}

/// Rotation: the session's row moves from this token to its successor in one conditional write. What is signed then is what
/// the row says. CLAIMS_FUNCTION is asked before the write, which keeps its answer: a token that is presented again within the grace
/// gets that.
async fn rotate(presented: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let user = owner(presented, call).await?;
    let claims = match may_be_followed(presented, call).await? {
        true => extra_claims::changed(presented, &extra_claims::anew(presented, &user, delivery, call).await?),
        false => None,
    };
    let (jti, kid) = (successor(presented, call), mint::signer::<token::Refresh>(call)?);
    let names = Names { successor: &jti, kid: kid.as_deref(), claims: claims.as_deref() };
    match call.service.store.rotate(&rotation(presented, names, &user, call)).await? {
        Rotated::Adopted(session) => {
            session::take_slot(&user, &session.sid, call).await?;
            follow(presented, &session, call)
        }
        Rotated::Fresh(session) => follow(presented, &session, call),
        Rotated::Again(session) => {
            log::grace_used(&session, call);
            follow(presented, &session, call)
        }
        Rotated::Replayed(session) => Err(reuse::end(&session, EndReason::Replayed, call).await),
        Rotated::Revoked(session) => Err(reuse::after_end(&session, call).await),
        Rotated::UsedUp(session) => Err(reuse::end(&session, EndReason::GraceUsedUp, call).await),
        Rotated::Expired | Rotated::Missing | Rotated::Outlived => Err(Problem::Blacklisted),
    }
}

/// Whether the token may get a successor of its own. One that was followed or ended is answered from its row, and no function is asked for
/// it: whether that function answers then decides about nothing. It costs a read where one would be asked.
async fn may_be_followed(presented: &Token<token::Refresh>, call: &Call<'_>) -> Result<bool, Problem> {
    if !call.service.settings().claims_function_at_refresh {
        return Ok(true);
    }
    let status = call.service.token_status(presented.jti(), None).await?;
    Ok(match status.state(&session::presented(presented)) {
        State::Current => true,
        State::Foreign => adoption::is_possible(presented, call),
        State::Blacklisted | State::Predates | State::Revoked | State::Rotated => false,
    })
}

/// The successor's id, the key that will sign it, and the claims that it says anew.
struct Names<'a> {
    successor: &'a str,
    kid: Option<&'a str>,
    claims: Option<&'a str>,
}

fn rotation<'a>(
    refresh: &'a Token<token::Refresh>,
    names: Names<'a>,
    user: &'a User,
    call: &'a Call<'_>,
) -> Rotation<'a> {
    let (settings, now) = (call.service.settings(), call.ambient.now);
    Rotation {
        sid: token::session_of(names.successor).unwrap_or_default(),
        user_id: &user.id,
        epoch: user.epoch,
        presented: refresh.jti(),
        presented_expiry: refresh.expiry(),
        successor: names.successor,
        kid: names.kid,
        expiry: now.saturating_add(session::refresh_lifetime(refresh.claims(), settings)),
        kept_until: now.saturating_add(settings.refresh_token_lifetime.max(settings.remember_lifetime)),
        now,
        grace: settings.refresh_grace_seconds,
        repeats: settings.refresh_grace_uses,
        leeway: settings.leeway,
        claims: names.claims,
        ip: call.caller.ip.as_deref(),
        adoption: adoption::of(refresh, user, call),
    }
}

/// A fresh id in the session that the token names, or in a new one.
fn successor(refresh: &Token<token::Refresh>, call: &Call<'_>) -> String {
    let fresh = call.ambient.refresh_random;
    token::session_of(refresh.jti()).map_or_else(|| token::jti(fresh), |sid| token::jti_of_session(sid, fresh))
}

/// The tokens that follow the presented one, as the session's row says: to the byte the same for every request within the grace.
fn follow(presented: &Token<token::Refresh>, session: &Session, call: &Call<'_>) -> Result<Pair, Problem> {
    let (now, lifetime) = (session.issued_at, session.expiry.saturating_sub(session.issued_at));
    let stamp = Stamp { now, lifetime, jti: &session.jti };
    let next = extra_claims::as_refreshed(presented, session)?.successor(&call.service.rules, stamp);
    mint::pair(&next, session, call)
}

/// Whether the session lets this token in, whose it is, and when it ends. A dead session is told before a dead user, and that
/// before the end of all sessions.
async fn admit(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<(User, Option<i64>), Problem> {
    let status = status(refresh, call).await?;
    let state = status.state(&session::presented(refresh));
    match state {
        State::Blacklisted | State::Revoked | State::Rotated => return Err(Problem::Blacklisted),
        State::Foreign if !adoption::is_possible(refresh, call) => return Err(Problem::Blacklisted),
        State::Current | State::Foreign | State::Predates => {}
    }
    let user = active(status.user, refresh, call)?;
    if state == State::Predates {
        return Err(Problem::Blacklisted);
    }
    renewal::demand_current(refresh, &user, call).await?;
    Ok((user, status.session.and_then(|session| session.absolute_expiry)))
}

async fn status(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<TokenStatus, Problem> {
    if call.service.settings().blacklist_enabled {
        return call.service.token_status(refresh.jti(), refresh.user_id()).await;
    }
    Ok(TokenStatus { user: named(refresh, call).await?, ..TokenStatus::default() })
}

/// The active user of a token whose session is looked at when it is rotated; where there is none, what [`admit`] tells.
async fn owner(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<User, Problem> {
    match active(named(refresh, call).await?, refresh, call) {
        Ok(user) if renewal::is_current(refresh, &user, call) => Ok(user),
        _ => admit(refresh, call).await.map(|(user, _)| user),
    }
}

async fn named(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Option<User>, Problem> {
    match refresh.user_id() {
        Some(id) => call.service.user_identified(id).await,
        None => Ok(None),
    }
}

fn active(user: Option<User>, refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<User, Problem> {
    refresh.user_id().ok_or(Problem::NoUserIdentification)?;
    renewal::active(user, call)
}
