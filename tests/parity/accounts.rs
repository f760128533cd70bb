//! Cases about accounts: the users that each begins with, the links of the recorder, mails, and what was written behind the
//! service's back.

use crate::{
    bodies::Names,
    recorded::{self, SECRET_KEY},
};
use ::tests::service::Service;
use link::{Kind, Secret, Subject};
use mail::Composed;
use regex_lite::Regex;
use serde_json::Value;
use settings::Settings;
use store::{Registration, User};
use token::{Algorithm, Key, KeySet};

/// Who waits for activation in djoser's recordings. To dj-rest-auth he is one whom somebody disabled.
const WAITING: &str = "bob";

/// What a service with ACCOUNTS is played with.
pub(crate) struct Accounts {
    settings: Box<Settings>,
    keys: KeySet,
}

impl Accounts {
    /// None without ACCOUNTS. The `SECRET_KEY` of the recorder signs tokens, and opens the links that Django made with it.
    pub(crate) fn of(variables: &[(String, String)]) -> Result<Option<Self>, String> {
        if !variables.iter().any(|(name, _)| name == "ACCOUNTS") {
            return Ok(None);
        }
        let settings = Settings::of(variables).map_err(|faults| faults.to_string())?;
        let key = |kid: Option<&str>| Key::hmac(kid.map(str::to_owned), Algorithm::HS256, SECRET_KEY.as_bytes());
        let keys = vec![key(None), key(Some("former")).map(Key::verify_only)];
        let keys = keys.into_iter().collect::<Result<_, _>>().map_err(|fault| fault.to_string())?;
        Ok(Some(Self { settings: Box::new(settings), keys: KeySet::new(keys).map_err(|fault| fault.to_string())? }))
    }

    pub(crate) fn keys(&self) -> KeySet {
        self.keys.clone()
    }

    /// The recorded users, and nothing else.
    pub(crate) async fn begin(&self, service: &Service, users: &[User]) -> Result<(), String> {
        service.forget_everything().await;
        for user in users {
            if user.username == WAITING && self.settings.offers_djoser() {
                let without = User { email: String::new(), ..user.clone() };
                let waiting = Registration {
                    user: &without,
                    unconfirmed_email: &user.email,
                    awaits_activation: true,
                    mail: None,
                };
                service.store.register(&waiting).await.map_err(said)?;
            } else {
                service.store.create_user(user).await.map_err(said)?;
            }
        }
        Ok(())
    }

    /// Plays a step: what it gives names to.
    pub(crate) async fn play(
        &self,
        op: &str,
        step: &Value,
        names: &Names,
        service: &Service,
        now: i64,
    ) -> Result<Vec<(String, String)>, String> {
        let named = |name: &str, otherwise: &str| step[name].as_str().unwrap_or(otherwise).to_owned();
        match op {
            "link" => {
                let (uid, token) = link(step, now);
                Ok(vec![(named("as_uid", "uid"), uid), (named("as_token", "token"), token)])
            }
            "mail" => self.captured(step, service).await,
            "replace" => Ok(vec![(named("as", ""), replaced(step, &names[&named("of", "")]))]),
            "signed" => Ok(vec![(named("as", ""), self.signed(step, now))]),
            other => Err(format!("an unknown step: {other}")),
        }
    }

    /// What the recorder did through its own door to the database.
    pub(crate) async fn control(
        &self,
        action: &str,
        details: &Value,
        service: &Service,
        now: i64,
    ) -> Result<(), String> {
        let name = details["username"].as_str().unwrap_or_default();
        let user = service.store.user_folded(name).await.map_err(said)?.ok_or_else(|| format!("nobody is {name}"))?;
        match action {
            "delete_user" => service.store.delete_user(&user.id, 0).await.map(drop).map_err(said),
            // The one address of an imported user is confirmed; a second one has no place.
            "set_email" => Ok(()),
            "set_password" => {
                let encoded = password::hash(details["password"].as_str().unwrap(), *b"another-salt-16b").unwrap();
                service.store.set_password(&user.id, &encoded, None).await.map(drop).map_err(said)
            }
            "set_user" => write(&details["fields"], &user, service, now).await,
            _ => Err(format!("an unknown act: {action} {details}")),
        }
    }

    /// Id and addressee of every mail that would be sent, the oldest first.
    pub(crate) async fn mails(&self, service: &Service) -> Result<Vec<(String, String)>, String> {
        let composed = self.composed(service).await?;
        Ok(composed.into_iter().map(|(id, to, _)| (id, to)).collect())
    }

    async fn composed(&self, service: &Service) -> Result<Vec<(String, String, String)>, String> {
        let mut rows = service.store.mails(None).await.map_err(said)?.mails;
        rows.sort_by_key(|(mail, _)| (mail.created_at, mail.id.clone()));
        let mut composed = Vec::new();
        for (mail, _) in rows {
            let secrets = self.keys.link_secrets(mail.created_at);
            let outcome = mail::compose(&mail, &service.store, &secrets, &self.settings).await.map_err(said)?;
            if let Composed::Messages(messages) = outcome {
                composed.extend(messages.into_iter().map(|message| (mail.id.clone(), message.to, message.text)));
            }
        }
        Ok(composed)
    }

    async fn captured(&self, step: &Value, service: &Service) -> Result<Vec<(String, String)>, String> {
        let (_, _, body) = self.composed(service).await?.pop().ok_or("no mail was sent")?;
        let mut found = Vec::new();
        for (name, pattern) in step["capture"].as_object().into_iter().flatten() {
            let pattern = Regex::new(pattern.as_str().unwrap()).map_err(|fault| fault.to_string())?;
            let text = pattern.captures(&body).and_then(|captures| captures.get(1));
            found.push((name.clone(), text.ok_or("nothing to capture in the mail")?.as_str().to_owned()));
        }
        Ok(found)
    }

    /// A key of django-allauth names a row of its own, of which ours has none: here it names a user.
    fn signed(&self, step: &Value, now: i64) -> String {
        let made = now - step["age"].as_i64().unwrap_or_default();
        let secrets = self.keys.link_secrets(now);
        let secret = step["secret"].as_str().map_or(secrets.own[0].as_slice(), str::as_bytes);
        let id = step["json"].to_string();
        link::address_key(&id, &format!("user{id}@example.com"), secret, made)
    }
}

/// Uid and token as Django, or django-allauth, would have made them of a recorded user.
fn link(step: &Value, now: i64) -> (String, String) {
    let users = recorded::users();
    let user = users.iter().find(|user| user["username"] == step["user"]).unwrap();
    let text = |name: &str| step["over"][name].as_str().or(user[name].as_str()).unwrap_or_default();
    let (id, email, of_allauth) = (user["id"].to_string(), text("email"), step["kind"] == "allauth");
    let addresses = if of_allauth { email } else { "" };
    let subject = Subject { id: &id, password: text("password"), last_login: "", email, addresses };
    let secret = Secret::Django(step["secret"].as_str().unwrap_or(SECRET_KEY).as_bytes());
    let token = link::token(Kind::Password, &subject, secret, now - step["age"].as_i64().unwrap_or_default());
    let digit = || char::from_digit(u32::try_from(user["id"].as_u64().unwrap()).unwrap(), 36).unwrap();
    (if of_allauth { digit().to_string() } else { link::uid(&id) }, token)
}

fn replaced(step: &Value, text: &str) -> String {
    if step["case"] == "upper" {
        return text.to_uppercase();
    }
    let pattern = Regex::new(step["pattern"].as_str().unwrap()).unwrap();
    pattern.replace_all(text, step["with"].as_str().unwrap()).into_owned()
}

async fn write(fields: &Value, user: &User, service: &Service, now: i64) -> Result<(), String> {
    if let Some(email) = fields["email"].as_str() {
        service.store.update_profile(&user.id, email, "", "", None).await.map_err(said)?;
    }
    if let Some(is_active) = fields["is_active"].as_bool() {
        service.store.set_active(&user.id, is_active, Some(now)).await.map_err(said)?;
    }
    Ok(())
}

fn said(error: store::Error) -> String {
    error.to_string()
}
