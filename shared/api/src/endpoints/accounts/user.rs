//! `/auth/users/{id}/`: an account, for its user and for staff.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{object, reached},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use serde_json::Value;
use settings::Settings;

/// The endpoint.
pub struct AccountsUser;

/// Which account, and what is to be done to it.
pub struct Form {
    id: String,
    act: object::Form,
}

impl Endpoint for AccountsUser {
    type Form = Form;
    type Reply = Value;
    const VIEW: View = View {
        name: "User Instance",
        description: "Shows, changes or deletes an account, for its user and for staff.",
        allow: object::ALLOW,
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        object::fields()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        Ok(Form { id: request.id().to_owned(), act: object::parse(request)? })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        let user = caller::user(call).await?;
        let account = reached::reach(&form.id, &user, call).await?;
        object::handle(form.act, account, &user, call).await
    }
}
