//! What the endpoints of accounts cost: the units that DynamoDB counts, as the engine tells them, beside what docs/accounts.md says.

use crate::units::Metered;
use api::{
    AccountsMe, AccountsUsers, Activation, Ambient, Obtain, ResendActivation, ResetPassword, ResetPasswordConfirm,
    ResetUsername, ResetUsernameConfirm, RestAuthLogin, RestAuthLogout, RestAuthPasswordChange, RestAuthPasswordReset,
    RestAuthPasswordResetConfirm, RestAuthRefresh, RestAuthRegistration, RestAuthResendEmail, RestAuthUser,
    RestAuthVerifyEmail, SetPassword, SetUsername,
};
use http::{Request, request::Builder};
use link::{Kind, Secret, Subject};
use mail::{Post, Sender, Times};
use serde_json::{Value, json};
use std::{
    fs,
    time::{Duration, Instant},
};
use store::{Account, Addressee, Mail, MailKind};
use tests::{accounts::GOOD, app::PASSWORD, ses::Ses, tools::root};

const DJOSER: [(&str, &str); 3] = [
    ("ACCOUNTS", "djoser"),
    ("SEND_ACTIVATION_EMAIL", "true"),
    ("ACTIVATION_URL", "https://app.example.com/{uid}/{token}"),
];
const REST_AUTH: [(&str, &str); 2] =
    [("ACCOUNTS", "dj-rest-auth"), ("ACTIVATION_URL", "https://app.example.com/{key}")];

/// Another password that nothing stands against.
const OTHER: &str = "Qv4-marble-tide";

/// The lines of the page's table.
struct Lines {
    metered: Metered,
    lines: Vec<String>,
}

impl Lines {
    async fn with(settings: &[(&str, &str)]) -> Self {
        let metered = Metered::with(0, settings).await;
        // The first login replaces an old hash.
        metered.service.login().await;
        metered.units();
        Self { metered, lines: Vec::new() }
    }

    async fn post<E: api::Endpoint>(&mut self, endpoint: &str, body: Value) -> Value {
        self.ask::<E>(endpoint, Request::post("/"), body).await
    }

    async fn ask<E: api::Endpoint>(&mut self, endpoint: &str, request: Builder, body: Value) -> Value {
        let (answer, _) = self.metered.service.ask::<E>(request, body).await;
        let faults = ["detail", "token", "email", "code"].map(|name| answer[name].is_array());
        assert!(answer["code"].is_null() && !faults.contains(&true), "{endpoint}: {answer}");
        let units = self.metered.units();
        self.lines.push(format!("| `{endpoint}` | {units} |"));
        answer
    }

    /// The same with a token of who logs in now.
    async fn guarded<E: api::Endpoint>(&mut self, endpoint: &str, user: (&str, &str), body: Value) {
        let typed = json!({"username": user.0, "password": user.1});
        let (pair, _) = self.metered.service.post::<Obtain>(typed).await;
        self.metered.units();
        let (method, header) = (endpoint.split(' ').next().unwrap(), pair["access"].as_str().unwrap());
        let request = Request::builder().method(method).uri("/").header("Authorization", format!("Bearer {header}"));
        self.ask::<E>(endpoint, request, body).await;
    }

    async fn account(&self, name: &str) -> Account {
        let store = &self.metered.service.store;
        let id = store.user_folded(name).await.unwrap().unwrap().id;
        store.account(&id).await.unwrap().unwrap()
    }

    /// Uid and token of a link, as it would have been mailed now.
    async fn link(&self, kind: Kind, name: &str) -> Value {
        let (account, now) = (self.account(name).await, Ambient::time());
        let (user, email) = (&account.user, account.address());
        let last_login = link::last_login(user.last_login);
        let subject = Subject { id: &user.id, password: &user.password, last_login: &last_login, email, addresses: "" };
        let secrets = self.metered.service.keys.link_secrets(now);
        let token = link::token(kind, &subject, Secret::Own(&*secrets.own[0]), now);
        json!({"uid": link::uid(&user.id), "token": token})
    }

    fn demand(self) {
        let page = fs::read_to_string(root().join("docs/accounts.md")).unwrap();
        let missing: Vec<String> = self.lines.into_iter().filter(|line| !page.contains(line.as_str())).collect();
        assert!(missing.is_empty(), "docs/accounts.md must say:\n{}", missing.join("\n"));
    }
}

fn with(mut link: Value, more: &Value) -> Value {
    link.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    link
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_endpoints_of_djoser_cost_what_the_page_says() {
    let mut lines = Lines::with(&DJOSER).await;
    let made = json!({"username": "newuser", "email": "new@example.com", "password": GOOD});
    lines.post::<AccountsUsers>("POST /auth/users/", made).await;
    lines.post::<ResendActivation>("POST /auth/users/resend_activation/", json!({"email": "new@example.com"})).await;
    let link = lines.link(Kind::Activation, "newuser").await;
    lines.post::<Activation>("POST /auth/users/activation/", link).await;
    let alice = json!({"email": "alice@example.com"});
    lines.post::<ResetPassword>("POST /auth/users/reset_password/", alice.clone()).await;
    let link = with(lines.link(Kind::Password, "alice").await, &json!({"new_password": OTHER}));
    lines.post::<ResetPasswordConfirm>("POST /auth/users/reset_password_confirm/", link).await;
    lines.post::<ResetUsername>("POST /auth/users/reset_username/", alice).await;
    let link = with(lines.link(Kind::Username, "alice").await, &json!({"new_username": "alicia"}));
    lines.post::<ResetUsernameConfirm>("POST /auth/users/reset_username_confirm/", link).await;
    let user = ("alicia", OTHER);
    lines.guarded::<AccountsUsers>("GET /auth/users/", user, Value::Null).await;
    lines.guarded::<AccountsMe>("GET /auth/users/me/", user, Value::Null).await;
    let changed = json!({"email": "other@example.com", "current_password": OTHER});
    lines.guarded::<AccountsMe>("PATCH /auth/users/me/", user, changed).await;
    let renamed = json!({"new_username": "alice", "current_password": OTHER});
    lines.guarded::<SetUsername>("POST /auth/users/set_username/", user, renamed).await;
    let set = json!({"new_password": GOOD, "current_password": OTHER});
    lines.guarded::<SetPassword>("POST /auth/users/set_password/", ("alice", OTHER), set).await;
    lines.guarded::<AccountsMe>("DELETE /auth/users/me/", ("alice", GOOD), json!({"current_password": GOOD})).await;
    lines.demand();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_endpoints_of_dj_rest_auth_cost_what_the_page_says() {
    let mut lines = Lines::with(&REST_AUTH).await;
    let made = json!({"username": "newuser", "email": "new@example.com", "password1": GOOD, "password2": GOOD});
    lines.post::<RestAuthRegistration>("POST /dj-rest-auth/registration/", made).await;
    let asked = json!({"email": "new@example.com"});
    lines.post::<RestAuthResendEmail>("POST /dj-rest-auth/registration/resend-email/", asked).await;
    let (id, now) = (lines.account("newuser").await.user.id, Ambient::time());
    let secrets = lines.metered.service.keys.link_secrets(now);
    let key = json!({"key": link::address_key(&id, "new@example.com", &*secrets.own[0], now)});
    lines.post::<RestAuthVerifyEmail>("POST /dj-rest-auth/registration/verify-email/", key).await;
    let typed = json!({"username": "alice", "password": PASSWORD});
    let pair = lines.post::<RestAuthLogin>("POST /dj-rest-auth/login/", typed).await;
    let refresh = json!({"refresh": pair["refresh"]});
    lines.post::<RestAuthRefresh>("POST /dj-rest-auth/token/refresh/", refresh.clone()).await;
    lines.post::<RestAuthLogout>("POST /dj-rest-auth/logout/", refresh).await;
    let user = ("alice", PASSWORD);
    lines.guarded::<RestAuthUser>("GET /dj-rest-auth/user/", user, Value::Null).await;
    lines.guarded::<RestAuthUser>("PATCH /dj-rest-auth/user/", user, json!({"first_name": "Alice"})).await;
    let changed = json!({"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER});
    lines.guarded::<RestAuthPasswordChange>("POST /dj-rest-auth/password/change/", user, changed).await;
    let alice = json!({"email": "alice@example.com"});
    lines.post::<RestAuthPasswordReset>("POST /dj-rest-auth/password/reset/", alice).await;
    let new = json!({"new_password1": GOOD, "new_password2": GOOD});
    let link = with(lines.link(Kind::Password, "alice").await, &new);
    lines.post::<RestAuthPasswordResetConfirm>("POST /dj-rest-auth/password/reset/confirm/", link).await;
    lines.demand();
}

/// A mail for a user whose address is confirmed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_costs_what_the_page_says() {
    let page = ("PASSWORD_RESET_CONFIRM_URL", "https://app.example.com/{uid}/{token}");
    let mut lines = Lines::with(&[page]).await;
    let (ses, now) = (Ses::start().await, Ambient::time());
    let sender = Sender::new(&ses.access(), store::http_client(), "noreply@example.com".to_owned());
    let watched = &lines.metered.service;
    let id = Ambient::read().unwrap().mail_id();
    let to = Addressee::Address("alice@example.com".to_owned());
    let mail = Mail { id: id.clone(), kind: MailKind::PasswordReset, to, created_at: now };
    watched.store.enqueue(&mail).await.unwrap();
    let (store, settings) = (&watched.watched, watched.service.settings());
    let post = Post { store, keys: &watched.keys, settings, sender: &sender };
    let until = Instant::now() + Duration::from_secs(60);
    post.deliver(&id, Times { now, since: now, until }).await;
    assert_eq!(ses.asked().len(), 1);
    let units = lines.metered.units();
    lines.lines.push(format!("| the function `mail`, for each mail | {units} |"));
    lines.demand();
}
