//! `POST /auth/users/activation/`: the address of an account is confirmed, and who has waited for that may log in.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{
        confirmation::{Link, Opened, TOKEN, UID, invalid},
        fields::Faults,
        mailing,
    },
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use link::Kind;
use settings::Settings;
use store::{Amended, Amendment, MailKind};

/// The endpoint.
pub struct Activation;

impl Endpoint for Activation {
    type Form = Option<Link>;
    type Reply = ();
    const VIEW: View = View {
        name: "User Activation",
        description: "Confirms the address of an account by the link that was mailed to it.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [UID, TOKEN].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Option<Link>, Problem> {
        let mut faults = Faults::default();
        let link = Link::read(request, &mut faults);
        faults.refuse(&[UID, TOKEN]).map(|()| link)
    }

    /// Of those who bring a link at once, one confirms; a user whom somebody disabled stays so.
    async fn handle(link: Option<Link>, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        let stale = || Problem::Forbidden("Stale token for given user.");
        let Opened { account, confirms } = link.ok_or_else(invalid)?.open(Kind::Activation, call).await?;
        if !confirms || !(account.user.is_active || account.awaits_activation) {
            return Err(stale());
        }
        let (user_id, settings) = (&account.user.id, call.service.settings());
        let mail = mailing::notice(settings.send_confirmation_email, MailKind::Confirmation, user_id, call);
        let amendment = Amendment { confirm: true, mail: mail.as_ref(), ..Amendment::default() };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => {
                log::address_confirmed(user_id, call);
                Ok(Answer::of(()))
            }
            _ => Err(stale()),
        }
    }
}
