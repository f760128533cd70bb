//! `GET /api/jwt-auth/`: the greeting of [`Hello`](crate::Hello), for whoever brings a legacy token in header or cookie.
//!
//! No authorizer stands in front: API Gateway would look at the header alone, and can say 401 and nothing else.

use crate::{
    endpoint::{Call, Endpoint, Guard, View},
    endpoints::hello::{Form, Hello, Reply},
    endpoints::legacy::is_on,
    metadata::Field,
    problem::Problem,
    request::asked::Asked,
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

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        Hello::fields(settings)
    }

    fn parse(asked: &Asked<'_>, settings: &Settings) -> Result<Form, Problem> {
        Hello::parse(asked, settings)
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Reply, Problem> {
        Hello::handle(form, call).await
    }
}
