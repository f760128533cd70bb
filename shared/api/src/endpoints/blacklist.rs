//! `POST /api/token/blacklist/`: log out. The refresh token's session ends, and with it every token that would have
//! come from it (Simple JWT's TokenBlacklistView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    listed, log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::{
        logout,
        pair::{Delivery, Form},
    },
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use token::Refresh;

/// The endpoint.
pub struct Blacklist;

/// `{}`: the session is over.
#[derive(Serialize)]
pub struct Reply {}

impl Endpoint for Blacklist {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Blacklist",
        description: "Takes a token and blacklists it. Must be used with the\n\
                      `rest_framework_simplejwt.token_blacklist` app installed.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Form::field()]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Form::parse(request, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        match (log_out(&form.refresh, call).await, &form.delivery) {
            (Ok(()), _) => {}
            // Who is logged out already loses the cookies all the same.
            (Err(Problem::Blacklisted | Problem::Token(_)), Delivery::Cookies(_)) => {}
            (Err(problem), _) => return Err(problem),
        }
        Ok(Answer { cookies: form.delivery.clear(call)?, ..Answer::of(Reply {}) })
    }
}

/// Ends the session of a refresh token.
///
/// # Errors
/// [`Problem::Blacklisted`] where it was over before, and what stands against the token.
pub(crate) async fn log_out(raw: &str, call: &Call<'_>) -> Result<(), Problem> {
    let service = call.service;
    let refresh = listed::verify::<Refresh>(raw, call).await?;
    if service.settings().blacklist_enabled && !logout::end(&refresh, call).await? {
        return Err(Problem::Blacklisted);
    }
    log::logout(refresh.user_id(), token::session_of(refresh.jti()), call);
    Ok(())
}
