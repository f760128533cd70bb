//! Who is measured: the command, its environment and the event that it gets again and again.

use crate::{secret::Secret, tls::Tls};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use store::{Attributes, User};
use tests::{
    app::{PASSWORD, SECRET, TestApp, text, user},
    claims_function::ClaimsFunction,
    tools,
};

/// One program behind a Runtime API.
pub(crate) struct Candidate {
    /// What the table calls it.
    pub(crate) name: String,
    /// Whose it is.
    pub(crate) kind: Kind,
    /// The program and its arguments.
    pub(crate) command: Vec<PathBuf>,
    /// Its environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// What it is asked.
    pub(crate) event: String,
    /// What its answers must contain, so that nobody is measured at failing.
    pub(crate) expected: &'static str,
    /// How many calls follow each start, at most.
    pub(crate) most: usize,
}

/// Whose a candidate is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The least that there can be.
    Floor,
    Ours,
    Theirs,
}

/// What the candidates share.
pub(crate) struct Fixture {
    /// Their store, and its user.
    pub(crate) app: TestApp,
    /// What stands for Secrets Manager.
    pub(crate) secret: Secret,
    /// Their store behind TLS.
    tls: Tls,
    /// What stands for a team's own function that names claims.
    function: ClaimsFunction,
    access: String,
    refresh: String,
    rich: String,
}

/// A user of this name has as many attributes, all of which become claims.
const RICH: &str = "carol";
const ATTRIBUTES: usize = 20;

impl Fixture {
    /// A store with a user who is logged in for an hour.
    pub(crate) async fn prepare() -> Self {
        let app = TestApp::live(&[("ACCESS_TOKEN_LIFETIME", "1h")]).await;
        let (refresh, access) = app.log_in().await;
        let attributes = named().map(|name| (name, json!("sixteen letters.")));
        let attributes = Attributes::of_json(&attributes.collect()).expect("attributes that are some");
        let rich = User { attributes, ..user("3", RICH, true) };
        app.service.store.create_user(&rich).await.expect("a store that answers");
        let login = app.post("/api/token/", json!({"username": RICH, "password": PASSWORD})).await;
        let function = ClaimsFunction::adding(json!({"tier": "gold"})).await;
        let tls = Tls::before(&app.service.engine()).await;
        Self { secret: Secret::publish(), tls, function, access, refresh, rich: text(&login, "refresh"), app }
    }

    /// The bare function, and ours, as they were built into this folder.
    pub(crate) fn ours(&self, folder: &Path) -> Vec<Candidate> {
        let one = |name: &str, event: String, expected| {
            let candidate = self.candidate(name, event, expected).with(("_HANDLER", name.to_owned()));
            Candidate { kind: Kind::Ours, command: vec![built(folder, &[tools::program(name), name])], ..candidate }
        };
        let authorizer = || one("authorizer", self.guarded(), "Allow");
        let session_check = ("SESSION_CHECK", "true".to_owned());
        vec![
            Candidate {
                kind: Kind::Floor,
                command: vec![built(folder, &["examples/echo"])],
                ..self.candidate("echo", self.guarded(), "methodArn")
            },
            authorizer(),
            authorizer()
                .called("authorizer + secret")
                .without("SIGNING_KEY")
                .with(("AWS_ENDPOINT_URL", self.secret.url())),
            one("session_authorizer", self.guarded(), "Allow").with(session_check.clone()),
            one("hello", self.greeting(), "Hello"),
            one("verify", self.verifying(), "200"),
            one("refresh", self.refreshing(), "access"),
            one("refresh", event("refresh").replace(PLACE, &self.rich), "access")
                .called("refresh + attributes")
                .with(("TOKEN_CLAIMS", named().collect::<Vec<_>>().join(","))),
            self.asking(one("refresh", self.refreshing(), "access").called("refresh + function")),
            Candidate { most: 20, ..one("obtain", self.obtaining("alice"), "access") },
            Candidate { most: 20, ..one("obtain", self.obtaining(RICH), "access") }
                .called("obtain + attributes")
                .with(("TOKEN_CLAIMS", named().collect::<Vec<_>>().join(","))),
            self.asking(
                Candidate { most: 20, ..one("obtain", self.obtaining("alice"), "access") }.called("obtain + function"),
            ),
            self.over_tls(one("session_authorizer", self.guarded(), "Allow").with(session_check)),
            self.over_tls(one("refresh", self.refreshing(), "access")),
            self.over_tls(one("obtain", self.obtaining("alice"), "access")),
        ]
    }

    pub(crate) fn guarded(&self) -> String {
        event("authorizer").replace(PLACE, &self.access)
    }

    pub(crate) fn greeting(&self) -> String {
        event("hello").replace(PLACE, &self.access)
    }

    pub(crate) fn verifying(&self) -> String {
        event("verify").replace(PLACE, &self.access)
    }

    pub(crate) fn refreshing(&self) -> String {
        event("refresh").replace(PLACE, &self.refresh)
    }

    /// The same over TLS.
    fn over_tls(&self, one: Candidate) -> Candidate {
        let name = format!("{} over TLS", one.name);
        let one = self.tls.environment().into_iter().fold(one, Candidate::with);
        Candidate { most: 5, ..one.called(&name) }
    }

    /// One that asks the function, at refreshes, too.
    fn asking(&self, one: Candidate) -> Candidate {
        let arn = "arn:aws:lambda:eu-central-1:123456789012:function:claims".to_owned();
        one.with(("CLAIMS_FUNCTION", arn))
            .with(("CLAIMS_FUNCTION_AT_REFRESH", "true".to_owned()))
            .with(("AWS_ENDPOINT_URL_LAMBDA", self.function.url.clone()))
    }

    pub(crate) fn obtaining(&self, name: &str) -> String {
        let mut event: Value = serde_json::from_str(&event("obtain")).expect("JSON");
        event["body"] = json!(json!({"username": name, "password": PASSWORD}).to_string());
        event.to_string()
    }

    /// Somebody without a command yet.
    pub(crate) fn candidate(&self, name: &str, event: String, expected: &'static str) -> Candidate {
        let environment = self.environment();
        Candidate {
            name: name.to_owned(),
            kind: Kind::Theirs,
            command: Vec::new(),
            environment,
            event,
            expected,
            most: usize::MAX,
        }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let tables = store::Tables::local();
        vec![
            ("AWS_ACCESS_KEY_ID", "none".to_owned()),
            ("AWS_ENDPOINT_URL", self.app.service.engine()),
            ("AWS_REGION", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "none".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
            ("KEYS_SECRET", "none".to_owned()),
            ("SESSIONS_TABLE", tables.sessions),
            ("SIGNING_KEY", SECRET.to_owned()),
            ("USERS_TABLE", tables.users),
        ]
    }
}

impl Candidate {
    pub(crate) fn called(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    pub(crate) fn with(mut self, variable: (&'static str, String)) -> Self {
        self.environment.retain(|(name, _)| *name != variable.0);
        self.environment.push(variable);
        self
    }

    fn without(mut self, variable: &str) -> Self {
        self.environment.retain(|(name, _)| *name != variable);
        self
    }
}

fn named() -> impl Iterator<Item = String> {
    (1..=ATTRIBUTES).map(|number| format!("field_{number}"))
}

/// Where a sample event wants a token.
const PLACE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.PASTE.HERE";

fn event(name: &str) -> String {
    std::fs::read_to_string(tools::root().join(format!("events/{name}.json"))).expect("a sample event")
}

/// The first of these programs that is there: a function of an earlier version has its own.
fn built(folder: &Path, names: &[&str]) -> PathBuf {
    let found = names.iter().map(|name| folder.join(name)).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("{} has no {names:?}; `make bench` builds it", folder.display()))
}
