//! `latchkey tokens`: what Django logged out, and what a token is worth.

use crate::served_folder::{ServedFolder, program, run};
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde_json::{Value, json};
use std::{fs, process::Command};
use tests::{
    app::{PASSWORD, tampered, text, user},
    wire::{Answer, Request},
};
use token::{Algorithm, Key, KeySet, Refresh, Rules, Stamp, Token};

const LIVE: &str = "5a0f9d1c2b3e4f60a1b2c3d4e5f60718";
const FORGOTTEN: &str = "6a0f9d1c2b3e4f60a1b2c3d4e5f60718";
const OUTSTANDING: &str = "7a0f9d1c2b3e4f60a1b2c3d4e5f60718";
const FOREIGN: &str = "not-a-uuid";
const FAR: &str = "2100-01-01T00:00:00Z";

/// A service whose keys lie in its folder, and alice.
async fn app() -> ServedFolder {
    stage_with(&[]).await
}

async fn stage_with(variables: &[(&str, &str)]) -> ServedFolder {
    let app = ServedFolder::with(variables).await;
    app.store().create_user(&user("1", "alice", true)).await.unwrap();
    fs::write(app.folder().join("keys.json"), keys().to_json().as_bytes()).unwrap();
    app
}

/// Those of the app.
fn keys() -> KeySet {
    KeySet::new(vec![Key::generate(Algorithm::HS256, None, &[7; 64]).unwrap()]).unwrap()
}

/// A refresh token of Django's with this id.
fn of_django(jti: &str, lifetime: i64) -> String {
    signed_by(&keys(), jti, lifetime)
}

fn signed_by(keys: &KeySet, jti: &str, lifetime: i64) -> String {
    let (rules, now) = (Rules::default(), tests::clock::real());
    let stamp = Stamp { now: now.min(now + lifetime - 1), lifetime: lifetime.max(1), jti };
    let token = Token::<Refresh>::issue(&rules, stamp, "1", &token::Claims::default());
    token.sign(keys, &rules, now).unwrap().text
}

/// What `tokens inspect` says where the service has these settings.
fn inspect(app: &ServedFolder, token: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(program("latchkey"));
    command.args(["tokens", "inspect", token, "--data"]).arg(app.folder()).envs(variables.iter().copied());
    let ended = run(command, "");
    (ended.code, ended.out)
}

async fn post(app: &ServedFolder, path: &str, body: Value) -> Answer {
    Request::json(path, &body).send(app.server.address()).await.unwrap()
}

async fn refresh(app: &ServedFolder, token: &str) -> u16 {
    post(app, "/api/token/refresh/", json!({"refresh": token})).await.status
}

async fn log_in(app: &ServedFolder) -> (String, String) {
    let answer = post(app, "/api/token/", json!({"username": "alice", "password": PASSWORD})).await;
    (text(&answer, "refresh"), text(&answer, "access"))
}

/// What `dumpdata token_blacklist` writes.
fn dump() -> Value {
    let outstanding = |pk: u32, jti: &str, user: Value, expires_at: &str| {
        let token = of_django(jti, 86_400);
        let fields = json!({"user": user, "jti": jti, "token": token, "created_at": null, "expires_at": expires_at});
        json!({"model": "token_blacklist.outstandingtoken", "pk": pk, "fields": fields})
    };
    let blacklisted = |pk: u32, token: u32| json!({"model": "token_blacklist.blacklistedtoken", "pk": pk, "fields": {"token": token, "blacklisted_at": FAR}});
    json!([
        outstanding(1, LIVE, json!(1), FAR),
        outstanding(2, "8a0f9d1c2b3e4f60a1b2c3d4e5f60718", json!(1), "2020-01-01T00:00:00Z"),
        outstanding(3, OUTSTANDING, json!(1), FAR),
        outstanding(4, FORGOTTEN, Value::Null, FAR),
        outstanding(5, FOREIGN, json!(1), FAR),
        blacklisted(1, 1),
        blacklisted(2, 2),
        blacklisted(3, 4),
        blacklisted(4, 5),
    ])
}

fn import(app: &ServedFolder, dump: &Value, flags: &str) -> (i32, Value) {
    reported(importing(app, dump, flags, &[]))
}

/// The program that imports a dump, where the service has these settings.
fn importing(app: &ServedFolder, dump: &Value, flags: &str, variables: &[(&str, &str)]) -> Command {
    let file = app.folder().join("tokens.json");
    fs::write(&file, dump.to_string()).unwrap();
    let mut command = Command::new(program("latchkey"));
    command.args(["tokens", "import", "--json"]).arg(file).arg("--data").arg(app.folder());
    command.args(flags.split_whitespace()).envs(variables.iter().copied());
    command
}

fn reported(command: Command) -> (i32, Value) {
    let ended = run(command, "");
    let report = serde_json::from_str(&ended.out);
    assert!(report.is_ok(), "{ended:?}");
    (ended.code, report.unwrap())
}

fn counted(logged_out: u64, already: u64, dry_run: bool) -> Value {
    json!({
        "dry_run": dry_run, "read": 5, "logged_out": logged_out, "already_logged_out": already, "expired": 1,
        "outstanding": 1, "refused": 0, "reasons": [],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_django_logged_out_stays_logged_out() {
    let app = app().await;
    let [live, forgotten, foreign] = [LIVE, FORGOTTEN, FOREIGN].map(|jti| of_django(jti, 86_400));
    assert_eq!(import(&app, &dump(), "--dry-run"), (0, counted(3, 0, true)));
    assert_eq!(refresh(&app, &live).await, 200, "a dry run writes nothing");
    assert_eq!(import(&app, &dump(), ""), (0, counted(3, 0, false)));
    for token in [live, forgotten, foreign] {
        assert_eq!(refresh(&app, &token).await, 401, "{token}");
    }
    assert_eq!(refresh(&app, &of_django(OUTSTANDING, 86_400)).await, 200);
    assert_eq!(import(&app, &dump(), ""), (0, counted(0, 3, false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_good_only_by_leeway_stays_logged_out_too() {
    let leeway = [("LEEWAY", "10m")];
    let app = stage_with(&leeway).await;
    let (late, mut dump) = (of_django(LIVE, -300), dump());
    dump[0]["fields"]["expires_at"] = ago(300).into();
    dump[3]["fields"]["expires_at"] = ago(601).into();
    assert_eq!(import(&app, &dump, "").1["expired"], 3);
    assert_eq!(refresh(&app, &late).await, 200, "it was passed over");
    assert_eq!(reported(importing(&app, &dump, "", &leeway)).1["expired"], 2);
    assert_eq!(refresh(&app, &late).await, 401);
    let wrong = run(importing(&app, &dump, "", &[("LEEWAY", "soon")]), "");
    wrong.refused(2, "LEEWAY", "set it in the environment of the service");
}

/// A moment as `dumpdata` writes it.
fn ago(seconds: i64) -> String {
    DateTime::from_secs(tests::clock::real() - seconds).fmt(DateTimeFormat::DateTime).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_and_the_rest_is_done() {
    let app = app().await;
    let mut dump = dump();
    dump[0]["fields"]["expires_at"] = json!("soon");
    dump[5]["fields"]["token"] = json!(1);
    dump[8]["fields"]["token"] = json!(99);
    let (code, report) = import(&app, &dump, "");
    assert_eq!((code, &report["logged_out"], &report["refused"]), (1, &json!(1), &json!(2)));
    let reasons = report["reasons"].as_array().unwrap();
    assert_eq!(
        reasons[0],
        "object 1 has an expires_at that is not a date and time; write it like 2024-05-01T10:00:00Z"
    );
    assert_eq!(reasons[1], "object 9 blacklists the token 99, which is not there");
    let none = app.folder().join("none.json");
    fs::write(&none, "[]").unwrap();
    let next = "manage.py dumpdata token_blacklist";
    app.latchkey(&format!("tokens import {}", none.display())).refused(1, "there are no tokens to import", next);
    fs::write(&none, "id,jti\n1,x\n").unwrap();
    app.latchkey(&format!("tokens import {}", none.display())).refused(2, "tokens are not read from CSV", next);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_refused_rows_are_counted_and_a_thousand_told() {
    let app = app().await;
    let mut dump = dump();
    let lost = |pk: u32| json!({"model": "token_blacklist.blacklistedtoken", "pk": pk, "fields": {"token": pk}});
    dump.as_array_mut().unwrap().extend((100..1101).map(lost));
    let (code, report) = import(&app, &dump, "");
    let told = report["reasons"].as_array().unwrap().len();
    assert_eq!((code, &report["logged_out"], &report["refused"], told), (1, &json!(3), &json!(1001), 1000));
    let ended = app.latchkey(&format!("tokens import {}", app.folder().join("tokens.json").display()));
    assert!(ended.out.contains("\nand 1 more\n"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_explained() {
    let app = app().await;
    let (refresh, access) = log_in(&app).await;
    let inspect = |token: &str| inspect(&app, token, &[]);
    let (code, told) = inspect(&access);
    assert_eq!(code, 0, "{told}");
    for line in ["\"token_type\":\"access\"", "(HS256)", "alice (id 1)", ", refreshed 0 times", "opens guarded routes"]
    {
        assert!(told.contains(line), "{line} is missing: {told}");
    }
    assert!(!told.contains(&access), "{told}");
    assert!(inspect(&refresh).1.contains("can be refreshed; opens no guarded route (AUTH_TOKEN_CLASSES)"));
    let (code, told) = inspect(&tampered(&access));
    assert_eq!(code, 1);
    assert!(told.contains("Token is invalid: no key signed it, or it was changed"), "{told}");
    let (code, told) = inspect(&of_django(LIVE, -60));
    assert_eq!(code, 1);
    assert!(told.contains(" s ago"), "{told}");
    assert!(told.contains("refused    Token is expired"), "{told}");
    assert_eq!(post(&app, "/api/token/blacklist/", json!({"refresh": refresh})).await.status, 200);
    let (code, told) = inspect(&refresh);
    assert!(code == 1 && told.contains("its session was ended, ") && told.contains("(blacklisted)"), "{told}");
    let (code, told) = inspect(&access);
    assert!(code == 0 && told.contains("note       its session was ended"), "SESSION_CHECK is off: {told}");
    app.store().set_active("1", false, None).await.unwrap();
    assert!(inspect(&refresh).1.contains("refused    the user is disabled"));
    app.latchkey("tokens inspect Bearer").refused(1, "this is no token", "without Bearer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_session_is_explained_by_the_settings() {
    let app = app().await;
    let own = of_django(LIVE, 86_400);
    assert_eq!(inspect(&app, &own, &[]).0, 0);
    let (code, told) = inspect(&app, &own, &[("REQUIRE_SESSION", "true")]);
    assert!(code == 1 && told.contains("refused    it has no session (REQUIRE_SESSION)"), "{told}");
    let django = Key::generate(Algorithm::HS256, Some("django".to_owned()), &[9; 64]).unwrap();
    let imported = signed_by(&KeySet::new(vec![django.clone()]).unwrap(), LIVE, 86_400);
    let both = KeySet::new(vec![keys().keys()[0].clone(), django.verify_only()]).unwrap();
    fs::write(app.folder().join("keys.json"), both.to_json().as_bytes()).unwrap();
    let (code, told) = inspect(&app, &imported, &[("REQUIRE_SESSION", "true")]);
    assert!(code == 0 && told.contains("django (HS256), which only verifies"), "{told}");
    app.store().blacklist_jti(LIVE, tests::clock::real() + 86_400, tests::clock::real()).await.unwrap();
    assert!(inspect(&app, &own, &[]).1.contains("refused    it is blacklisted"));
    let (code, told) = inspect(&app, &own, &[("BLACKLIST_ENABLED", "false")]);
    assert!(code == 0 && told.contains("it is blacklisted, which is looked at only with BLACKLIST_ENABLED"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_followed_is_good_within_the_grace_alone() {
    let rotating = |grace| {
        [("ROTATE_REFRESH_TOKENS", "true"), ("BLACKLIST_AFTER_ROTATION", "true"), ("REFRESH_GRACE_SECONDS", grace)]
    };
    let app = stage_with(&rotating("1h")).await;
    let (token, _) = log_in(&app).await;
    assert_eq!(refresh(&app, &token).await, 200);
    let (code, told) = inspect(&app, &token, &rotating("1h"));
    assert!(code == 0 && told.contains("note       it was refreshed; within REFRESH_GRACE_SECONDS"), "{told}");
    assert_eq!(refresh(&app, &token).await, 200, "the service says so, too");
    let (code, told) = inspect(&app, &token, &rotating("0"));
    assert!(code == 1 && told.contains("refused    it was refreshed: another token followed it"), "{told}");
}
