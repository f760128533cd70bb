//! `POST /dj-rest-auth/registration/`: a new account, and both tokens, unless the address has to be confirmed first.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::{
        accounts::{
            address::{self, EMAIL},
            bounds,
            fields::Faults,
            username, users,
        },
        rest_auth::{
            handover::Handover,
            login, names,
            reply::{self, Detail},
        },
    },
    problem::{NO_FIELD, Problem},
    request::{api_request::ApiRequest, field::Char},
    session::{begin, new_password},
    view::{Field, Guard, View},
};
use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use settings::Settings;
use store::{MailKind, User};
use zeroize::Zeroizing;

const USERNAME: &str = "username";
const PASSWORD: &str = "password1";
const RETYPED: &str = "password2";

/// The endpoint.
pub struct RestAuthRegistration;

/// What a new account is to be, what is wrong with it so far, and where the tokens go.
pub struct Form {
    username: Option<String>,
    email: Option<String>,
    password: Zeroizing<String>,
    retyped: Zeroizing<String>,
    faults: Faults,
    handover: Handover,
}

impl Endpoint for RestAuthRegistration {
    type Form = Form;
    type Reply = Value;
    const VIEW: View =
        View { name: "Register", description: "Makes an account.", allow: "POST, OPTIONS", guard: Guard::Optional };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(settings: &Settings) -> Vec<Field<'_>> {
        let field = |name| if is_demanded(name, settings) { Field::required(name) } else { Field::optional(name) };
        vec![field(USERNAME), field(EMAIL), Field::required(PASSWORD), Field::required(RETYPED)]
    }

    fn parse(request: &ApiRequest<'_>, settings: &Settings) -> Result<Form, Problem> {
        let (handover, mut faults) = (Handover::to(request, settings)?, Faults::default());
        let name = faults.text(request, Char::trimmed(USERNAME).or_missing(!is_demanded(USERNAME, settings)));
        let username = name.and_then(|name| username::judged(&name, USERNAME, &mut faults));
        let email = address::of_signup(request, is_demanded(EMAIL, settings), &mut faults);
        let mut typed = |name| Zeroizing::new(faults.text(request, Char::trimmed(name)).unwrap_or_default());
        let (password, retyped) = (typed(PASSWORD), typed(RETYPED));
        Ok(Form { username, email, password, retyped, faults, handover })
    }

    async fn handle(mut form: Form, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
        bounds::registration(call).await?;
        let is_named = form.username.is_some();
        let (user, email) = new(&mut form, call).await?;
        let body = match create(user.clone(), &email, &form.handover, call).await {
            // Somebody else got the name that was made of the address.
            Err(Problem::Fields(_)) if !is_named => {
                let user = User { username: names::with_digits(&email, call), ..user };
                create(user, &email, &form.handover, call).await?
            }
            made => made?,
        };
        Ok(Answer { created: true, ..body })
    }
}

/// Who waits for a mail, or logs in by the address, must give one; who gives no name gets one made of the address.
fn is_demanded(field: &str, settings: &Settings) -> bool {
    let by_address = settings.awaits_verification() || !settings.demands_at_signup(USERNAME);
    settings.demands_at_signup(field) || (field == EMAIL && by_address)
}

/// The new user with the hash of the password, and the address. All that is wrong with the fields is told at once.
async fn new(form: &mut Form, call: &Call<'_>) -> Result<(User, String), Problem> {
    let faults = &mut form.faults;
    username::check_free(form.username.as_deref(), None, USERNAME, faults, call).await?;
    if !faults.concern(PASSWORD)
        && let Err(Problem::Fields(weak)) = new_password::judge_alone(&form.password, PASSWORD, call.service.settings())
    {
        weak.iter().for_each(|(field, fault)| faults.add(field, fault));
    }
    std::mem::take(faults).refuse(&[USERNAME, EMAIL, PASSWORD, RETYPED])?;
    if form.password != form.retyped {
        return Err(Problem::of_no_field("The two password fields didn't match."));
    }
    let email = form.email.take().unwrap_or_default();
    let username = match form.username.take() {
        Some(username) => username,
        None => names::of_address(&email, call).await?,
    };
    let user = users::blank(username, !call.service.settings().awaits_verification(), call);
    let judged = User { email: email.clone(), ..user.clone() };
    new_password::judge(&form.password, &judged, NO_FIELD, call).await?;
    let password = new_password::encoded(&form.password, call).await?;
    Ok((User { password, ..user }, email))
}

/// The account, and a session of it, unless the user has to wait for the mail.
async fn create(user: User, email: &str, handover: &Handover, call: &Call<'_>) -> Result<Answer<Value>, Problem> {
    let settings = call.service.settings();
    let mail = settings.mails_keys().then_some(MailKind::Activation);
    // A token that names nobody would be nobody's: with USER_ID_FIELD email the address is to be confirmed first.
    if !user.is_active || call.service.user_id_of(&user).is_empty() {
        users::create(&user, email, mail, call).await?;
        return shown(Detail::of("Verification e-mail sent."), Vec::new());
    }
    let user = User { last_login: settings.update_last_login.then_some(call.ambient.now), ..user };
    let (pair, session) = begin::pair(&user, false, &handover.delivery(), call).await?;
    let cookies = handover.set(&pair, call)?;
    users::create(&user, email, mail, call).await?;
    begin::open(&user, session, call).await?;
    let reply = login::Reply::of(&pair, reply::shown(&user, email), false, settings);
    shown(reply, cookies)
}

fn shown(reply: impl Serialize, cookies: Vec<HeaderValue>) -> Result<Answer<Value>, Problem> {
    Ok(Answer { cookies, ..Answer::of(serde_json::to_value(reply).map_err(Problem::unavailable)?) })
}
