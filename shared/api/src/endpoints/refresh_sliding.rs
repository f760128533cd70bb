//! `POST /api/token/sliding/refresh/`: a sliding token in, the same one with a later expiry out (Simple JWT's
//! TokenRefreshSlidingView).

use crate::{
    authentication::state,
    call::Call,
    endpoint::{Answer, Endpoint},
    listed, log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::{self, extra_claims, pair::Delivery, renewal},
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{State, TokenStatus, User};
use token::{Claims, Sliding, Token};

/// The endpoint.
pub struct RefreshSliding;

/// The token that is to be renewed.
pub struct Form {
    token: String,
}

/// The renewed token.
#[derive(Serialize)]
pub struct Reply {
    token: String,
}

impl Endpoint for RefreshSliding {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Refresh Sliding",
        description: "Takes a sliding JSON web token and returns a new, refreshed version if the\n\
                      token's refresh period has not expired.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required("token")]
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        let [token] = request.require([Char::trimmed("token")])?;
        Ok(Form { token })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let (service, now) = (call.service, call.ambient.now);
        let token = listed::verify::<Sliding>(&form.token, call).await?;
        let claims = match look_up(&token, call).await? {
            Some(user) => extra_claims::anew(&token, &user, &Delivery::Body, call).await?,
            // Nobody can be asked about.
            None if service.settings().claims_function_at_refresh => return Err(Problem::NoActiveAccountForToken),
            None => Claims::default(),
        };
        let renewed = token.saying(&claims).renewed(&service.rules, now, service.settings().sliding_token_lifetime)?;
        let signed = renewed.sign(call.keys, &service.rules, now)?;
        log::refreshed(token.user_id(), token::session_of(token.jti()), call);
        Ok(Answer::of(Reply { token: signed.text }))
    }
}

/// Holds a token against its session and, with SESSION_CHECK or Simple JWT's master, against its user.
async fn look_up(token: &Token<Sliding>, call: &Call<'_>) -> Result<Option<User>, Problem> {
    let user = user_in_session(token, call).await?;
    let settings = call.service.settings();
    // Simple JWT asks for no user where the token names none.
    match token.user_id().filter(|id| !id.is_empty()) {
        Some(_) if renewal::looks_at_the_user(call) => {
            let user = renewal::active(user, call)?;
            renewal::demand_current(token, &user, call).await?;
            Ok(Some(user))
        }
        _ if settings.session_check => state::present(user, settings).map(Some),
        _ => Ok(user),
    }
}

/// The user whom a token names, once its session is known to go on.
async fn user_in_session(token: &Token<Sliding>, call: &Call<'_>) -> Result<Option<User>, Problem> {
    let service = call.service;
    if !service.settings().blacklist_enabled {
        // Also where nobody asks for the user: a renewed token has a new date, by which the end of all sessions would not reach it.
        let user = match token.user_id().filter(|id| !id.is_empty()) {
            Some(id) => service.user_identified(id).await?,
            None => None,
        };
        return good(TokenStatus { user, ..TokenStatus::default() }, token);
    }
    good(service.token_status(token.jti(), token.user_id()).await?, token)
}

/// The user of a token that no end has met. A sliding token keeps its id, so none follows it.
fn good(status: TokenStatus, token: &Token<Sliding>) -> Result<Option<User>, Problem> {
    match status.state(&session::presented(token)) {
        State::Blacklisted | State::Predates | State::Revoked | State::Rotated => Err(Problem::Blacklisted),
        State::Current | State::Foreign => Ok(status.user),
    }
}
