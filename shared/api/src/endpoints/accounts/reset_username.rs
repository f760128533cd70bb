//! `POST /auth/users/reset_username/`: has a link mailed by which the user name can be set anew.

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
pub struct ResetUsername;

impl Endpoint for ResetUsername {
    type Form = String;
    type Reply = ();
    const VIEW: View = View {
        name: "User Reset Username",
        description: "Mails a link that resets the user name.",
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
        mailing::ask(MailKind::UsernameReset, email, call).await.map(Answer::of)
    }
}
