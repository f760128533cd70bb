//! `POST /api/user/password/`: the old password and a new one in; all other sessions of the user are over.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    session::{new_password, proof},
    view::{Field, Guard, View},
};
use serde::Serialize;
use settings::Settings;
use store::{Renewed, User};
use zeroize::Zeroizing;

/// How often the user is read again because the password was encoded anew under the change, as a login does.
const ATTEMPTS: u32 = 3;

const OLD: &str = "old_password";
const NEW: &str = "new_password";

/// The endpoint.
pub struct ChangePassword;

/// Both passwords, as they were typed.
pub struct Form {
    old: Zeroizing<String>,
    new: Zeroizing<String>,
}

/// That it is done.
#[derive(Serialize)]
pub struct Reply {
    detail: &'static str,
}

impl Endpoint for ChangePassword {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Password Change",
        description: "Changes the password of the user whose access token came with the request,\n\
                      and ends all other sessions of the user.",
        allow: "POST, OPTIONS",
        guard: Guard::Bearer,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        [OLD, NEW].map(Field::required).into()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        let [old, new] = request.require([Char::exact(OLD), Char::exact(NEW)])?;
        Ok(Form { old: Zeroizing::new(old), new: Zeroizing::new(new) })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        for _ in 0..ATTEMPTS {
            let user = caller::user(call).await?;
            prove(&form.old, &user, call).await?;
            new_password::judge(&form.new, &user, NEW, call).await?;
            if change(&form.new, &user, call).await? {
                log::password_set(&user.id, caller::session_of(call), call);
                return Ok(Answer::of(Reply { detail: "New password has been saved." }));
            }
        }
        Err(Problem::unavailable("the user changes faster than it can be written"))
    }
}

/// Whether the caller knows the password, not only has a token.
async fn prove(old: &Zeroizing<String>, user: &User, call: &Call<'_>) -> Result<(), Problem> {
    if proof::knows_password(old, user, call).await? {
        return Ok(());
    }
    let fault = "Your old password was entered incorrectly. Please enter it again.";
    Err(Problem::Fields(vec![(OLD.to_owned(), fault.to_owned())]))
}

/// Whether the new password stands; false where the user changed meanwhile.
async fn change(new: &Zeroizing<String>, user: &User, call: &Call<'_>) -> Result<bool, Problem> {
    let encoded = new_password::encoded(new, call).await?;
    let (store, kept) = (&call.service.store, caller::session_of(call));
    match store.change_password(user, &encoded, kept, call.ambient.later()).await? {
        Renewed::Renewed => Ok(true),
        Renewed::Missing => Err(Problem::UserNotFound),
        Renewed::Over => Err(Problem::Blacklisted),
        Renewed::Stale => Ok(false),
    }
}
