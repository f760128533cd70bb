//! `GET /api/jwt-auth/`: the greeting of [`Hello`](crate::endpoints::hello::Hello), for whoever brings a legacy token in header or cookie.
//!
//! No authorizer stands in front: API Gateway would look at the header alone, and can say 401 and nothing else.

use crate::{
    authentication::legacy::is_on,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::hello::{Form, Hello, Reply},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use settings::Settings;

/// The endpoint.
pub struct LegacyAuth;

impl Endpoint for LegacyAuth {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View { guard: Guard::Legacy, ..Hello::VIEW };

    fn is_offered(settings: &Settings) -> bool {
        is_on(settings)
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        Hello::parse(request, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        Hello::handle(form, call).await
    }
}
