//! What a function of the template may do to the tables is all that its endpoint does, whatever the settings.

use crate::{
    ground::{Ground, ground, user},
    proxy::{Call, Fate, Proxy},
};
use api::{Ambient, Caller, Endpoint, Principal, Service};
use http::Request;
use serde_json::{Value, json};
use settings::Settings;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};
use store::User;
use tests::stage::{HARDENED, PASSWORD, SECRET};
use token::KeySet;

/// A table, `organizations`, `users` or `sessions`, and an operation on it.
type Right = (&'static str, String);

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
    ] {
        let account = Account::with(settings).await;
        log_in_and_out(&account).await;
        rule(&account).await;
    }
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
    _ground: Ground,
    _proxy: Proxy,
    keys: KeySet,
    rights: Arc<Mutex<HashSet<Right>>>,
    service: Service,
}

impl Account {
    async fn with(variables: &[(&str, &str)]) -> Self {
        let settings = Settings::of(&[&[("SIGNING_KEY", SECRET)], variables].concat()).unwrap();
        let keys = settings.keys().unwrap().unwrap();
        let rights = Arc::new(Mutex::new(HashSet::new()));
        let ground = ground().await;
        let alice = User { password: password::hash(PASSWORD, [7; 16]).unwrap(), epoch: 0, ..user("alice") };
        ground.store.create_user(&alice).await.unwrap();
        let granted = Arc::clone(&rights);
        let proxy = Proxy::start(move |call| fate(call, &granted.lock().unwrap())).await;
        let service = Service::new(settings, ground.through(&proxy.url), 1);
        Self { _ground: ground, _proxy: proxy, keys, rights, service }
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
        self.call::<E>(verb, "POST /", body, None).await
    }

    /// Asks as whoever holds the access token, whom the authorizer let in.
    async fn guarded<E: Endpoint>(&self, verb: &str, asked: &str, tokens: &Value, body: Value) -> Value {
        let claims = tests::stage::claims(tokens["access"].as_str().unwrap());
        let mut context = claims.clone();
        context.insert("exp".to_owned(), json!(claims["exp"].to_string()));
        self.call::<E>(verb, asked, body, Principal::from_context(&context)).await
    }

    /// Asks for a method and a target.
    async fn call<E: Endpoint>(&self, verb: &str, asked: &str, body: Value, principal: Option<Principal>) -> Value {
        *self.rights.lock().unwrap() = rights(verb);
        let (method, target) = asked.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(target);
        let request = request.header("content-type", "application/json").body(body.into()).unwrap();
        let caller = Caller { ip: Some("192.0.2.7".to_owned()), principal, user_agent: None };
        let call = api::Call { ambient: Ambient::read().unwrap(), caller, keys: &self.keys, service: &self.service };
        let answer = Box::pin(api::answer::<E>(call, request)).await;
        assert!(answer.status() != 503, "{verb} wants more than template.yaml gives: {:?}", self._proxy.take().last());
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }
}

/// A call is made if there is a right to each thing that it does.
fn fate(call: &Call, granted: &HashSet<Right>) -> Fate {
    if wanted(call).is_subset(granted) {
        return Fate::Made;
    }
    let denied = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "no"});
    Fate::Answered(400, denied.to_string())
}

/// The rights that IAM asks for: those of the parts, for what is done in parts.
fn wanted(call: &Call) -> HashSet<Right> {
    let tables = ["organizations", "users", "sessions"];
    let table = |name: &str| tables.into_iter().find(|table| name.contains(table)).unwrap();
    let named = |value: &Value| table(value["TableName"].as_str().unwrap());
    match call.operation.as_str() {
        "BatchGetItem" => {
            let tables = call.body["RequestItems"].as_object().unwrap().keys();
            tables.map(|name| (table(name), "BatchGetItem".to_owned())).collect()
        }
        "TransactWriteItems" => {
            let items = call.body["TransactItems"].as_array().unwrap().iter();
            let parts = items.flat_map(|item| item.as_object().unwrap());
            parts.map(|(kind, part)| (named(part), format!("{}Item", kind.trim_end_matches("Item")))).collect()
        }
        operation => HashSet::from([(named(&call.body), operation.to_owned())]),
    }
}

/// What the template lets this function do.
fn rights(verb: &str) -> HashSet<Right> {
    let template = include_str!("../../template.yaml");
    let built = format!("      CodeUri: functions/{verb}\n");
    let (_, function) = template.split_once(&built).unwrap();
    let policies = function.lines().skip_while(|line| !line.ends_with("Policies:")).skip(1);
    let mut rights = HashSet::new();
    let mut actions = Vec::new();
    for line in policies.take_while(|line| line.starts_with("        ")) {
        match line.trim().split_once(": ") {
            Some(("Action", list)) => actions = list.split(&[',', '[', ']', ' ']).collect(),
            Some(("Resource", place)) => {
                let tables = [("OrganizationsTable", "organizations"), ("UsersTable", "users")];
                let table = tables.iter().find(|(resource, _)| place.contains(resource));
                let table = table.map_or("sessions", |(_, table)| *table);
                let operations = actions.iter().filter_map(|action| action.strip_prefix("dynamodb:"));
                rights.extend(operations.map(|operation| (table, operation.to_owned())));
            }
            _ => {}
        }
    }
    rights
}
