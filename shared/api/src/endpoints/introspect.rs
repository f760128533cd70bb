//! `POST /oauth/introspect`: other software asks what a token is worth (RFC 7662). It asks the store, whatever the
//! settings.

use crate::{
    authentication::{client::Form, state},
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::legacy::outside,
    problem::Problem,
    request::api_request::ApiRequest,
    session,
    view::{Field, Guard, View},
};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use settings::Settings;
use store::{State, User};
use token::{Any, Kind, Refresh, Token};

/// The endpoint.
pub struct Introspect;

/// What is said of the token: nothing but that it is not active, or all that is known.
pub enum Reply {
    /// The token is good, and this is what it says.
    Active(Map<String, Value>),
    /// It is not, and nobody is told why (RFC 7662 section 2.2).
    Inactive,
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Active(members) => members.serialize(serializer),
            Self::Inactive => json!({"active": false}).serialize(serializer),
        }
    }
}

impl Endpoint for Introspect {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Introspection",
        description: "Takes a token from an authenticated client and tells whether it is active (RFC 7662).",
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
        let verified = Token::<Any>::verify(&form.token, call.keys, &service.rules, call.ambient.now);
        let Some(token) = verified.ok().filter(is_of_use) else {
            let members = outside::examine(&form.token, call).await?;
            return Ok(Answer::of(members.map_or(Reply::Inactive, Reply::Active)));
        };
        let status = service.token_status(token.jti(), token.user_id()).await?;
        let is_good = matches!(status.state(&session::presented(&token)), State::Current | State::Foreign);
        let is_unrevoked = |user: &User| state::check_unrevoked(user, token.claims(), service.settings()).is_ok();
        let user = status.user.filter(|user| user.is_active && is_good && is_unrevoked(user));
        let reply = user.map(|user| Reply::Active(members(&token, &user, call)));
        Ok(Answer::of(reply.unwrap_or(Reply::Inactive)))
    }
}

/// Whether anything here takes a token: it names a user, and another issuer's opens doors but is not refreshed here.
fn is_of_use(token: &Token<Any>) -> bool {
    token.user_id().is_some() && !(token.is_foreign() && Refresh::TYPE == Some(token.token_type()))
}

/// The members that RFC 7662 names, and `token_use`: a refresh token is active, too, but opens no door.
fn members(token: &Token<Any>, user: &User, call: &Call<'_>) -> Map<String, Value> {
    let mut members = Map::new();
    let mut tell = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    tell("active", json!(true));
    if Refresh::TYPE != Some(token.token_type()) {
        tell("token_type", json!("Bearer"));
    }
    tell("token_use", json!(token.token_type()));
    tell("sub", json!(call.service.user_id_of(user)));
    tell("username", json!(user.username));
    for name in ["exp", "iat", "nbf", "aud", "iss"] {
        if let Some(value) = token.claims().get(name) {
            tell(name, value.clone());
        }
    }
    tell("jti", json!(token.jti()));
    members
}
