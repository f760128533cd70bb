//! `POST /api/token/refresh/`: a refresh token in, a new access token out, and with ROTATE_REFRESH_TOKENS a new
//! refresh token, once (Simple JWT's TokenRefreshView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    listed, log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::{
        self, adoption, extra_claims,
        pair::{Delivered, Delivery, Form, Issued, Pair},
        renewal,
        reuse::{self, Cause},
    },
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{Rotated, Rotation, Session, Standing, User};
use token::{Access, Signed, Stamp, Token};

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
        let service = call.service;
        let refresh = listed::verify(&form.refresh, call).await?;
        let settings = service.settings();
        let pair =
            match (settings.rotate_refresh_tokens, settings.blacklist_after_rotation && settings.blacklist_enabled) {
                (false, _) => renew(&refresh, &form.delivery, call).await,
                (true, false) => branch(&refresh, &form.delivery, call).await,
                (true, true) => rotate(&refresh, &form.delivery, call).await,
            };
        let pair = log::refresh(pair, refresh.user_id(), token::session_of(refresh.jti()), call)?;
        let Delivered { access, refresh, cookies } = form.delivery.deliver(pair, call)?;
        Ok(Answer { cookies, ..Answer::of(Reply { access, refresh }) })
    }
}

/// Without rotation: the refresh token stays as it is.
async fn renew(refresh: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let (user, end) = admit(refresh, call).await?;
    let refresh = &refresh.saying(&extra_claims::of_user(&user, delivery, call));
    let access = access(refresh, refresh.jti(), call.ambient.now, end, call);
    Ok(Pair { access: Issued::new(&access, sign(&access, call)?), refresh: None })
}

/// ROTATE_REFRESH_TOKENS without BLACKLIST_AFTER_ROTATION: both tokens live on. The successor has a session of its own,
/// which ends with the one that it comes from.
async fn branch(refresh: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let (user, end) = admit(refresh, call).await?;
    let refresh = &refresh.saying(&extra_claims::of_user(&user, delivery, call));
    let jti = token::jti(call.ambient.session);
    let next = successor(refresh, &jti, call.ambient.now, end, call);
    let signed = sign(&next, call)?;
    let begun = session::begun(&user, &jti, next.expiry(), signed.kid.clone(), call);
    session::open(&user, Session { absolute_expiry: end.or(begun.absolute_expiry), ..begun }, call).await?;
    pair(refresh, &next, signed, end, call)
}

/// Rotation: the session's row moves from this token to its successor in one conditional write.
async fn rotate(presented: &Token<token::Refresh>, delivery: &Delivery, call: &Call<'_>) -> Result<Pair, Problem> {
    let user = owner(presented, call).await?;
    let claims = extra_claims::of_user(&user, delivery, call);
    let changed = extra_claims::changed(presented, &claims);
    let refresh = &presented.saying(&claims);
    let named = token::session_of(refresh.jti());
    let jti =
        named.map_or_else(|| token::jti(call.ambient.session), |sid| token::jti_of_session(sid, call.ambient.session));
    let next = successor(refresh, &jti, call.ambient.now, None, call);
    let signed = sign(&next, call)?;
    let rotation = Rotation { claims: changed.as_deref(), ..rotation(&user, refresh, &next, &signed, call) };
    match follow(refresh, &rotation, &user, call).await? {
        Rotated::Fresh(session) if session.expiry == next.expiry() => {
            pair(refresh, &next, signed, session.absolute_expiry, call)
        }
        // Only the row knows that its session ends before the token would.
        Rotated::Fresh(session) => repeat(presented, &session, call),
        Rotated::Again(session) => {
            log::grace_used(&session, call);
            repeat(presented, &session, call)
        }
        Rotated::Replayed(session) => Err(reuse::end(&session, Cause::Replayed, call).await?),
        Rotated::Revoked(session) => Err(reuse::after_end(&session, call).await?),
        Rotated::UsedUp(session) => Err(reuse::end(&session, Cause::GraceUsedUp, call).await?),
        Rotated::Expired | Rotated::Missing | Rotated::Outlived => Err(Problem::Blacklisted),
    }
}

/// Makes the successor the current token of the session that the presented one names, or begins one.
async fn follow(
    refresh: &Token<token::Refresh>,
    rotation: &Rotation<'_>,
    user: &User,
    call: &Call<'_>,
) -> Result<Rotated, Problem> {
    if token::session_of(refresh.jti()).is_none() {
        return adoption::exchange(refresh, rotation, user, call).await;
    }
    let store = &call.service.store;
    let followed = match store.rotate(rotation).await? {
        Rotated::Missing if store.is_blacklisted(refresh.jti()).await? => store.rotate(rotation).await?,
        Rotated::Missing => adoption::adopt(refresh, rotation, user, call).await?,
        followed => followed,
    };
    // INVARIANT: a token that is spent is known to be, also when the row of its session is gone before its end.
    if refresh.expiry() > rotation.expiry && matches!(followed, Rotated::Again(_) | Rotated::Fresh(_)) {
        store.blacklist_jti(refresh.jti(), refresh.expiry(), call.ambient.now).await?;
    }
    Ok(followed)
}

fn rotation<'a>(
    user: &'a User,
    refresh: &'a Token<token::Refresh>,
    next: &'a Token<token::Refresh>,
    signed: &'a Signed,
    call: &'a Call<'_>,
) -> Rotation<'a> {
    let settings = call.service.settings();
    Rotation {
        sid: token::session_of(next.jti()).unwrap_or_default(),
        user_id: &user.id,
        epoch: user.epoch,
        presented: refresh.jti(),
        successor: next.jti(),
        kid: signed.kid.as_deref(),
        issued_at: call.ambient.now,
        expiry: next.expiry(),
        kept_until: call.ambient.now.saturating_add(settings.refresh_token_lifetime),
        now: call.ambient.now,
        grace: settings.refresh_grace_seconds,
        repeats: settings.refresh_grace_uses,
        leeway: settings.leeway,
        claims: None,
        ip: call.caller.ip.as_deref(),
    }
}

/// A repeated request within the grace gets the very bytes that the first one got.
fn repeat(presented: &Token<token::Refresh>, session: &Session, call: &Call<'_>) -> Result<Pair, Problem> {
    let refresh = &extra_claims::as_refreshed(presented, session)?;
    let end = session.absolute_expiry;
    let next = successor(refresh, &session.jti, session.issued_at, end, call);
    let signed = next.sign_with(session.kid.as_deref(), call.keys, &call.service.rules)?;
    let access = access(refresh, &session.jti, session.issued_at, end, call);
    let (kid, rules, now) = (session.kid.as_deref(), &call.service.rules, call.ambient.now);
    let again = access.sign_beside(kid, session.issued_at, call.keys, rules, now)?;
    Ok(Pair { access: Issued::new(&access, again), refresh: Some(Issued::new(&next, signed)) })
}

/// Whether the session lets this token in, whose it is, and when it ends. A dead session is told before a dead user.
async fn admit(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<(User, Option<i64>), Problem> {
    let Standing { session, user, .. } = standing(refresh, call).await?;
    let user = active(user, refresh, call)?;
    if session::outlived(session.as_ref(), token::login_time(refresh.claims()), &user) {
        return Err(Problem::Blacklisted);
    }
    renewal::demand_current(refresh, &user, call).await?;
    Ok((user, session.and_then(|session| session.absolute_expiry)))
}

/// How a token that may still be used stands.
async fn standing(refresh: &Token<token::Refresh>, call: &Call<'_>) -> Result<Standing, Problem> {
    let service = call.service;
    if !service.settings().blacklist_enabled {
        return Ok(Standing { user: named(refresh, call).await?, ..Standing::default() });
    }
    let standing = service.standing(refresh.jti(), refresh.user_id()).await?;
    let is_usable = match standing.session {
        Some(_) => !session::is_spent(&standing, refresh.token_type(), refresh.jti()),
        None => adoption::is_possible(refresh, call),
    };
    if standing.jti_blacklisted || !is_usable { Err(Problem::Blacklisted) } else { Ok(standing) }
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

fn pair(
    refresh: &Token<token::Refresh>,
    next: &Token<token::Refresh>,
    signed: Signed,
    end: Option<i64>,
    call: &Call<'_>,
) -> Result<Pair, Problem> {
    let access = access(refresh, next.jti(), call.ambient.now, end, call);
    Ok(Pair { access: Issued::new(&access, sign(&access, call)?), refresh: Some(Issued::new(next, signed)) })
}

fn successor(
    refresh: &Token<token::Refresh>,
    jti: &str,
    now: i64,
    end: Option<i64>,
    call: &Call<'_>,
) -> Token<token::Refresh> {
    let lifetime = session::within(call.service.settings().refresh_lifetime(), now, end);
    refresh.successor(&call.service.rules, Stamp { now, lifetime, jti })
}

/// The access token beside a refresh token. With rotation its id follows from the new refresh token's, so that a
/// repeated request gets the same one; without, every refresh gives another.
fn access(refresh: &Token<token::Refresh>, beside: &str, now: i64, end: Option<i64>, call: &Call<'_>) -> Token<Access> {
    let settings = call.service.settings();
    let lifetime = session::within(settings.access_token_lifetime, now, end);
    let jti = match token::session_of(beside) {
        Some(_) if settings.rotate_refresh_tokens => token::access_jti(beside),
        Some(sid) => token::jti_of_session(sid, call.ambient.access),
        None => token::jti(call.ambient.access),
    };
    refresh.access(&call.service.rules, Stamp { now, lifetime, jti: &jti })
}

fn sign<K: token::Kind>(token: &Token<K>, call: &Call<'_>) -> Result<Signed, Problem> {
    Ok(token.sign(call.keys, &call.service.rules, call.ambient.now)?)
}
