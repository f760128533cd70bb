//! One server with the recorded users: steps are played on it, requests are sent to it.

use crate::{
    accounts::Accounts,
    bodies::{self, Names},
    recorded::{self, Case},
    tokens, variant,
};
use serde_json::Value;
use std::time::{Duration, SystemTime};
use store::User;
use tests::{
    service::Service,
    wire::{Answer, Request},
};

/// A server that was started for one variant, and what the steps of the present case left behind.
pub(crate) struct RecordedServer {
    service: Service,
    accounts: Option<Accounts>,
    users: Vec<User>,
    fingerprinted: bool,
    touched: bool,
    names: Names,
}

impl RecordedServer {
    /// Starts a server and loads the recorded users; the text of all faults where it does not start.
    pub(crate) async fn open(settings: &Value, variables: &[(String, String)]) -> Result<Self, String> {
        let accounts = Accounts::of(variables)?;
        let service = match &accounts {
            Some(accounts) => Box::pin(Service::live_with_keys(variables, accounts.keys())).await?,
            None => Box::pin(Service::start(variables)).await?,
        };
        let fingerprinted = settings["SIMPLE_JWT"]["CHECK_REVOKE_TOKEN"] == true;
        let users = users(settings, fingerprinted);
        for user in users.iter().filter(|_| accounts.is_none()) {
            service.store.create_user(user).await.map_err(said)?;
        }
        Ok(Self { service, accounts, users, fingerprinted, touched: false, names: Names::new() })
    }

    /// Plays the steps of a case, one after the other.
    pub(crate) async fn prepare(&mut self, case: &Case) -> Result<(), String> {
        self.names.clear();
        // A login may hash a password again, and with that change its fingerprint.
        if let Some(accounts) = &self.accounts {
            Box::pin(accounts.begin(&self.service, &self.users)).await?;
        } else if std::mem::replace(&mut self.touched, self.fingerprinted) {
            self.reset().await?;
        }
        for step in &case.setup {
            self.play(step).await.map_err(|why| format!("step {}: {why}", step["op"]))?;
        }
        Ok(())
    }

    /// Sends a recorded request as it was sent.
    pub(crate) async fn ask(&self, recorded: &Value) -> Result<Answer, String> {
        let path = bodies::filled_text(recorded["path"].as_str().unwrap(), &self.names);
        let mut request = Request::new(recorded["method"].as_str().unwrap(), &path);
        for header in recorded["headers"].as_array().unwrap() {
            let value = bodies::filled_text(header[1].as_str().unwrap(), &self.names);
            request = request.header(header[0].as_str().unwrap(), bodies::latin1(&value));
        }
        request = request.body(bodies::bytes(&recorded["body"], &self.names));
        if recorded["chunked"].as_bool().unwrap_or_default() {
            request = request.chunked();
        }
        request.send(self.service.address).await.map_err(|error| error.to_string())
    }

    /// Tokens and texts that the steps gave a name.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// Username and stored password of every user, as they were loaded.
    pub(crate) fn passwords(&self) -> Vec<(String, String)> {
        self.users.iter().map(|user| (user.username.clone(), user.password.clone())).collect()
    }

    /// Username and last login of every user who ever logged in.
    pub(crate) async fn logins(&self) -> Result<Vec<(String, i64)>, String> {
        let present = self.present().await?.into_iter();
        Ok(present.filter_map(|user| Some((user.username, user.last_login?))).collect())
    }

    /// Id and addressee of every mail, where they are asked for.
    pub(crate) async fn mails(&self, asked: bool) -> Result<Vec<(String, String)>, String> {
        match &self.accounts {
            Some(accounts) if asked => Box::pin(accounts.mails(&self.service)).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn present(&self) -> Result<Vec<User>, String> {
        let mut present = Vec::new();
        for user in &self.users {
            present.extend(self.service.store.user(&user.id).await.map_err(said)?);
        }
        Ok(present)
    }

    async fn reset(&self) -> Result<(), String> {
        for user in &self.users {
            self.service.store.delete_user(&user.id, 0).await.map_err(said)?;
            self.service.store.create_user(user).await.map_err(said)?;
        }
        Ok(())
    }

    async fn play(&mut self, step: &Value) -> Result<(), String> {
        let named = |name: &str| step[name].as_str().unwrap().to_owned();
        match step["op"].as_str().unwrap() {
            "control" => self.control(&named("action"), &step["data"]).await?,
            "forge" => self.name(named("as"), tokens::forged(&step["token"], &self.names, now())),
            "let" => self.name(named("as"), named("value")),
            "mutate" => self.name(named("as"), tokens::mutated(&self.names[&named("of")], &named("how"))),
            "request" => return self.capture(step).await,
            "sleep" => tokio::time::sleep(Duration::from_secs_f64(step["seconds"].as_f64().unwrap())).await,
            other => return self.play_of_accounts(other, step).await,
        }
        Ok(())
    }

    async fn play_of_accounts(&mut self, op: &str, step: &Value) -> Result<(), String> {
        let Some(accounts) = &self.accounts else { return Err(format!("an unknown step: {op}")) };
        let found = Box::pin(accounts.play(op, step, &self.names, &self.service, now())).await?;
        self.names.extend(found);
        Ok(())
    }

    fn name(&mut self, name: String, value: String) {
        self.names.insert(name, value);
    }

    async fn capture(&mut self, step: &Value) -> Result<(), String> {
        let answer = self.ask(&step["request"]).await?;
        if step["expect"].as_u64().is_some_and(|status| status != u64::from(answer.status)) {
            return Err(format!("{} {} {}", step["request"]["path"], answer.status, answer.text()));
        }
        for (name, path) in step["capture"].as_object().into_iter().flatten() {
            let path = path.as_str().unwrap();
            // Of Django's own session there is nothing here.
            let of_django = self.accounts.is_some() && ["cookie:csrftoken", "cookie:sessionid"].contains(&path);
            let found = captured(&answer, path).or(of_django.then(String::new)).ok_or("nothing to capture")?;
            self.names.insert(name.clone(), found);
        }
        Ok(())
    }

    /// What the recorder did through its own door to the database. `flush` has no counterpart to be run: rows that
    /// are past their end are looked at as if they were gone, whether or not they were deleted yet.
    async fn control(&mut self, action: &str, details: &Value) -> Result<(), String> {
        self.touched = true;
        if let Some(accounts) = &self.accounts {
            return Box::pin(accounts.control(action, details, &self.service, now())).await;
        }
        let store = &self.service.store;
        let user = self.users.iter().find(|user| details["username"] == user.username.as_str());
        match (action, user) {
            ("delete_user", Some(user)) => _ = store.delete_user(&user.id, 0).await.map_err(said)?,
            ("flush", _) => {}
            ("set_password", Some(user)) => {
                let encoded = password::hash(details["password"].as_str().unwrap(), *b"another-salt-16b").unwrap();
                _ = store.set_password(&user.id, &encoded, None).await.map_err(said)?;
            }
            ("set_user", Some(user)) => match &details["fields"] {
                fields if fields["username"].is_string() => {
                    let name = fields["username"].as_str().unwrap();
                    _ = store.rename(&user.id, &user.username, name, 0).await.map_err(said)?;
                }
                fields => {
                    _ = store.set_active(&user.id, fields["is_active"].as_bool().unwrap(), None).await.map_err(said)?
                }
            },
            _ => return Err(format!("an unknown act: {action} {details}")),
        }
        Ok(())
    }
}

/// The store gave up.
fn said(error: store::Error) -> String {
    error.to_string()
}

/// Unix seconds, whole.
#[expect(clippy::disallowed_methods, reason = "tokens are forged for the present moment")]
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

fn captured(answer: &Answer, path: &str) -> Option<String> {
    if let Some(cookie) = path.strip_prefix("cookie:") {
        let value = |line: &&str| line.strip_prefix(cookie)?.strip_prefix('=')?.split(';').next().map(str::to_owned);
        return answer.headers("set-cookie").iter().find_map(value);
    }
    let pointer = path.trim_start_matches('$').replace('.', "/");
    answer.json().pointer(&pointer)?.as_str().map(str::to_owned)
}

fn users(settings: &Value, fingerprinted: bool) -> Vec<User> {
    let by_uuid = variant::knows_users_by_uuid(settings);
    recorded::users().iter().map(|recorded| user(recorded, by_uuid, fingerprinted)).collect()
}

fn user(recorded: &Value, by_uuid: bool, fingerprinted: bool) -> User {
    let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
    let flag = |name: &str| recorded[name].as_bool().unwrap();
    User {
        id: if by_uuid { text("uuid") } else { recorded["id"].to_string() },
        username: text("username"),
        password: if fingerprinted { up_to_date(recorded) } else { text("password") },
        email: text("email"),
        first_name: text("first_name"),
        last_name: text("last_name"),
        is_active: flag("is_active"),
        is_staff: flag("is_staff"),
        is_superuser: flag("is_superuser"),
        groups: Vec::new(),
        attributes: Default::default(),
        last_login: None,
        named_since: None,
        created_at: 0,
        epoch: 0,
    }
}

/// A password in today's encoding, as the recorder's users had it in theirs: or the first login would change every
/// fingerprint. The user whose encoding was out of date there has one that is out of date here.
fn up_to_date(recorded: &Value) -> String {
    match recorded["password_plain"].as_str() {
        Some(plain) if recorded["username"] != "oldhash" => password::hash(plain, *b"parity-parity-16").unwrap(),
        _ => recorded["password"].as_str().unwrap().to_owned(),
    }
}
