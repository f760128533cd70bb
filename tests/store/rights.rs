//! What a function of the template may do to the tables is all that its endpoint does, whatever the settings.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{TestStore, test_store, user},
};
use api::{Ambient, Caller, Endpoint, Principal, Service};
use http::Request;
use mail::{Post, Sender, Times};
use serde_json::{Value, json};
use settings::Settings;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use store::{Addressee, Mail, MailKind, User};
use tests::{
    app::{HARDENED, PASSWORD, SECRET},
    ses::{Fate, Ses},
};
use token::KeySet;

/// A statement of the template: what may be done to a table, `organizations`, `users` or `sessions`, and to what of it.
struct Right {
    table: &'static str,
    operations: HashSet<String>,
    /// `dynamodb:Attributes`: the only names that a call may say.
    attributes: Option<HashSet<String>>,
    /// `dynamodb:LeadingKeys`: the only keys that it may be about, `*` for any text.
    keys: Option<Vec<String>>,
}

/// What IAM looks at in one part of a call.
struct Wanted {
    table: &'static str,
    operation: String,
    attributes: HashSet<String>,
    key: Option<String>,
}

#[tokio::test]
async fn sc_07_every_function_may_do_what_its_endpoint_does() {
    let once = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
    for settings in [
        &[][..],
        &once,
        &HARDENED,
        &[HARDENED[0], HARDENED[1], ("REUSE_ENDS_ALL_SESSIONS", "true"), ("REFRESH_GRACE_SECONDS", "0")],
        &[("SIMPLE_JWT_VERSION", "master"), ("CHECK_REVOKE_TOKEN", "true")],
        &[once[0], once[1], ("SIMPLE_JWT_VERSION", "master"), ("CHECK_REVOKE_TOKEN", "true")],
        &[("USER_ID_FIELD", "username")],
        &[("UPDATE_LAST_LOGIN", "true"), ("USERNAME_FIELD", "email")],
        &[HARDENED[0], HARDENED[1], ("USER_ID_FIELD", "email"), ("MAX_SESSIONS_PER_USER", "1")],
        &[("USER_WRITABLE_ATTRIBUTES", "first_name,phone")],
    ] {
        let account = Account::with(settings).await;
        log_in_and_out(&account).await;
        rule(&account).await;
    }
}

#[tokio::test]
async fn sc_07_the_functions_of_other_software_and_of_older_clients_may_do_what_their_endpoints_do() {
    let clients = ("OAUTH_CLIENTS", "shop:a-secret-of-the-shop");
    let (legacy, login) = (("LEGACY", "drf-jwt"), ("UPDATE_LAST_LOGIN", "true"));
    for settings in [&[clients, legacy, login][..], &[HARDENED[0], HARDENED[1], clients, legacy]] {
        let account = Account::with(settings).await;
        other_software(&account).await;
        older_clients(&account).await;
    }
}

#[tokio::test]
async fn sc_07_the_function_of_accounts_may_do_what_its_endpoints_do() {
    let given = [
        ("ACCOUNTS", "djoser"),
        ("SEND_ACTIVATION_EMAIL", "true"),
        ("ACTIVATION_URL", "https://app.example.com/{uid}/{token}"),
        ("PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND", "true"),
        ("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true"),
    ];
    let account = Account::with(&given).await;
    sign_up(&account).await;
    change_an_account(&account).await;
}

#[tokio::test]
async fn sc_07_the_function_of_mails_may_do_what_sending_does() {
    let account = Account::with(&[("PASSWORD_RESET_CONFIRM_URL", "https://app.example.com/{uid}/{token}")]).await;
    let (ses, now) = (Ses::start().await, Ambient::read().unwrap().now);
    let sender = Sender::new(&ses.access(), store::http_client(), "noreply@example.com".to_owned());
    let store = account._ground.through(&account._proxy.url);
    let paused = Fate::Refused(400, "SendingPausedException");
    for (number, fates) in
        [&[][..], &[paused], &[Fate::Refused(400, "MessageRejected")], &[Fate::Lost]].iter().enumerate()
    {
        let id = format!("{}-{number}", account._ground.tables.users);
        let to = Addressee::Address("alice@example.test".to_owned());
        let mail = Mail { id: id.clone(), kind: MailKind::PasswordReset, to, created_at: now };
        account._ground.store.enqueue(&mail).await.unwrap();
        *account.rights.lock().unwrap() = rights("mail");
        ses.plan(fates);
        let post = Post { store: &store, keys: &account.keys, settings: account.service.settings(), sender: &sender };
        let until = Instant::now() + Duration::from_secs(60);
        for later in [0, 0, 300] {
            post.deliver(&id, Times { now: now + later, since: now, until }).await;
        }
        let refused = account.refused.lock().unwrap();
        assert!(refused.is_empty(), "mail wants more than template.yaml gives: {refused:?}");
    }
    assert_eq!(ses.asked().len(), 5);
}

#[tokio::test]
async fn sc_07_the_function_of_dj_rest_auth_may_do_what_its_endpoints_do() {
    let own = [
        ("ACCOUNTS", "dj-rest-auth"),
        ("ACTIVATION_URL", "https://app.example.com/{key}"),
        ("PASSWORD_CHANGED_EMAIL_CONFIRMATION", "true"),
        ("UPDATE_LAST_LOGIN", "true"),
    ];
    for others in [&[][..], &HARDENED, &[HARDENED[0], HARDENED[1], ("REUSE_ENDS_ALL_SESSIONS", "true")]] {
        let account = Account::with(&[&own[..], others].concat()).await;
        let tokens = come_and_go(&account).await;
        change_oneself(&account, &tokens).await;
    }
}

const NEW: &str = "Zx9-quartz-lamp-and-more";

/// Signs up, confirms the address, logs in, refreshes and logs out: the tokens of the last login.
async fn come_and_go(account: &Account) -> Value {
    let new = json!({"username": "newuser", "email": "new@example.test", "password1": NEW, "password2": NEW});
    let made = account.post::<api::RestAuthRegistration>("rest_auth", new.clone()).await;
    assert_eq!(made["user"]["username"], "newuser", "{made}");
    account.post::<api::RestAuthRegistration>("rest_auth", new).await;
    account.post::<api::RestAuthResendEmail>("rest_auth", json!({"email": "new@example.test"})).await;
    let now = Ambient::read().unwrap().now;
    let secrets = account.keys.link_secrets(now);
    let id = made["user"]["pk"].as_str().unwrap();
    let key = link::address_key(id, "new@example.test", secrets.own[0].as_slice(), now);
    for status in ["ok", "Not found."] {
        let told = account.post::<api::RestAuthVerifyEmail>("rest_auth", json!({"key": key})).await;
        assert_eq!(told["detail"], status);
    }
    let login = json!({"username": "newuser", "password": NEW});
    account.post::<api::RestAuthLogin>("rest_auth", json!({"username": "newuser", "password": "wrong"})).await;
    let tokens = account.post::<api::RestAuthLogin>("rest_auth", login.clone()).await;
    let refresh = json!({"refresh": tokens["refresh"]});
    let next = account.post::<api::RestAuthRefresh>("rest_auth", refresh.clone()).await;
    assert!(next["access"].is_string(), "{next}");
    for refresh in [&refresh, &json!({"refresh": next["refresh"]}), &refresh] {
        account.post::<api::RestAuthRefresh>("rest_auth", refresh.clone()).await;
        account.post::<api::RestAuthLogout>("rest_auth", refresh.clone()).await;
    }
    account.post::<api::RestAuthLogin>("rest_auth", login).await
}

async fn change_oneself(account: &Account, tokens: &Value) {
    account.guarded::<api::RestAuthUser>("rest_auth", "GET /", tokens, Value::Null).await;
    let names = json!({"username": "renamed", "first_name": "A", "last_name": "B"});
    let changed = account.guarded::<api::RestAuthUser>("rest_auth", "PATCH /", tokens, names).await;
    assert_eq!(changed["username"], "renamed", "{changed}");
    let other = "another-quartz-lamp-entirely";
    for old in ["wrong", NEW] {
        let body = json!({"old_password": old, "new_password1": other, "new_password2": other});
        account.guarded::<api::RestAuthPasswordChange>("rest_auth", "POST /", tokens, body).await;
    }
    account.post::<api::RestAuthPasswordReset>("rest_auth", json!({"email": "new@example.test"})).await;
    let user = account._ground.store.user_folded("renamed").await.unwrap().unwrap();
    let (now, last_login) = (Ambient::read().unwrap().now, link::last_login(user.last_login));
    let (id, password, email) = (&user.id, &user.password, &user.email);
    let subject = link::Subject { id, password, last_login: &last_login, email, addresses: "" };
    let secrets = account.keys.link_secrets(now);
    let token = link::token(link::Kind::Password, &subject, link::Secret::Own(secrets.own[0].as_slice()), now);
    let body = json!({"uid": link::uid(id), "token": token, "new_password1": NEW, "new_password2": NEW});
    let told = account.post::<api::RestAuthPasswordResetConfirm>("rest_auth", body).await;
    assert_eq!(told["detail"], "Password has been reset with the new password.", "{told}");
}

async fn sign_up(account: &Account) {
    let new = json!({"username": "newuser", "email": "new@example.test", "password": "Zx9-quartz-lamp"});
    let made = account.post::<api::AccountsUsers>("accounts", new.clone()).await;
    assert_eq!(made["username"], "newuser", "{made}");
    account.post::<api::AccountsUsers>("accounts", new).await;
    account.post::<api::ResendActivation>("accounts", json!({"email": "new@example.test"})).await;
    account.post::<api::ResetPassword>("accounts", json!({"email": "alice@example.test"})).await;
    let (uid, mut link) = (link::uid(made["id"].as_str().unwrap()), json!({}));
    let user = account.service_user(made["id"].as_str().unwrap()).await;
    let subject = link::Subject {
        id: &user.id,
        password: &user.password,
        last_login: "",
        email: "new@example.test",
        addresses: "",
    };
    let now = Ambient::read().unwrap().now;
    let secrets = account.keys.link_secrets(now);
    let token = link::token(link::Kind::Activation, &subject, link::Secret::Own(secrets.own[0].as_slice()), now);
    link["uid"] = json!(uid);
    link["token"] = json!(token);
    assert_eq!(account.post::<api::Activation>("accounts", link.clone()).await, Value::Null);
    assert_eq!(account.post::<api::Activation>("accounts", link).await["detail"], "Stale token for given user.");
}

async fn change_an_account(account: &Account) {
    let tokens = account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    account.guarded::<api::AccountsMe>("accounts", "GET /", &tokens, Value::Null).await;
    account
        .guarded::<api::AccountsMe>(
            "accounts",
            "PATCH /",
            &tokens,
            json!({"email": "other@example.test", "current_password": PASSWORD}),
        )
        .await;
    let name = json!({"current_password": PASSWORD, "new_username": "al"});
    assert_eq!(account.guarded::<api::SetUsername>("accounts", "POST /", &tokens, name).await, Value::Null);
    let password = json!({"current_password": PASSWORD, "new_password": "Zx9-quartz-lamp"});
    assert_eq!(account.guarded::<api::SetPassword>("accounts", "POST /", &tokens, password).await, Value::Null);
    let gone = json!({"current_password": "Zx9-quartz-lamp"});
    assert_eq!(account.guarded::<api::AccountsMe>("accounts", "DELETE /", &tokens, gone).await, Value::Null);
}

async fn other_software(account: &Account) {
    let asked = |token: &Value| json!({"token": token, "client_id": "shop", "client_secret": "a-secret-of-the-shop"});
    let tokens = account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    let told = account.post::<api::Introspect>("oauth", asked(&tokens["access"])).await;
    assert_eq!(told["active"], true, "{told}");
    account.post::<api::Refresh>("refresh", json!({"refresh": tokens["refresh"]})).await;
    let foreign = ["0123456789ab4def8123456789abcdef", "issued elsewhere"].map(|jti| json!(account.foreign(jti)));
    for token in foreign.iter().chain([&tokens["access"], &tokens["refresh"]]) {
        assert_eq!(account.post::<api::Revoke>("oauth", asked(token)).await, json!({}));
    }
    let legacy = account.post::<api::LegacyObtain>("legacy", account.typed(PASSWORD)).await;
    let told = account.post::<api::Introspect>("oauth", asked(&legacy["token"])).await;
    assert_eq!(told["token_use"], "legacy", "{told}");
    assert_eq!(account.post::<api::Revoke>("oauth", asked(&legacy["token"])).await, json!({}));
}

async fn older_clients(account: &Account) {
    account.post::<api::LegacyObtain>("legacy", account.typed("wrong")).await;
    let token = account.post::<api::LegacyObtain>("legacy", account.typed(PASSWORD)).await;
    assert!(token["token"].is_string(), "{token}");
    account.post::<api::LegacyVerify>("legacy", token.clone()).await;
    account.post::<api::LegacyRefresh>("legacy", token.clone()).await;
    let header = format!("Bearer {}", token["token"].as_str().unwrap());
    account.call::<api::LegacyAuth>("legacy", "GET /", Value::Null, Err(&header)).await;
    account.call::<api::LegacyImpersonate>("legacy", "POST /", json!({"user": "id-alice"}), Err(&header)).await;
    account.call::<api::LegacyBlacklist>("legacy", "POST /", json!({}), Err(&header)).await;
}

async fn log_in_and_out(account: &Account) {
    account.post::<api::Obtain>("obtain", account.typed("wrong")).await;
    account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    let tokens = account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    let refresh = json!({"refresh": tokens["refresh"]});
    account.post::<api::Verify>("verify", json!({"token": tokens["access"]})).await;
    account.post::<api::Refresh>("refresh", refresh.clone()).await;
    account.post::<api::Refresh>("refresh", refresh.clone()).await;
    account.post::<api::Blacklist>("blacklist", refresh.clone()).await;
    account.post::<api::Refresh>("refresh", refresh).await;
    let tokens = account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    let followed = json!({"refresh": tokens["refresh"]});
    account.post::<api::Refresh>("refresh", followed.clone()).await;
    account.post::<api::Blacklist>("blacklist", followed).await;
    for jti in ["0123456789ab4def8123456789abcdef", "issued elsewhere"] {
        let foreign = json!({"refresh": account.foreign(jti)});
        account.post::<api::Refresh>("refresh", foreign.clone()).await;
        account.post::<api::Blacklist>("blacklist", foreign).await;
    }
    let sliding = account.post::<api::ObtainSliding>("obtain", account.typed(PASSWORD)).await;
    account.post::<api::RefreshSliding>("refresh", sliding).await;
}

async fn rule(account: &Account) {
    let tokens = account.post::<api::Obtain>("obtain", account.typed(PASSWORD)).await;
    account.guarded::<api::Hello>("hello", "GET /", &tokens, Value::Null).await;
    account.guarded::<api::ShowUser>("account", "GET /", &tokens, Value::Null).await;
    account.guarded::<api::ShowUser>("account", "PATCH /", &tokens, json!({"first_name": "A", "phone": "1"})).await;
    keep(account, &tokens).await;
    account.guarded::<api::Sessions>("account", "GET /", &tokens, Value::Null).await;
    account.guarded::<api::EndSession>("account", "DELETE /0123456789abcdef/", &tokens, Value::Null).await;
    account.guarded::<api::Sessions>("account", "DELETE /", &tokens, Value::Null).await;
    for old in ["wrong", PASSWORD] {
        let passwords = json!({"old_password": old, "new_password": "a longer one than that before"});
        account.guarded::<api::ChangePassword>("credentials", "POST /", &tokens, passwords).await;
    }
    account.post::<api::Refresh>("refresh", json!({"refresh": tokens["refresh"]})).await;
    account.guarded::<api::Sessions>("account", "DELETE /?all=true", &tokens, Value::Null).await;
}

async fn keep(account: &Account, tokens: &Value) {
    let list = async |asked: &str, body: Value| {
        account.guarded::<api::Organizations>("organizations", asked, tokens, body).await
    };
    let acme = list("POST /", json!({"name": "Acme"})).await["data"].clone();
    list("POST /", json!({"name": "Acme"})).await;
    list("GET /", Value::Null).await;
    list("GET /?name=acme", Value::Null).await;
    let id = acme["id"].as_str().unwrap();
    for (method, body) in [
        ("GET", Value::Null),
        ("PATCH", json!({"description": "Rockets"})),
        ("PUT", json!({"name": "Apex"})),
        ("DELETE", Value::Null),
    ] {
        account.guarded::<api::Organization>("organizations", &format!("{method} /{id}/"), tokens, body).await;
    }
}

/// Alice, the service over her table, and what it may do at the moment.
struct Account {
    _ground: TestStore,
    _proxy: Proxy,
    keys: KeySet,
    /// What was asked of the tables without a right to it.
    refused: Arc<Mutex<Vec<String>>>,
    rights: Arc<Mutex<Vec<Right>>>,
    service: Service,
}

impl Account {
    async fn with(variables: &[(&str, &str)]) -> Self {
        let settings = Settings::of(&[&[("SIGNING_KEY", SECRET)], variables].concat()).unwrap();
        let keys = settings.keys().unwrap().unwrap();
        let rights = Arc::new(Mutex::new(Vec::new()));
        let test_store = test_store().await;
        let alice = User { password: password::hash(PASSWORD, [7; 16]).unwrap(), epoch: 0, ..user("alice") };
        test_store.store.create_user(&alice).await.unwrap();
        let granted = Arc::clone(&rights);
        let refused = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&refused);
        let proxy = Proxy::start(move |call| {
            let fate = fate(call, &granted.lock().unwrap());
            if matches!(fate, Interference::Answered(..)) {
                told.lock().unwrap().push(format!("{} {}", call.operation, call.body));
            }
            fate
        })
        .await;
        let service = Service::new(settings, test_store.through(&proxy.url), 1);
        Self { _ground: test_store, _proxy: proxy, keys, refused, rights, service }
    }

    /// A user as the table has it.
    async fn service_user(&self, id: &str) -> User {
        self._ground.store.user(id).await.unwrap().unwrap()
    }

    /// A body to log in with.
    fn typed(&self, password: &str) -> Value {
        json!({"username": "alice", "email": "alice@example.test", "password": password})
    }

    /// A refresh token that has no session.
    fn foreign(&self, jti: &str) -> String {
        let id = match self.service.settings().user_id_field {
            settings::UserIdField::Email => "alice@example.test",
            settings::UserIdField::Id => "id-alice",
            settings::UserIdField::Username => "alice",
        };
        let now = Ambient::read().unwrap().now;
        let claims = json!({"token_type": "refresh", "exp": now + 60, "iat": now, "jti": jti, "user_id": id});
        tests::forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, SECRET)
    }

    async fn post<E: Endpoint>(&self, verb: &str, body: Value) -> Value {
        self.call::<E>(verb, "POST /", body, Ok(None)).await
    }

    /// Asks as whoever holds the access token, whom the authorizer let in.
    async fn guarded<E: Endpoint>(&self, verb: &str, asked: &str, tokens: &Value, body: Value) -> Value {
        let claims = tests::app::claims(tokens["access"].as_str().unwrap());
        let mut context = claims.clone();
        context.insert("exp".to_owned(), json!(claims["exp"].to_string()));
        self.call::<E>(verb, asked, body, Ok(Principal::from_context(&context))).await
    }

    /// Asks for a method and a target, as whom the authorizer let in or else with this header.
    async fn call<E: Endpoint>(
        &self,
        verb: &str,
        asked: &str,
        body: Value,
        caller: Result<Option<Principal>, &str>,
    ) -> Value {
        *self.rights.lock().unwrap() = rights(verb);
        let (method, target) = asked.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(target);
        let request = request.header("content-type", "application/json");
        let request = match &caller {
            Ok(_) => request,
            Err(header) => request.header("authorization", *header),
        };
        let request = request.body(body.into()).unwrap();
        let principal = caller.unwrap_or_default();
        let caller = Caller { ip: Some("192.0.2.7".to_owned()), principal, user_agent: None };
        let call = api::Call { ambient: Ambient::read().unwrap(), caller, keys: &self.keys, service: &self.service };
        let answer = Box::pin(api::answer::<E>(call, request)).await;
        let refused = self.refused.lock().unwrap();
        assert!(
            refused.is_empty() && answer.status() != 503,
            "{verb} wants more than template.yaml gives: {refused:?}"
        );
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }
}

/// A call is made if there is a right to each thing that it does.
fn fate(call: &Call, granted: &[Right]) -> Interference {
    if wanted(call).iter().all(|wanted| granted.iter().any(|right| right.allows(wanted))) {
        return Interference::Made;
    }
    let denied = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"});
    Interference::Answered(400, denied.to_string())
}

impl Right {
    fn allows(&self, wanted: &Wanted) -> bool {
        let fits = |key: &String, pattern: &String| match pattern.split_once('*') {
            Some((begin, "")) => key.starts_with(begin),
            Some((begin, end)) => {
                let end = end.trim_end_matches('*');
                key.strip_prefix(begin).is_some_and(|rest| rest.contains(end))
            }
            None => key == pattern,
        };
        self.table == wanted.table
            && self.operations.contains(&wanted.operation)
            && self.attributes.as_ref().is_none_or(|named| wanted.attributes.is_subset(named))
            && self
                .keys
                .as_ref()
                .is_none_or(|keys| wanted.key.as_ref().is_some_and(|key| keys.iter().any(|pattern| fits(key, pattern))))
    }
}

/// The rights that IAM asks for: those of the parts, for what is done in parts.
fn wanted(call: &Call) -> Vec<Wanted> {
    match call.operation.as_str() {
        "BatchGetItem" => {
            let tables = call.body["RequestItems"].as_object().unwrap().keys();
            tables.map(|name| part("BatchGetItem", &json!({"TableName": name}))).collect()
        }
        "TransactWriteItems" => {
            let items = call.body["TransactItems"].as_array().unwrap().iter();
            let parts = items.flat_map(|item| item.as_object().unwrap());
            parts.map(|(kind, body)| part(&format!("{}Item", kind.trim_end_matches("Item")), body)).collect()
        }
        operation => vec![part(operation, &call.body)],
    }
}

fn part(operation: &str, body: &Value) -> Wanted {
    let name = body["TableName"].as_str().unwrap();
    let table =
        ["outbox", "organizations", "users", "sessions"].into_iter().find(|table| name.contains(table)).unwrap();
    let given = |name: &str| body[name].as_object().into_iter().flatten();
    let expressions = ["UpdateExpression", "ConditionExpression"].map(|name| body[name].as_str().unwrap_or_default());
    let said = expressions.iter().flat_map(|text| names(text)).map(|name| match name.strip_prefix('#') {
        Some(_) => body["ExpressionAttributeNames"][name].as_str().unwrap().to_owned(),
        None => name.to_owned(),
    });
    let attributes = given("Key").chain(given("Item")).map(|(name, _)| name.clone()).chain(said).collect();
    let key = [&body["Key"], &body["Item"]].into_iter().find_map(|item| item["pk"]["S"].as_str());
    Wanted { table, operation: operation.to_owned(), attributes, key: key.map(str::to_owned) }
}

/// The attributes that an expression names: its words but for placeholders, words of the language and functions.
fn names(expression: &str) -> Vec<&str> {
    let language = ["SET", "ADD", "DELETE", "REMOVE", "AND", "OR", "NOT", "BETWEEN", "IN"];
    let functions = ["attribute_exists", "attribute_not_exists", "if_not_exists", "size", "contains", "begins_with"];
    let words = expression.split(|c: char| !(c.is_alphanumeric() || "_#:".contains(c)));
    words
        .filter(|word| !word.is_empty() && !word.starts_with([':', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
        .filter(|word| !language.contains(word) && !functions.contains(word))
        .collect()
}

/// What the template lets this function do, statement by statement.
fn rights(verb: &str) -> Vec<Right> {
    let template = include_str!("../../template.yaml");
    let (_, function) = template.split_once(&format!("      Handler: {verb}\n")).unwrap();
    let (_, policies) = function.split_once("          Statement:\n").unwrap();
    let lines: Vec<&str> = policies.lines().take_while(|line| line.starts_with("            ")).collect();
    lines.join(" ").split("- {Sid: ").skip(1).map(right).collect()
}

/// A statement as one line, from its name on.
fn right(statement: &str) -> Right {
    let tables = [("OrganizationsTable", "organizations"), ("OutboxTable", "outbox"), ("UsersTable", "users")];
    let table =
        tables.iter().find(|(resource, _)| statement.contains(resource)).map_or("sessions", |(_, table)| *table);
    let operations = list(statement, "Action: [").unwrap_or_default();
    let operations = operations.iter().filter_map(|action| action.strip_prefix("dynamodb:")).map(str::to_owned);
    Right {
        table,
        operations: operations.collect(),
        attributes: list(statement, "\"dynamodb:Attributes\": [").map(|names| names.into_iter().collect()),
        keys: list(statement, "\"dynamodb:LeadingKeys\": ["),
    }
}

/// The entries of a list that begins so.
fn list(statement: &str, begin: &str) -> Option<Vec<String>> {
    let (entries, _) = statement.split_once(begin)?.1.split_once(']')?;
    Some(entries.split(", ").map(|entry| entry.trim_matches('"').to_owned()).collect())
}

#[test]
fn sc_07_what_a_function_writes_is_named() {
    for (function, fields) in [
        ("refresh", &["pk", "epoch"][..]),
        ("blacklist", &["pk", "epoch"]),
        ("account", &["pk", "user_id", "epoch", "password", "first_name", "last_name", "user_attributes"]),
        ("obtain", &["pk", "user_id", "last_login", "password"]),
        ("credentials", &["pk", "epoch", "password"]),
        ("legacy", &["pk", "user_id", "last_login", "password"]),
    ] {
        let rights = rights(function);
        let mut writes = rights.iter().filter(|right| right.operations.contains("UpdateItem"));
        let users = writes.find(|right| right.table == "users").unwrap();
        let named = users.attributes.clone().unwrap();
        assert_eq!(named, fields.iter().map(|name| (*name).to_owned()).collect(), "{function}");
        assert!(!named.contains("is_superuser") && !named.contains("is_staff") && !named.contains("is_active"));
        let writes =
            |right: &&Right| right.operations.iter().any(|name| ["PutItem", "UpdateItem"].contains(&name.as_str()));
        let sessions: Vec<&Right> = rights.iter().filter(|right| right.table == "sessions").filter(writes).collect();
        assert!(!sessions.is_empty() && sessions.iter().all(|right| right.keys.is_some()), "{function}");
    }
}
