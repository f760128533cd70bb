//! `POST /auth/users/set_username/`: the present password and a new user name in; all other sessions of the user are over.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::accounts::{
        fields::{self, Faults},
        mailing, proof, reached, username,
    },
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use settings::Settings;
use store::{Amended, Amendment, MailKind};
use zeroize::Zeroizing;

/// The name of the field.
pub(crate) const NEW: &str = "new_username";
/// The new name again.
pub(crate) const RETYPED: &str = "re_new_username";

/// The endpoint.
pub struct SetUsername;

/// The password and the new name, and what is wrong with them so far.
pub struct Form {
    current: Option<Zeroizing<String>>,
    name: NewName,
}

/// A new name, and what is wrong with it so far.
pub(crate) struct NewName {
    name: Option<String>,
    retyped: Option<String>,
    pub(crate) faults: Faults,
}

impl Endpoint for SetUsername {
    type Form = Form;
    type Reply = ();
    const VIEW: View = View {
        name: "User Set Username",
        description: "Changes the user name of the user whose access token came with the request,\n\
                      and ends all other sessions of the user.",
        allow: "POST, OPTIONS",
        guard: Guard::Bearer,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_djoser()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [proof::CURRENT, NEW].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let mut faults = Faults::default();
        let current = faults.text(request, Char::trimmed(proof::CURRENT)).map(Zeroizing::new);
        Ok(Form { current, name: NewName::read(request, settings.set_username_retype, faults) })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<()>, Problem> {
        let (account, mut name) = (reached::account(call).await?, form.name);
        proof::check(form.current.as_ref(), &account.user, &mut name.faults, call).await?;
        let name = name.free(&account.user.id, call).await?;
        let (user_id, kept) = (&account.user.id, caller::session_of(call));
        let wanted = call.service.settings().username_changed_email_confirmation;
        let mail = mailing::notice(wanted, MailKind::UsernameChanged, user_id, call);
        let amendment = Amendment { username: Some(&name), kept, mail: mail.as_ref(), ..Amendment::default() };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => Ok(Answer::of(())),
            Amended::NameTaken => Err(fields::one(NEW, username::TAKEN)),
            Amended::Over => Err(Problem::Blacklisted),
            Amended::Stale => Err(Problem::unavailable("the account changes faster than it can be written")),
        }
    }
}

impl NewName {
    /// The new name of a form, and with `twice` that it was typed again.
    pub(crate) fn read(request: &ApiRequest<'_>, twice: bool, mut faults: Faults) -> Self {
        let name = username::read(request, NEW, &mut faults);
        let retyped = twice.then(|| faults.text(request, Char::trimmed(RETYPED))).flatten();
        let retyped =
            retyped.map(|retyped| username::normalized(&retyped)).filter(|retyped| Some(retyped) != name.as_ref());
        Self { name, retyped, faults }
    }

    /// The form, if nothing is wrong with the name by itself.
    pub(crate) fn well_formed(self) -> Result<Self, Problem> {
        self.faults.refuse(&[NEW, RETYPED])?;
        Ok(Self { faults: Faults::default(), ..self })
    }

    /// The name as it is stored, if nothing is wrong with it and nobody has it but `own`, the user whose name it shall be.
    pub(crate) async fn free(mut self, own: &str, call: &Call<'_>) -> Result<String, Problem> {
        username::check_free(self.name.as_deref(), Some(own), NEW, &mut self.faults, call).await?;
        self.faults.refuse(&[proof::CURRENT, NEW, RETYPED])?;
        if self.retyped.is_some() {
            return Err(Problem::of_no_field("The two username fields didn't match."));
        }
        Ok(self.name.unwrap_or_default())
    }
}
