//! What a request costs: the calls that arrive at DynamoDB, beside what docs/speed.md says of them.

use crate::{
    proxy::{Interference, Proxy},
    test_store::test_store,
};
use api::{
    Ambient, Blacklist, Call, Caller, ChangePassword, EndSession, Endpoint, Obtain, Refresh, ResetPassword,
    ResetUsername, RestAuthLogin, RestAuthPasswordReset, RestAuthRegistration, RestAuthResendEmail, Service, Sessions,
    Verify,
};
use http::{Request, request};
use serde_json::{Value, json};
use settings::Settings;
use store::User;
use tests::{
    app::{PASSWORD, SECRET, sid, user},
    events::{heard, listen},
};
use token::KeySet;

const ROTATION: (&str, &str) = ("ROTATE_REFRESH_TOKENS", "true");
const BLACKLISTING: (&str, &str) = ("BLACKLIST_AFTER_ROTATION", "true");
const DETECTION: (&str, &str) = ("REUSE_DETECTION", "true");
const CHECK: (&str, &str) = ("SESSION_CHECK", "true");

/// A service that is watched, with alice.
pub(crate) struct Watched {
    pub(crate) keys: KeySet,
    proxy: Proxy,
    pub(crate) service: Service,
    /// The same tables, past the proxy.
    pub(crate) store: store::Store,
    /// The same through it, as the service has them.
    pub(crate) watched: store::Store,
}

impl Watched {
    async fn with(variables: &[(&str, &str)]) -> Self {
        Self::over(variables, |_| Interference::Made).await
    }

    async fn over(
        variables: &[(&str, &str)],
        plan: impl FnMut(&tests::proxy::Call) -> Interference + Send + 'static,
    ) -> Self {
        Self::of(user("1", "alice", true), variables, plan).await
    }

    /// The same with this user.
    pub(crate) async fn of(
        user: User,
        variables: &[(&str, &str)],
        plan: impl FnMut(&tests::proxy::Call) -> Interference + Send + 'static,
    ) -> Self {
        let settings = Settings::of(&[variables, &[("SIGNING_KEY", SECRET)]].concat()).unwrap();
        let keys = settings.keys().unwrap().unwrap();
        let test_store = test_store().await;
        test_store.store.create_user(&user).await.unwrap();
        let proxy = Proxy::start(plan).await;
        let watched = test_store.through(&proxy.url);
        let service = Service::new(settings, watched.clone(), 1);
        Self { keys, proxy, service, store: test_store.store.clone(), watched }
    }

    /// The body of the answer, and the calls it took.
    pub(crate) async fn ask<E: Endpoint>(&self, request: request::Builder, body: Value) -> (Value, Vec<String>) {
        self.proxy.take();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = request.header("Content-Type", "application/json").body(body.into()).unwrap();
        let (ambient, settings) = (Ambient::read().unwrap(), self.service.settings());
        let admitted = api::admit(request.headers(), &self.keys, settings, &settings.rules(), ambient.now);
        let principal = admitted.ok().map(|authenticated| authenticated.principal);
        let caller = Caller { ip: Some("192.0.2.1".to_owned()), principal, user_agent: None };
        let call = Call { ambient, caller, keys: &self.keys, service: &self.service };
        // Without optimisation the way through an endpoint is wider than the stack of a test.
        let answer = Box::pin(api::answer::<E>(call, request)).await;
        (serde_json::from_slice(answer.body()).unwrap_or_default(), self.proxy.acts())
    }

    pub(crate) async fn post<E: Endpoint>(&self, body: Value) -> (Value, Vec<String>) {
        self.ask::<E>(Request::post("/"), body).await
    }

    pub(crate) async fn login(&self) -> (Value, Vec<String>) {
        self.post::<Obtain>(json!({"username": "alice", "password": PASSWORD})).await
    }

    pub(crate) async fn refresh(&self, pair: &Value) -> (Value, Vec<String>) {
        self.post::<Refresh>(json!({"refresh": pair["refresh"]})).await
    }

    /// What a call costs that somebody makes who just logged in.
    async fn guarded<E: Endpoint>(&self, request: request::Builder, pair: &Value, body: Value) -> Vec<String> {
        let access = pair["access"].as_str().unwrap();
        self.ask::<E>(request.header("Authorization", format!("Bearer {access}")), body).await.1
    }
}

/// The row of the page's table.
fn page_says(call: &str, cost: &str) {
    let row = format!("| {call} | {cost} |");
    assert!(include_str!("../../docs/speed.md").contains(&row), "docs/speed.md has no line: {row}");
}

#[tokio::test]
async fn obtain_reads_twice_and_writes_once() {
    page_says("obtain", "2 reads, 1 write");
    let watched = Watched::with(&[]).await;
    assert_eq!(watched.login().await.1, ["GetItem", "GetItem", "PutItem"]);
    let (_, refused) = watched.post::<Obtain>(json!({"username": "alice", "password": "wrong"})).await;
    assert_eq!(refused, ["GetItem", "GetItem"]);
}

#[tokio::test]
async fn obtain_looks_at_all_counters_in_one_read() {
    page_says("obtain, `LOGIN_THROTTLE=true`", "1 BatchGetItem more; 3 writes when it fails, 2 after failures");
    let watched = Watched::with(&[("LOGIN_THROTTLE", "true")]).await;
    let (_, refused) = watched.post::<Obtain>(json!({"username": "alice", "password": "wrong"})).await;
    assert_eq!(refused, ["BatchGetItem", "GetItem", "GetItem", "UpdateItem", "UpdateItem", "UpdateItem"]);
    assert_eq!(watched.login().await.1, ["BatchGetItem", "GetItem", "GetItem", "DeleteItem", "PutItem", "PutItem"]);
    assert_eq!(watched.login().await.1, ["BatchGetItem", "GetItem", "GetItem", "PutItem"]);
}

#[tokio::test]
async fn obtain_takes_a_seat() {
    page_says(
        "obtain, `MAX_SESSIONS_PER_USER`",
        "1 write more; when no slot is free, 1 BatchGetItem and 2 writes, too",
    );
    let watched = Watched::with(&[("MAX_SESSIONS_PER_USER", "1")]).await;
    assert_eq!(watched.login().await.1, ["GetItem", "GetItem", "PutItem", "UpdateItem"]);
    let displacing = ["GetItem", "GetItem", "PutItem", "UpdateItem", "BatchGetItem", "UpdateItem", "UpdateItem"];
    assert_eq!(watched.login().await.1, displacing);
}

#[tokio::test]
async fn refresh_without_rotation_reads_once() {
    page_says("refresh, rotation off", "1 BatchGetItem");
    page_says("refresh, `BLACKLIST_ENABLED=false`", "1 read");
    for (blacklist, expected) in [("true", "BatchGetItem"), ("false", "GetItem")] {
        let watched = Watched::with(&[("BLACKLIST_ENABLED", blacklist)]).await;
        let (pair, _) = watched.login().await;
        assert_eq!(watched.refresh(&pair).await.1, [expected]);
    }
}

#[tokio::test]
async fn refresh_with_rotation_writes_once() {
    page_says("refresh, rotation on", "1 conditional write, 1 read for the check of the user");
    page_says("refresh again, within the grace", "the same, and 1 write that counts it");
    page_says(
        "refresh with a token that was followed",
        "the same, and 1 write that ends the session; with `REUSE_ENDS_ALL_SESSIONS` 1 for the user",
    );
    let watched = Watched::with(&[ROTATION, BLACKLISTING, DETECTION, ("REFRESH_GRACE_SECONDS", "60")]).await;
    let (first, _) = watched.login().await;
    let (second, calls) = watched.refresh(&first).await;
    assert_eq!(calls, ["GetItem", "UpdateItem"]);
    let (again, calls) = watched.refresh(&first).await;
    assert_eq!(again, second);
    assert_eq!(calls, ["GetItem", "UpdateItem", "UpdateItem"]);
    watched.refresh(&second).await;
    assert_eq!(watched.refresh(&first).await.1, ["GetItem", "UpdateItem", "UpdateItem"]);
    let watched = Watched::with(&[ROTATION, BLACKLISTING, DETECTION, ("REUSE_ENDS_ALL_SESSIONS", "true")]).await;
    let (first, _) = watched.login().await;
    watched.refresh(&first).await;
    assert_eq!(watched.refresh(&first).await.1, ["GetItem", "UpdateItem", "UpdateItem", "UpdateItem"]);
}

#[tokio::test]
async fn verify_asks_nobody_unless_sessions_are_checked() {
    page_says("verify, authorizer; stateless", "none");
    page_says("verify, authorizer; `SESSION_CHECK=true`", "1 BatchGetItem");
    for (settings, expected) in [(&[][..], &[][..]), (&[CHECK], &["BatchGetItem"])] {
        let watched = Watched::with(settings).await;
        let (pair, _) = watched.login().await;
        let (answer, calls) = watched.post::<Verify>(json!({"token": pair["access"]})).await;
        assert_eq!((answer, calls), (json!({}), expected.iter().map(|call| call.to_string()).collect::<Vec<_>>()));
    }
}

#[tokio::test]
async fn blacklist_writes_once() {
    page_says("blacklist", "1 write");
    let watched = Watched::with(&[ROTATION]).await;
    let (pair, _) = watched.login().await;
    assert_eq!(watched.post::<Blacklist>(json!({"refresh": pair["refresh"]})).await.1, ["UpdateItem"]);
}

#[tokio::test]
async fn whoever_looks_after_their_sessions_pays_little() {
    page_says("list the sessions", "1 Query for their names, 1 BatchGetItem, 1 read for the user");
    page_says("end one session; all sessions", "1 write, 1 read for the user");
    page_says("end all others; change the password", "1 transaction of 2 rows, 1 read for the user");
    let watched = Watched::with(&[]).await;
    let (pair, _) = watched.login().await;
    let guarded = async |method: &str| {
        watched.guarded::<Sessions>(Request::builder().method(method).uri("/api/sessions/"), &pair, Value::Null).await
    };
    assert_eq!(guarded("GET").await, ["GetItem", "Query", "BatchGetItem"]);
    assert_eq!(guarded("DELETE").await, ["GetItem", "TransactWriteItems"]);
    let sid = sid(pair["refresh"].as_str().unwrap());
    let body = json!({"old_password": PASSWORD, "new_password": "walrus on stilts"});
    let (pair, _) = watched.login().await;
    let changed = watched.guarded::<ChangePassword>(Request::post("/"), &pair, body).await;
    assert_eq!(changed, ["GetItem", "TransactWriteItems"]);
    let one = Request::delete(format!("/api/sessions/{sid}/"));
    assert_eq!(watched.guarded::<EndSession>(one, &pair, Value::Null).await, ["GetItem", "UpdateItem"]);
    // Another user, for whom nothing ended this second.
    let watched = Watched::with(&[]).await;
    let (pair, _) = watched.login().await;
    let all = Request::delete("/api/sessions/?all=true");
    assert_eq!(watched.guarded::<Sessions>(all, &pair, Value::Null).await, ["GetItem", "UpdateItem"]);
}

/// What a login notes beside its session is no reason to refuse the right password: the old hash, the time of the last login
/// and the counters of failures stay as they are.
#[tokio::test]
async fn pw_10_a_right_password_is_let_in_though_its_new_hash_cannot_be_stored() {
    listen();
    let variables = [("LOGIN_THROTTLE", "true"), ("UPDATE_LAST_LOGIN", "true")];
    let watched = Watched::over(&variables, |call| match &*call.operation {
        "UpdateItem" | "DeleteItem" => {
            Interference::Answered(400, r#"{"__type":"ProvisionedThroughputExceededException"}"#.to_owned())
        }
        _ => Interference::Made,
    })
    .await;
    let old = "pbkdf2_sha256$1000$salt000000000000000001$fbnXX4U9zozbfk+wO7b53W+08ejqxYITcngR35YcKdc=";
    let body = json!({"username": "bob", "password": "alice-pass-1"});
    let bob = store::User { password: old.to_owned(), ..user("2", "bob", true) };
    watched.store.create_user(&bob).await.unwrap();
    let (pair, _) = watched.post::<Obtain>(body).await;
    assert!(pair["access"].is_string(), "{pair}");
    assert_eq!(watched.store.user("2").await.unwrap().unwrap().password, old);
    for what in ["password", "last_login"] {
        assert_eq!(heard("login_not_recorded", "what", what).len(), 1, "{what}");
    }
}

#[tokio::test]
async fn who_asks_for_a_mail_costs_the_same_whether_anybody_has_the_address() {
    let watched = Watched::with(&[("ACCOUNTS", "djoser"), ("DOMAIN", "app.example.com")]).await;
    let expected = ["BatchGetItem", "UpdateItem", "UpdateItem", "PutItem"];
    for email in ["alice@example.com", "nobody@example.com"] {
        let asked = json!({"email": email});
        assert_eq!(
            watched.post::<ResetPassword>(asked.clone()).await,
            (Value::Null, expected.map(str::to_owned).into())
        );
        assert_eq!(watched.post::<ResetUsername>(asked).await.1, expected, "{email}");
    }
}

#[tokio::test]
async fn who_asks_dj_rest_auth_for_a_mail_costs_the_same_whether_anybody_has_the_address() {
    let page = ("ACTIVATION_URL", "https://app.example.com/{key}");
    let watched = Watched::with(&[("ACCOUNTS", "dj-rest-auth"), page]).await;
    let expected = ["BatchGetItem", "UpdateItem", "UpdateItem", "PutItem"];
    for email in ["alice@example.com", "nobody@example.com"] {
        let asked = json!({"email": email});
        assert_eq!(watched.post::<RestAuthPasswordReset>(asked.clone()).await.1, expected, "{email}");
        assert_eq!(watched.post::<RestAuthResendEmail>(asked).await.1, expected, "{email}");
    }
    let signed_up = async |name: &str, email: &str| {
        let good = "Zx9-quartz-lamp";
        let body = json!({"username": name, "email": email, "password1": good, "password2": good});
        watched.post::<RestAuthRegistration>(body).await.1
    };
    let (known, unknown) = (signed_up("one", "alice@example.com").await, signed_up("two", "other@example.com").await);
    assert_eq!(known, unknown);
    assert!(known.contains(&"TransactWriteItems".to_owned()), "{known:?}");
}

/// A name is looked for beside an address, found or not: the wrong password for an account costs what no account does.
#[tokio::test]
async fn a_login_by_name_or_address_costs_the_same_whether_anybody_has_the_address() {
    let page = ("ACTIVATION_URL", "https://app.example.com/{key}");
    let either = [("ACCOUNTS", "dj-rest-auth"), ("ACCOUNT_LOGIN_METHODS", "username,email"), page];
    let watched = Watched::with(&either).await;
    for name in ["alice@example.com", "nobody@example.com", "alice", "nobody"] {
        let refused = watched.post::<RestAuthLogin>(json!({"username": name, "password": "wrong"})).await.1;
        assert_eq!(refused.iter().filter(|call| *call == "GetItem").count(), 4, "{name}: {refused:?}");
    }
}
