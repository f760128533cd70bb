//! `POST /api/token/verify/`: is this token good? (Simple JWT's TokenVerifyView.)

use crate::{
    authentication::state,
    call::Call,
    endpoint::{Answer, Endpoint},
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session,
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::State;
use token::{Any, Token};

/// The endpoint.
pub struct Verify;

/// The token in question, of any type.
pub struct Form {
    token: String,
}

/// `{}`: the token is good.
#[derive(Serialize)]
pub struct Reply {}

impl Endpoint for Verify {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Verify",
        description: "Takes a token and indicates if it is valid.  This view provides no\n\
                      information about a token's fitness for a particular use.",
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
        let service = call.service;
        let token = Token::<Any>::verify(&form.token, call.keys, &service.rules, call.ambient.now)?;
        let settings = service.settings();
        if settings.blacklist_enabled && (settings.blacklist_after_rotation || settings.session_check) {
            look_up(&token, call).await?;
        }
        Ok(Answer::of(Reply {}))
    }
}

/// Holds the token against what the store knows, with one read.
async fn look_up(token: &Token<Any>, call: &Call<'_>) -> Result<(), Problem> {
    let owner = token.user_id().filter(|_| call.service.settings().session_check);
    let status = call.service.token_status(token.jti(), owner).await?;
    if is_refused(status.state(&session::presented(token)), call.service.settings()) {
        return Err(Problem::BlacklistedAtVerify);
    }
    match owner {
        Some(_) => state::present(status.user, call.service.settings()).map(drop),
        None => Ok(()),
    }
}

/// Simple JWT lists refresh tokens; with SESSION_CHECK the end of a session ends every token of it.
fn is_refused(state: State, settings: &Settings) -> bool {
    match state {
        State::Blacklisted | State::Rotated => true,
        State::Predates | State::Revoked => settings.session_check,
        State::Current | State::Foreign => false,
    }
}
