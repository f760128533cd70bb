//! `POST /auth/users/reset_password_confirm/`: a new password for who has the link that was mailed; all sessions are over.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{
        confirmation::{Link, Opened, TOKEN, UID, invalid},
        fields::Faults,
        mailing,
        set_password::{NEW, RETYPED, check_retyped, new, retyped},
    },
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::new_password,
    view::{Field, Guard, View},
};
use link::Kind;
use settings::Settings;
use store::{Amended, Amendment, MailKind};
use zeroize::Zeroizing;

/// The endpoint.
pub struct ResetPasswordConfirm;

/// The link and the new password.
pub struct Form {
    link: Option<Link>,
    new: Zeroizing<String>,
    retyped: Option<Zeroizing<String>>,
}

impl Endpoint for ResetPasswordConfirm {
    type Form = Form;
    type Reply = ();
    const VIEW: View = View {
        name: "User Reset Password Confirm",
        description: "Sets a new password with the mailed link, and ends all sessions.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [UID, TOKEN, NEW].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let mut faults = Faults::default();
        let link = Link::read(request, &mut faults);
        let new = new(request, &mut faults);
        let retyped = settings.password_reset_confirm_retype.then(|| retyped(request, &mut faults));
        faults.refuse(&[UID, TOKEN, NEW, RETYPED])?;
        Ok(Form { link, new, retyped })
    }

    /// As in djoser, what is wrong with the password by itself is told before the link is looked at, and the link stays good.
    /// What is wrong with it for this user is told to who has the link.
    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        let settings = call.service.settings();
        new_password::judge_alone(&form.new, NEW, settings)?;
        check_retyped(&form.new, form.retyped.as_ref())?;
        let Opened { account, confirms } = form.link.ok_or_else(invalid)?.open(Kind::Password, call).await?;
        if !account.user.is_active {
            return Err(invalid());
        }
        new_password::judge(&form.new, &account.user, NEW, call).await?;
        let encoded = new_password::encoded(&form.new, call).await?;
        let wanted = settings.password_changed_email_confirmation;
        let mail = mailing::notice(wanted, MailKind::PasswordChanged, &account.user.id, call);
        let amendment = Amendment {
            password: Some(&encoded),
            confirm: confirms,
            last_login: Some(call.ambient.now),
            mail: mail.as_ref(),
            ..Amendment::default()
        };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => {
                log::password_set(&account.user.id, None, call);
                Ok(Answer::of(()))
            }
            _ => Err(invalid()),
        }
    }
}
