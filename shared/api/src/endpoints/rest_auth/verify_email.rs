//! `POST /dj-rest-auth/registration/verify-email/`: the address of an account is confirmed, and who has waited for that may log in.

use crate::{
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::rest_auth::reply::Detail,
    log,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use settings::Settings;
use store::{Account, Amended, Amendment};

const KEY: &str = "key";

/// The endpoint.
pub struct RestAuthVerifyEmail;

impl Endpoint for RestAuthVerifyEmail {
    type Form = String;
    type Reply = Detail;
    const VIEW: View = View {
        name: "Verify Email",
        description: "Confirms the address of an account by the key that was mailed to it.",
        allow: "POST, OPTIONS",
        guard: Guard::Optional,
    };

    fn is_offered(settings: &Settings) -> bool {
        settings.offers_rest_auth()
    }

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        vec![Field::required(KEY)]
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<String, Problem> {
        let [key] = request.require([Char::trimmed(KEY)])?;
        Ok(key)
    }

    /// Of those who bring a key at once, one confirms; a user whom somebody disabled stays so.
    async fn handle(key: String, call: &Call<'_>) -> Result<Answer<Detail>, Problem> {
        let account = opened(&key, call).await?.ok_or(Problem::NotFound)?;
        let amendment = Amendment { confirm: true, ..Amendment::default() };
        match call.service.store.amend(&account, &amendment, call.ambient.later()).await? {
            Amended::Amended => {
                log::address_confirmed(&account.user.id, call);
                Ok(Answer::of(Detail::of("ok")))
            }
            _ => Err(Problem::NotFound),
        }
    }
}

/// The account whose address waits for this key.
async fn opened(key: &str, call: &Call<'_>) -> Result<Option<Account>, Problem> {
    let (now, timeout) = (call.ambient.now, call.service.settings().password_reset_timeout);
    let secrets = call.keys.link_secrets(now);
    let own: Vec<&[u8]> = secrets.own.iter().map(|secret| secret.as_slice()).collect();
    let Some((id, address)) = link::of_address_key(key, &own, timeout, now) else { return Ok(None) };
    let account = call.service.store.account(&id).await?;
    let waits = |account: &Account| account.unconfirmed_email.as_deref() == Some(address.as_str());
    Ok(account.filter(|account| waits(account) && (account.user.is_active || account.awaits_activation)))
}
