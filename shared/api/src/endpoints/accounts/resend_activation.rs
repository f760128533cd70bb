//! `POST /auth/users/resend_activation/`: has the link mailed again that confirms an address.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{address::EMAIL, mailing},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use settings::Settings;
use store::MailKind;

/// The endpoint.
pub struct ResendActivation;

impl Endpoint for ResendActivation {
    type Form = String;
    type Reply = ();
    const VIEW: View = View {
        name: "User Resend Activation",
        description: "Has the link mailed again that confirms an address.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required(EMAIL)]
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<String, Problem> {
        mailing::parse(request)
    }

    async fn handle(email: String, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        if !call.service.settings().send_activation_email {
            return Err(Problem::of_no_field("Accounts are not activated by mail."));
        }
        mailing::ask(MailKind::Activation, email, call).await.map(Answer::of)
    }
}
