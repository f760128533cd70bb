//! `POST /api/token/sliding/`: username and password in, one sliding token out (Simple JWT's TokenObtainSlidingView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::{self, extra_claims, login::Credentials, mint, pair::Delivery},
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use token::{Sliding, Stamp, Token};

/// The endpoint.
pub struct ObtainSliding;

/// One token that both opens protected routes and renews itself.
#[derive(Serialize)]
pub struct Reply {
    token: String,
}

impl Endpoint for ObtainSliding {
    type Form = Credentials;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Obtain Sliding",
        description: "Takes a set of user credentials and returns a sliding JSON web token to\n\
                      prove the authentication of those credentials.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        Credentials::fields(settings)
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Credentials, Problem> {
        Credentials::parse(request, settings)
    }

    async fn handle(form: Credentials, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let (service, settings) = (call.service, call.service.settings());
        let user = form.log_in(call).await?;
        let jti = token::jti(call.ambient.refresh_random);
        let stamp = Stamp { now: call.ambient.now, lifetime: settings.sliding_token_lifetime, jti: &jti };
        let refresh_lifetime = settings.sliding_refresh_lifetime();
        let (user_id, claims) =
            (service.user_id_of(&user), extra_claims::of_login(&user, &Delivery::Body, call).await?);
        let token = Token::<Sliding>::issue(&service.rules, stamp, refresh_lifetime, user_id, &claims);
        let end = call.ambient.now.saturating_add(refresh_lifetime).max(token.expiry());
        let session = session::begun(&user, token.jti(), end, mint::signer::<Sliding>(call)?, call);
        let signed = mint::sign(&token, &session, call)?;
        session::open(&user, session, call).await?;
        log::login(&user.id, token::session_of(token.jti()), call);
        Ok(Answer::of(Reply { token: signed.text }))
    }
}
