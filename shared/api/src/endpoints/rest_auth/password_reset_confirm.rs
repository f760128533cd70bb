//! `POST /dj-rest-auth/password/reset/confirm/`: a new password for who has the link that was mailed; all sessions are over.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{
            confirmation::{Link, Opened, TOKEN, UID},
            fields::{self, Faults},
            mailing,
        },
        rest_auth::{
            passwords::{self, NewPassword},
            reply::Detail,
        },
    },
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    session::new_password,
    view::{Field, Guard, View},
};
use link::Kind;
use settings::Settings;
use store::{Account, Amended, Amendment, MailKind};

const INVALID: &str = "Invalid value";

/// The endpoint.
pub struct RestAuthPasswordResetConfirm;

/// The link and the new password.
pub struct Form {
    link: Option<Link>,
    new: NewPassword,
}

impl Endpoint for RestAuthPasswordResetConfirm {
    type Form = Form;
    type Reply = Detail;
    const VIEW: View = View {
        name: "Password Reset Confirm",
        description: "Sets a new password with the mailed link, and ends all sessions.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [passwords::NEW, passwords::RETYPED, UID, TOKEN].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        let mut faults = Faults::default();
        let new = NewPassword::read(request, &mut faults);
        let link = Link::read_trimmed(request, &mut faults);
        faults.refuse(&[passwords::NEW, passwords::RETYPED, UID, TOKEN])?;
        Ok(Form { link, new })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        let link = form.link.ok_or_else(dead)?;
        if !link.names_somebody() {
            return Err(fields::one(UID, INVALID));
        }
        let Opened { account, confirms } = link.open(Kind::Password, call).await.map_err(told)?;
        if !account.user.is_active {
            return Err(dead());
        }
        let new = form.new.agreed()?;
        new_password::judge(&new, &account.user, passwords::RETYPED, call).await?;
        set(&account, &new_password::encoded(&new, call).await?, confirms, call).await?;
        Ok(Answer::of(Detail::of("Password has been reset with the new password.")))
    }
}

async fn set(account: &Account, encoded: &str, confirms: bool, call: &Call<'_>) -> Result<(), Problem> {
    let wanted = call.service.settings().password_changed_email_confirmation;
    let mail = mailing::notice(wanted, MailKind::PasswordChanged, &account.user.id, call);
    let amendment =
        Amendment { password: Some(encoded), confirm: confirms, mail: mail.as_ref(), ..Amendment::default() };
    match call.service.store.amend(account, &amendment, call.ambient.later()).await? {
        Amended::Amended => {
            log::password_set(&account.user.id, None, call);
            Ok(())
        }
        _ => Err(dead()),
    }
}

fn dead() -> Problem {
    fields::one(TOKEN, INVALID)
}

/// A dead link, in the words of dj-rest-auth.
fn told(problem: Problem) -> Problem {
    if matches!(problem, Problem::Fields(_)) { dead() } else { problem }
}
