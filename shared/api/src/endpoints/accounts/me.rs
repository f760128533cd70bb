//! `/auth/users/me/`: the caller's own account.

use crate::{
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
pub struct AccountsMe;

impl Endpoint for AccountsMe {
    type Form = object::Form;
    type Reply = Value;
    const VIEW: View = View {
        name: "User Me",
        description: "Shows, changes or deletes the account of the user whose access token came with the request.",
        allow: object::ALLOW,
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        object::fields()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<object::Form, Problem> {
        object::parse(request)
    }

    async fn handle(form: object::Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        let account = reached::account(call).await?;
        let user = account.user.clone();
        object::handle(form, account, &user, call).await
    }
}
