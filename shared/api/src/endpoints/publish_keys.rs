//! `GET /.well-known/jwks.json`: the public halves of the keys, with which anyone verifies our tokens (RFC 7517).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use serde_json::Value;
use settings::Settings;
use token::Policy;

/// The endpoint.
pub struct PublishKeys;

/// Nothing is asked for.
pub struct Form;

impl Endpoint for PublishKeys {
    type Form = Form;
    /// A JWK set; without keys where all are secrets.
    type Reply = Value;
    const VIEW: View = View {
        name: "JSON Web Key Set",
        description: "Publishes the keys that verify tokens of this service.\n\
                      A key is here before it signs, and as long as tokens that it signed are good.",
        allow: "GET, HEAD, OPTIONS",
        guard: Guard::Public(Policy::MAX_AGE),
    };

    fn parse(_: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        Ok(Form)
    }

    async fn handle(_: Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        Ok(Answer::of(call.keys.jwks(call.ambient.now)))
    }
}
