//! `POST /auth/users/set_password/`: the present password and a new one in; all other sessions of the user are over.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{fields::Faults, mailing, proof, reached},
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::new_password,
    view::{Field, Guard, View},
};
use settings::Settings;
use store::{Amended, Amendment, MailKind};
use zeroize::Zeroizing;

/// The name of the field.
pub(crate) const NEW: &str = "new_password";
/// The new password again.
pub(crate) const RETYPED: &str = "re_new_password";

/// The endpoint.
pub struct SetPassword;

/// The passwords, as they were typed.
pub struct Form {
    new: Zeroizing<String>,
    retyped: Option<Zeroizing<String>>,
    current: Zeroizing<String>,
}

impl Endpoint for SetPassword {
    type Form = Form;
    type Reply = ();
    const VIEW: View = View {
        name: "User Set Password",
        description: "Changes the password of the user whose access token came with the request,\n\
                      and ends all other sessions of the user.",
        allow: "POST, OPTIONS",
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [NEW, proof::CURRENT].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let mut faults = Faults::default();
        let new = new(request, &mut faults);
        let retyped = settings.set_password_retype.then(|| retyped(request, &mut faults));
        let current = faults.text(request, Char::trimmed(proof::CURRENT)).unwrap_or_default();
        faults.refuse(&[NEW, RETYPED, proof::CURRENT])?;
        Ok(Form { new, retyped, current: Zeroizing::new(current) })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        let (account, mut faults) = (reached::account(call).await?, Faults::default());
        proof::check(Some(&form.current), &account.user, &mut faults, call).await?;
        faults.refuse(&[])?;
        new_password::judge(&form.new, &account.user, NEW, call).await?;
        check_retyped(&form.new, form.retyped.as_ref())?;
        let encoded = new_password::encoded(&form.new, call).await?;
        let (user_id, kept) = (&account.user.id, caller::session_of(call));
        let wanted = call.service.settings().password_changed_email_confirmation;
        let mail = mailing::notice(wanted, MailKind::PasswordChanged, user_id, call);
        let amendment = Amendment { password: Some(&encoded), kept, mail: mail.as_ref(), ..Amendment::default() };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => {
                log::password_set(user_id, kept, call);
                Ok(Answer::of(()))
            }
            Amended::Over => Err(Problem::Blacklisted),
            Amended::NameTaken | Amended::Stale => {
                Err(Problem::unavailable("the account changes faster than it can be written"))
            }
        }
    }
}

/// The new password of a form.
pub(crate) fn new(request: &ApiRequest<'_>, faults: &mut Faults) -> Zeroizing<String> {
    Zeroizing::new(faults.text(request, Char::trimmed(NEW)).unwrap_or_default())
}

/// The new password again.
pub(crate) fn retyped(request: &ApiRequest<'_>, faults: &mut Faults) -> Zeroizing<String> {
    Zeroizing::new(faults.text(request, Char::trimmed(RETYPED)).unwrap_or_default())
}

/// Whether both are the same, where two were asked for.
pub(crate) fn check_retyped(new: &Zeroizing<String>, retyped: Option<&Zeroizing<String>>) -> Result<(), Problem> {
    match retyped {
        Some(retyped) if retyped != new => Err(Problem::of_no_field("The two password fields didn't match.")),
        _ => Ok(()),
    }
}
