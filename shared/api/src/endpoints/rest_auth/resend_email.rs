//! `POST /dj-rest-auth/registration/resend-email/`: has the link mailed again that confirms an address.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{
            address::{self, EMAIL},
            fields::Faults,
            mailing,
        },
        rest_auth::reply::Detail,
    },
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use settings::Settings;
use store::MailKind;

/// The endpoint.
pub struct RestAuthResendEmail;

impl Endpoint for RestAuthResendEmail {
    type Form = Option<String>;
    type Reply = Detail;
    const VIEW: View = View {
        name: "Resend Email Verification",
        description: "Has the link mailed again that confirms an address.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        vec![if settings.demands_at_signup(EMAIL) { Field::required(EMAIL) } else { Field::optional(EMAIL) }]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Option<String>, Problem> {
        let mut faults = Faults::default();
        let missing = !settings.demands_at_signup(EMAIL) && !request.has(EMAIL);
        let email = if missing { None } else { address::of_mail(request, &mut faults) };
        faults.refuse(&[EMAIL]).map(|()| email)
    }

    /// Without an address nobody is mailed, and nobody is told.
    async fn handle(email: Option<String>, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        if let Some(email) = email.filter(|_| call.service.settings().confirms_addresses()) {
            mailing::ask_untold(MailKind::Activation, email, call).await?;
        }
        Ok(Answer::of(Detail::of("ok")))
    }
}
