//! `POST /dj-rest-auth/password/reset/`: has a link mailed by which the password can be set anew.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{address::EMAIL, mailing},
        rest_auth::reply::Detail,
    },
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use settings::Settings;
use store::MailKind;

/// The endpoint.
pub struct RestAuthPasswordReset;

impl Endpoint for RestAuthPasswordReset {
    type Form = String;
    type Reply = Detail;
    const VIEW: View = View {
        name: "Password Reset",
        description: "Mails a link that resets the password.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required(EMAIL)]
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<String, Problem> {
        mailing::parse(request)
    }

    async fn handle(email: String, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        mailing::ask_untold(MailKind::PasswordReset, email, call).await?;
        Ok(Answer::of(Detail::of("Password reset e-mail has been sent.")))
    }
}
