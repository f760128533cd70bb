//! `POST /api/token/sliding/refresh/`: a sliding token in, the same one with a later expiry out (Simple JWT's
//! TokenRefreshSlidingView).

use crate::{
    asked::Asked,
    authentication,
    endpoint::{Call, Endpoint, View},
    form::Char,
    log,
    metadata::Field,
    problem::Problem,
    session,
};
use serde::Serialize;
use settings::Settings;
use token::{Sliding, Token};

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
        guarded: false,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required("token")]
    }

    fn parse(asked: &Asked<'_>, _: &Settings) -> Result<Form, Problem> {
        let [token] = asked.require([Char::trimmed("token")])?;
        Ok(Form { token })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        let (service, now) = (call.service, call.ambient.now);
        let token = Token::<Sliding>::verify(&form.token, call.keys, &service.rules, now)?;
        if service.settings().blacklist_enabled {
            look_up(&token, call).await?;
        }
        let renewed = token.renewed(&service.rules, now, service.settings().sliding_token_lifetime)?;
        let signed = renewed.sign(call.keys, &service.rules, now)?;
        log::refreshed(token.user_id(), token.jti(), call);
        Ok(Reply { token: signed.text })
    }
}

/// Holds a token against its session and, with SESSION_CHECK, against its user.
async fn look_up(token: &Token<Sliding>, call: &Call<'_>) -> Result<(), Problem> {
    let standing = call.service.standing(token.jti(), token.user_id()).await?;
    if session::is_over(&standing, token.issued_at()) {
        return Err(Problem::Blacklisted);
    }
    if call.service.settings().session_check {
        authentication::present(standing.user, call.service.settings())?;
    }
    Ok(())
}
