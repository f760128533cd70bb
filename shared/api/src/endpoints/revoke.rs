//! `POST /oauth/revoke`: other software ends a token (RFC 7009). A refresh token's session ends with it.

use crate::{
    authentication::client::Form,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::outside,
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{Blacklisted, EndReason, Revocation, Revoked};
use token::{Access, Any, Kind, Token};

/// The endpoint.
pub struct Revoke;

/// `{}`, also for a token that was none (RFC 7009 section 2.2).
#[derive(Serialize)]
pub struct Reply {}

impl Endpoint for Revoke {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Revocation",
        description: "Takes a token from an authenticated client and revokes it (RFC 7009).",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn is_offered(settings: &Settings) -> bool {
        !settings.oauth_clients.is_empty()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        Form::fields()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(request, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let service = call.service;
        if !service.settings().blacklist_enabled {
            return Err(Problem::UnsupportedTokenType);
        }
        match Token::<Any>::verify_own(&form.token, call.keys, &service.rules, call.ambient.now) {
            Ok(token) => {
                revoke(&token, call).await?;
                log::revoked(token.user_id(), token::session_of(token.jti()), call);
            }
            // Only its own issuer can end it.
            Err(_) if is_foreign(&form.token, call) => return Err(Problem::UnsupportedTokenType),
            Err(_) => outside::revoke(&form.token, call).await?,
        }
        Ok(Answer::of(Reply {}))
    }
}

fn is_foreign(token: &str, call: &Call<'_>) -> bool {
    let read = Token::<Any>::verify(token, call.keys, &call.service.rules, call.ambient.now);
    read.is_ok_and(|token| token.is_foreign())
}

/// An access token is blacklisted by itself; any other ends its session, where it has one.
async fn revoke(token: &Token<Any>, call: &Call<'_>) -> Result<(), Problem> {
    let (store, now) = (&call.service.store, call.ambient.now);
    let is_access = Access::TYPE == Some(token.token_type());
    // A sliding token keeps its id for as long as it can be renewed.
    let end = token.claims().get(&call.service.rules.names.refresh_exp);
    let end = end.and_then(|end| end.as_i64()).unwrap_or_default().max(token.expiry());
    let owner = token.user_id().filter(|id| !id.is_empty() && !is_access);
    let (Some(sid), Some(owner)) = (token::session_of(token.jti()), owner) else {
        if let Blacklisted::Followed(sid) = store.blacklist_jti(token.jti(), end, now).await? {
            store.end_session(&sid, now, EndReason::Revoked).await?;
        }
        return Ok(());
    };
    let user_id = call.service.owner(owner).await?;
    let (presented, ip) = (token.jti(), call.caller.ip.as_deref());
    let revocation = Revocation { sid, user_id: &user_id, presented, expiry: end, now, reason: EndReason::Revoked, ip };
    match store.revoke_session(&revocation).await? {
        Revoked::Already | Revoked::Revoked => {}
        // A token that was followed already: who holds it wants its session to be over all the same.
        Revoked::NotCurrent => _ = store.end_session_of(&user_id, sid, now, EndReason::Revoked).await?,
    }
    Ok(())
}
