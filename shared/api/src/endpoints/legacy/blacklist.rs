//! `POST /api-token-blacklist/`: a token, and all that share its login, are good no more (`drf-jwt`'s `BlacklistView`).

use crate::{
    authentication::legacy::{
        Verifier, guard,
        refusal::RefusedBy,
        user::{self, keeps_blacklist},
    },
    call::Call,
    endpoint::{Answer, Endpoint},
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use http::Method;
use serde::Serialize;
use settings::{Settings, TokenId};
use token::LegacyToken;

/// The endpoint.
pub struct LegacyBlacklist;

/// The token that is to end.
pub struct Form {
    token: String,
}

/// The token again, unless JWT_TOKEN_ID is `require`.
#[derive(Serialize)]
pub struct Reply {
    token: Option<String>,
}

/// How long tokens are remembered that have no end of their own: a thousand years, in seconds.
const FOR_EVER: i64 = 31_556_952_000;

impl Endpoint for LegacyBlacklist {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View { name: "Bl", description: "", allow: "GET, POST, HEAD, OPTIONS", guard: Guard::Legacy };

    fn is_offered(settings: &Settings) -> bool {
        keeps_blacklist(settings)
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::optional("token")]
    }

    /// Without a token in the body the one that let the caller in is meant.
    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        if request.method() != Method::POST {
            // The original shows every user the tokens of all.
            return Err(Problem::not_permitted());
        }
        if !request.has("token") {
            return Ok(Form { token: guard::presented(request.headers(), settings)?.into_owned() });
        }
        let [token] = request.require([Char::trimmed("token")])?;
        Ok(Form { token })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let settings = call.service.settings();
        let token = user::verified(&form.token, RefusedBy::Endpoint, Verifier::of(call))?;
        let user = user::owner(&token, RefusedBy::Endpoint, Verifier::of(call)).await?;
        call.service.store.blacklist_jti(user::id(&token, settings), end(&token, call), call.ambient.now).await?;
        log::logout(Some(&user.id), None, call);
        let body = Reply { token: Some(form.token).filter(|_| settings.jwt_token_id != TokenId::Require) };
        Ok(Answer { created: true, ..Answer::of(body) })
    }
}

/// The last second in which a token of this login can be good: this one, or one that was refreshed from it just now.
pub(super) fn end(token: &LegacyToken, call: &Call<'_>) -> i64 {
    let (settings, now) = (call.service.settings(), call.ambient.now);
    let own = token.claims().get("exp").and_then(serde_json::Value::as_i64);
    match own {
        Some(own) if settings.jwt_verify_expiration => {
            own.max(now.saturating_add(settings.jwt_expiration_delta)).saturating_add(settings.jwt_leeway)
        }
        _ => now.saturating_add(FOR_EVER),
    }
}
