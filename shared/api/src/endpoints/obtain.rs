//! `POST /api/token/`: username and password in, an access and a refresh token out (Simple JWT's TokenObtainPairView).

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    problem::Problem,
    request::api_request::ApiRequest,
    session::{
        REMEMBER, begin, extra_claims,
        login::Credentials,
        pair::{Delivered, Delivery},
    },
    view::{Field, Guard, View},
};
use serde::Serialize;
use serde_json::{Map, Value};
use settings::Settings;

/// The endpoint.
pub struct Obtain;

/// Who wants to log in, and where the tokens go.
pub struct Form {
    credentials: Credentials,
    delivery: Delivery,
    is_remembered: bool,
}

/// Both tokens, the refresh token first, unless they are in cookies; then OBTAIN_FIELDS.
#[derive(Serialize)]
pub struct Reply {
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<String>,
    #[serde(flatten)]
    user: Map<String, Value>,
}

impl Endpoint for Obtain {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Token Obtain Pair",
        description: "Takes a set of user credentials and returns an access and refresh JSON web\n\
                      token pair to prove the authentication of those credentials.",
        allow: "POST, OPTIONS",
        guard: Guard::Open,
    };

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        let remember = settings.remembered_lifetime().map(|_| Field::switch(REMEMBER));
        Credentials::fields(settings).into_iter().chain(remember).collect()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Ok(Form {
            delivery: Delivery::to(request, settings)?,
            credentials: Credentials::parse(request, settings)?,
            is_remembered: settings.remembered_lifetime().is_some() && request.is_switched_on(REMEMBER),
        })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let settings = call.service.settings();
        let user = form.credentials.log_in(call).await?;
        let (pair, session) = begin::pair(&user, form.is_remembered, &form.delivery, call).await?;
        // A cookie that is too long fails before a session exists.
        let Delivered { access, refresh, cookies } = form.delivery.deliver(pair, call)?;
        begin::open(&user, session, call).await?;
        let body = Reply { refresh, access, user: extra_claims::fields(&user, &settings.obtain_fields) };
        Ok(Answer { cookies, ..Answer::of(body) })
    }
}
