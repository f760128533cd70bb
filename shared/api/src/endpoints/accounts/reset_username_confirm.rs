//! `POST /auth/users/reset_username_confirm/`: a new user name for who has the link that was mailed; all sessions are over.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{
        confirmation::{Link, Opened, TOKEN, UID, invalid},
        fields::{self, Faults},
        mailing,
        set_username::{NEW, NewName},
        username,
    },
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use link::Kind;
use settings::Settings;
use store::{Amended, Amendment, MailKind};

/// The endpoint.
pub struct ResetUsernameConfirm;

/// The link and the new name.
pub struct Form {
    link: Link,
    name: NewName,
}

impl Endpoint for ResetUsernameConfirm {
    type Form = Form;
    type Reply = ();
    const VIEW: View = View {
        name: "User Reset Username Confirm",
        description: "Sets a new user name with the mailed link, and ends all sessions.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [NEW, UID, TOKEN].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let name = NewName::read(request, settings.username_reset_confirm_retype, Faults::default());
        Ok(Form { link: Link::read_leniently(request), name })
    }

    /// Whether somebody has the name is told to who has the link, and to nobody else.
    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        let name = form.name.well_formed()?;
        let Opened { account, confirms } = form.link.open(Kind::Username, call).await?;
        if !account.user.is_active {
            return Err(invalid());
        }
        let name = name.free(&account.user.id, call).await?;
        let wanted = call.service.settings().username_changed_email_confirmation;
        let mail = mailing::notice(wanted, MailKind::UsernameChanged, &account.user.id, call);
        let amendment = Amendment {
            username: Some(&name),
            confirm: confirms,
            last_login: Some(call.ambient.now),
            mail: mail.as_ref(),
            ..Amendment::default()
        };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => Ok(Answer::of(())),
            Amended::NameTaken => Err(fields::one(NEW, username::TAKEN)),
            Amended::Over | Amended::Stale => Err(invalid()),
        }
    }
}
