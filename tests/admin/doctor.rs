//! `latchkey doctor`: each thing that can be wrong, made wrong.

use crate::served_folder::{Ended, Folder, program, run};
use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use local::{Api, KeyFile, Keys, Options, Server, engine::Storage};
use serde_json::{Value, json};
use settings::Settings;
use std::{
    fs::{self, Permissions},
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    os::unix::fs::PermissionsExt,
    process::Command,
    thread,
};
use store::Tables;
use tests::{app::user, clock::real as now, tools};
use token::{Algorithm, Key, KeySet, Window};

/// A local folder and the service over it.
struct Patient {
    _served: local::Folder,
    folder: Folder,
    server: Server,
}

/// What the doctor said.
#[derive(Debug)]
struct Report {
    code: i32,
    checks: Vec<Value>,
}

impl Patient {
    async fn new() -> Self {
        let folder = Folder::new();
        write_keys(&folder, &KeySet::first(Algorithm::HS256, &[3; 80]).unwrap());
        let keys = Keys::File(KeyFile::open(folder.path().join("keys.json")).unwrap());
        let settings = Settings::read(|_| None).unwrap();
        let options = Options {
            clock: local::system_clock(),
            backend: admin::backend,
            gateway: Api::Rest,
            keys,
            listen: ([127, 0, 0, 1], 0).into(),
            place: Storage::Memory,
            settings,
        };
        let server = Server::start(options).await.unwrap();
        server.store().create_user(&user("1", "alice", true)).await.unwrap();
        Self { _served: folder.served_by(server.engine()), folder, server }
    }

    fn client(&self) -> Client {
        store::client_of_socket(self.server.engine())
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    fn doctor(&self) -> Report {
        self.doctor_with(&[])
    }

    /// With these settings in the environment.
    fn doctor_with(&self, variables: &[(&str, &str)]) -> Report {
        self.report(&["--url", &self.url()], variables)
    }

    fn doctor_at(&self, url: &str) -> Report {
        self.report(&["--url", url], &[])
    }

    fn report(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Report {
        let mut command = Command::new(program("latchkey"));
        command.args(["doctor", "--json", "--data"]).arg(self.folder.path()).args(arguments);
        command.env_clear().envs(variables.iter().copied());
        Report::of(&run(command, ""))
    }
}

impl Report {
    fn of(ended: &Ended) -> Self {
        assert_eq!(ended.err, "", "{ended:?}");
        let report: Value = serde_json::from_str(&ended.out).unwrap();
        let checks = report["checks"].as_array().unwrap().clone();
        let count = |verdict: &str| checks.iter().filter(|check| check["verdict"] == verdict).count();
        assert_eq!((&report["faults"], &report["warnings"]), (&json!(count("fault")), &json!(count("warning"))));
        assert_eq!(ended.code, i32::from(count("fault") > 0), "{ended:?}");
        for check in checks.iter().filter(|check| check["verdict"] != "ok") {
            assert!(check["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "it says what to do: {check}");
        }
        Self { code: ended.code, checks }
    }

    fn named(&self, verdict: &str) -> Vec<&str> {
        let named = self.checks.iter().filter(|check| check["verdict"] == verdict);
        named.map(|check| check["check"].as_str().unwrap()).collect()
    }

    /// Fails unless these are the faults, and the only ones, and one of them says so.
    #[track_caller]
    fn faults(&self, names: &[&str], says: &str, fix: &str) {
        assert_eq!(self.named("fault"), names, "{self:#?}");
        self.says("fault", says, fix);
    }

    /// Fails unless this is a warning, and there is no fault.
    #[track_caller]
    fn warns(&self, name: &str, says: &str, fix: &str) {
        assert!(self.named("warning").contains(&name) && self.code == 0, "{self:#?}");
        self.says("warning", says, fix);
    }

    #[track_caller]
    fn says(&self, verdict: &str, says: &str, fix: &str) {
        let holds =
            |check: &Value, name: &str, part: &str| check[name].as_str().is_some_and(|text| text.contains(part));
        let found = self
            .checks
            .iter()
            .any(|check| check["verdict"] == verdict && holds(check, "says", says) && holds(check, "fix", fix));
        assert!(found, "{says:?} and {fix:?} in {self:#?}");
    }
}

fn write_keys(folder: &Folder, set: &KeySet) {
    let path = folder.path().join("keys.json");
    fs::write(&path, set.to_json().as_bytes()).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_nothing_wrong_with_a_healthy_folder_and_changes_nothing() {
    let patient = Patient::new().await;
    let before = contents(&patient).await;
    let report = patient.doctor();
    assert_eq!(report.code, 0, "{report:#?}");
    let checks = [
        "settings",
        "users table",
        "sessions table",
        "time to live",
        "keys",
        "signing key",
        "key file",
        "address",
        "service",
        "clock",
        "published keys",
    ];
    assert_eq!(report.named("ok"), checks, "{report:#?}");
    assert_eq!(contents(&patient).await, before);
}

/// The tables, their rows and the folder's files with what is in them.
async fn contents(patient: &Patient) -> (Vec<String>, usize, Vec<(String, String)>) {
    let tables = patient.client().list_tables().send().await.unwrap().table_names().to_vec();
    let rows = patient.client().scan().table_name(Tables::local().users).send().await.unwrap().items().len();
    let file = |path: std::path::PathBuf| (path.display().to_string(), fs::read_to_string(&path).unwrap());
    // Commands wait for each other by the lock.
    let ours = |path: &std::path::PathBuf| path.file_name().unwrap() != "admin.lock";
    let paths = fs::read_dir(patient.folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(ours);
    let mut files: Vec<_> = paths.map(file).collect();
    files.sort();
    (tables, rows, files)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_a_check_and_no_secret_is_in_it() {
    let patient = Patient::new().await;
    let material = fs::read_to_string(patient.folder.path().join("keys.json")).unwrap();
    let material: Value = serde_json::from_str(&material).unwrap();
    let material = material["keys"][0]["material"].as_str().unwrap();
    let ended = patient.folder.latchkey(&format!("doctor --url {}", patient.url()), "");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.ends_with("ok: 11, warnings: 0, faults: 0\n"), "{ended:?}");
    assert!(ended.out.contains("ok       time to live    ended sessions are deleted\n"), "{ended:?}");
    assert!(!ended.out.contains(material), "the key is told");
}

#[test]
fn a_folder_that_nobody_used_is_told_and_not_made() {
    let folder = Folder::new();
    let nowhere = folder.path().join("nowhere");
    let mut command = Command::new(program("latchkey"));
    command.args(["doctor", "--json", "--data"]).arg(&nowhere).env_clear();
    run(command, "").refused(2, "belongs to no service", "cargo run");
    assert!(!nowhere.exists());
}

#[test]
fn a_folder_at_rest_is_looked_at_by_an_engine_of_its_own() {
    let folder = Folder::new();
    assert_eq!(folder.latchkey("users create alice --generate", "").code, 0);
    write_keys(&folder, &KeySet::first(Algorithm::HS256, &[3; 80]).unwrap());
    let ended = folder.latchkey("doctor", "");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(local::Folder::open(folder.path()).is_ok(), "it is stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_never_end_are_a_fault() {
    let patient = Patient::new().await;
    let off = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(false).build().unwrap();
    let call = patient.client().update_time_to_live().table_name(Tables::local().sessions);
    call.time_to_live_specification(off).send().await.unwrap();
    patient.doctor().faults(&["time to live"], "ended sessions are kept", "cargo run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_a_fault_and_stays_missing() {
    let patient = Patient::new().await;
    patient.client().delete_table().table_name(Tables::local().sessions).send().await.unwrap();
    patient.doctor().faults(&["sessions table"], "there is no table latchkey-sessions", "cargo run");
    let tables = patient.client().list_tables().send().await.unwrap();
    assert!(!tables.table_names().contains(&Tables::local().sessions), "{tables:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_something_else_is_a_fault() {
    let patient = Patient::new().await;
    for (name, key) in [("others", "id"), ("bare", "pk")] {
        let call = patient.client().create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
        let call =
            call.key_schema(KeySchemaElement::builder().attribute_name(key).key_type(KeyType::Hash).build().unwrap());
        let attribute = AttributeDefinition::builder().attribute_name(key).attribute_type(ScalarAttributeType::S);
        call.attribute_definitions(attribute.build().unwrap()).send().await.unwrap();
    }
    let report = tables(&patient, "others", "bare");
    report.says("fault", "others has another key than pk", "check the name");
    report.says("fault", "bare has no index by-user", "sam deploy");
    report.says("fault", "ended sessions are kept", "aws dynamodb update-time-to-live --table-name bare");
    report.says("warning", "no secret is named", "--keys-secret");
    assert_eq!(report.code, 1);
}

/// The tables by name, as on AWS.
fn tables(patient: &Patient, users: &str, sessions: &str) -> Report {
    let mut command = Command::new(program("latchkey"));
    command.args(["doctor", "--json", "--users-table", users, "--sessions-table", sessions]);
    command
        .args(["--region", "local", "--endpoint-url", &tests::bridge::over_tcp(patient.server.engine())])
        .env_clear();
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    Report::of(&run(command, ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_can_be_lost_are_told() {
    let patient = Patient::new().await;
    let names = Tables::local();
    let report = tables(&patient, &names.users, &names.sessions);
    report.says("warning", "one command deletes all users", "--deletion-protection-enabled");
    assert!(report.named("ok").contains(&"time to live"), "{report:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_none_are_a_fault() {
    let patient = Patient::new().await;
    let path = patient.folder.path().join("keys.json");
    for garbage in
        ["no keys but a secret", "{\"keys\": []}", "{\"kid\": \"a\", \"alg\": \"HS256\", \"material\": \"a secret\"}"]
    {
        fs::write(&path, garbage).unwrap();
        let report = patient.report(&[], &[]);
        report.faults(&["keys"], "is not a key set", "move it away");
        assert!(!format!("{report:?}").contains("a secret\""), "{report:#?}");
    }
    fs::remove_file(&path).unwrap();
    patient.report(&[], &[]).faults(&["keys"], "cannot be read", "cargo run");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_have_ended_are_a_fault() {
    let patient = Patient::new().await;
    let key = || Key::hmac(Some("old".to_owned()), Algorithm::HS256, b"0123456789abcdef0123456789abcdef").unwrap();
    let window = |sign_until, verify_until| Window { sign_from: Some(0), sign_until, verify_until };
    write_keys(&patient.folder, &KeySet::new(vec![key().within(window(Some(now() - 9), Some(now() - 1)))]).unwrap());
    let report = patient.report(&[], &[]);
    report.faults(&["keys", "signing key"], "every token is refused", "latchkey keys rotate");
    write_keys(&patient.folder, &KeySet::new(vec![key().within(window(Some(now() - 9), None))]).unwrap());
    patient.report(&[], &[]).faults(&["signing key"], "answered with 503", "latchkey keys rotate");
    write_keys(&patient.folder, &KeySet::new(vec![key().within(window(Some(now() + 999), None))]).unwrap());
    patient.report(&[], &[]).faults(&["signing key"], "no key follows", "latchkey keys rotate");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_others_know_are_a_fault() {
    let patient = Patient::new().await;
    let path = patient.folder.path().join("keys.json");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    patient.doctor().faults(&["key file"], "other users can read", "chmod 600");
    let imported = |secret: &str| Key::hmac(None, Algorithm::HS256, secret.as_bytes()).unwrap().verify_only();
    let own = || KeySet::first(Algorithm::HS256, &[3; 80]).unwrap().keys()[0].clone();
    write_keys(&patient.folder, &KeySet::new(vec![own(), imported("a short one")]).unwrap());
    patient.doctor().faults(&["weak key"], "can be guessed", "latchkey keys revoke --nameless");
    write_keys(
        &patient.folder,
        &KeySet::new(vec![own(), imported("a secret of Django's, fifty characters long or so..")]).unwrap(),
    );
    patient.doctor().warns("imported key", "verifies without an end", "latchkey keys revoke --nameless");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_setting_is_a_fault_and_a_risky_one_a_warning() {
    let patient = Patient::new().await;
    let report = patient.doctor_with(&[("ACCESS_TOKEN_LIFETIME", "5x"), ("LEEWAY", "-1")]);
    report.faults(&["settings", "settings"], "\"5x\" is not a lifetime", "environment");
    let rotation = [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true")];
    patient.doctor_with(&rotation).warns("REUSE_DETECTION", "does not end its session", "true");
    for (variable, value) in [
        ("LEEWAY", "1d"),
        ("ACCESS_TOKEN_LIFETIME", "2h"),
        ("REFRESH_GRACE_SECONDS", "5m"),
        ("AUTHORIZER_CACHE_SECONDS", "1h"),
        ("BLACKLIST_ENABLED", "false"),
        ("CHECK_USER_IS_ACTIVE", "false"),
        ("BREACHED_PASSWORD_URL", "http://breached.example/"),
        ("WEBSOCKET_TOKEN", "query"),
        ("JWT_VERIFY_EXPIRATION", "false"),
        ("AUTH_TOKEN_CLASSES", "AccessToken,RefreshToken"),
        ("SIGNING_KEY", "a secret of at least thirty-two characters, for tests alone"),
    ] {
        let report = patient.doctor_with(&[(variable, value)]);
        assert!(report.named("warning").contains(&variable) && report.code == 0, "{variable}: {report:#?}");
        assert!(!format!("{report:?}").contains("for tests alone"), "{report:#?}");
    }
    let published = [("JWK_URL", "http://keys.example/"), ("ALGORITHM", "EdDSA")];
    patient.doctor_with(&published).faults(&["settings"], "is not a safe address; give", "environment");
    let report = patient.doctor_with(&published[1..]);
    report.warns("algorithm", "signed by HS256, and ALGORITHM is EdDSA", "latchkey keys rotate --alg EdDSA");
    patient.doctor_with(&[("SIGNING_KEY", "short")]).faults(&["keys"], "SIGNING_KEY can be guessed", "32 random bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_service_is_a_fault() {
    let patient = Patient::new().await;
    let dead = tools::free_port();
    patient.doctor_at(&format!("http://{dead}")).faults(&["service"], "does not answer", "check the address");
    for nonsense in ["not an address", "nonsense", "127.0.0.1:8000", "ftp://127.0.0.1", ""] {
        patient.doctor_at(nonsense).faults(&["address"], &format!("{nonsense:?} is none"), "http://127.0.0.1:8000");
    }
    let report = patient.doctor_at("http://latchkey.invalid");
    report.faults(&["address", "service"], "is not https", "serve it by https");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_none_is_a_fault() {
    let patient = Patient::new().await;
    let date = "Date: Sun, 22 Nov 2026 00:00:00 GMT";
    for (status, body, says) in [
        ("200 OK", "{}", "accepts an invalid token"),
        ("503 No", "{}", "answers 503"),
        ("404 Not Found", "<html>", "answers 404"),
        ("401 Unauthorized", "{}", "answers 401"),
    ] {
        let report = patient.doctor_at(&service(status, "X: y", body));
        assert_eq!(report.named("fault"), ["service", "published keys"], "{report:#?}");
        report.says("fault", says, "");
        report.says("warning", "has no Date header", "date");
    }
    let report = patient.doctor_at(&service("401 Unauthorized", date, r#"{"code": "x", "keys": []}"#));
    assert_eq!(report.named("fault"), ["clock", "published keys"], "{report:#?}");
    report.says("fault", " seconds ", "synchronize this machine's clock");
}

/// A service that says the same to everybody.
fn service(status: &str, header: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    thread::spawn(move || {
        for mut caller in listener.incoming().flatten() {
            // Whoever goes away early is no concern of ours.
            let _ = caller.read(&mut [0; 4096]);
            let _ = caller.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}
