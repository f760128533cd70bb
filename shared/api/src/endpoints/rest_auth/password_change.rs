//! `POST /dj-rest-auth/password/change/`: the present password and a new one in; all other sessions of the user are over.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{
            fields::{self, Faults},
            mailing, reached,
        },
        rest_auth::{
            passwords::{self, NewPassword},
            reply::Detail,
        },
    },
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::{new_password, proof},
    view::{Field, Guard, View},
};
use settings::Settings;
use store::{Amended, Amendment, MailKind};
use zeroize::Zeroizing;

const OLD: &str = "old_password";
const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";

/// The endpoint.
pub struct RestAuthPasswordChange;

/// The passwords, as they were typed.
pub struct Form {
    old: Option<Zeroizing<String>>,
    new: NewPassword,
}

impl Endpoint for RestAuthPasswordChange {
    type Form = Form;
    type Reply = Detail;
    const VIEW: View = View {
        name: "Password Change",
        description: "Changes the password of the user whose access token came with the request,\n\
                      and ends all other sessions of the user.",
        allow: "POST, OPTIONS",
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        let old = settings.old_password_field_enabled.then_some(OLD);
        old.into_iter().chain([passwords::NEW, passwords::RETYPED]).map(Field::required).collect()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let mut faults = Faults::default();
        let old = settings.old_password_field_enabled.then(|| faults.text(request, Char::trimmed(OLD)));
        let new = NewPassword::read(request, &mut faults);
        faults.refuse(&[OLD, passwords::NEW, passwords::RETYPED])?;
        Ok(Form { old: old.map(|old| Zeroizing::new(old.unwrap_or_default())), new })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        let account = reached::account(call).await?;
        if let Some(old) = &form.old
            && !proof::knows_password(old, &account.user, call).await?
        {
            return Err(fields::one(OLD, WRONG));
        }
        let new = form.new.agreed()?;
        new_password::judge(&new, &account.user, passwords::RETYPED, call).await?;
        let encoded = new_password::encoded(&new, call).await?;
        let (user_id, kept) = (&account.user.id, caller::session_of(call));
        let wanted = call.service.settings().password_changed_email_confirmation;
        let mail = mailing::notice(wanted, MailKind::PasswordChanged, user_id, call);
        let amendment = Amendment { password: Some(&encoded), kept, mail: mail.as_ref(), ..Amendment::default() };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => {
                log::password_set(user_id, kept, call);
                Ok(Answer::of(Detail::of("New password has been saved.")))
            }
            Amended::Over => Err(Problem::Blacklisted),
            Amended::NameTaken | Amended::Stale => {
                Err(Problem::unavailable("the account changes faster than it can be written"))
            }
        }
    }
}
