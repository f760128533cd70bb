//! `latchkey users set-password`, `disable`, `enable`, `rename`, `update` and `delete`

use crate::served_folder::ServedFolder;
use password::{Verdict, verify};
use serde_json::{Value, json};
use store::{Registration, User};
use tests::wire::Request;

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_all_sessions() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let before = app.user("alice").await;
    let ended = app.users_with("set-password alice --password-stdin", "second password");
    assert_eq!((ended.code, ended.out.as_str()), (0, "set the password of alice and ended all sessions\n"));
    let after = app.user("alice").await;
    assert_eq!(verify("second password", &after.password), Ok(Verdict::Match));
    assert_eq!(verify("first password", &after.password), Ok(Verdict::Mismatch));
    assert!(after.epoch > before.epoch);
    assert_eq!((after.id, after.created_at), (before.id, before.created_at));
}

#[tokio::test]
async fn disable_keeps_the_user_out_and_enable_lets_in_again() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let before = app.user("alice").await;
    assert_eq!(app.json("disable alice")["changed"], true);
    let disabled = app.user("alice").await;
    assert!(!disabled.is_active && disabled.epoch > before.epoch);
    assert_eq!(login(&app).await, 401);
    assert_eq!(app.json("disable alice")["changed"], false);
    assert_eq!(app.json("enable alice")["changed"], true);
    assert!(app.user("alice").await.is_active);
    assert_eq!(app.json("enable alice")["changed"], false);
    assert_eq!(login(&app).await, 200);
}

#[tokio::test]
async fn delete_removes_the_user_and_frees_the_name() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    app.users("delete alice").refused(2, "no terminal to confirm", "--yes");
    let id = app.user("alice").await.id;
    let ended = app.users("delete alice --yes");
    assert_eq!((ended.code, ended.out), (0, format!("deleted alice with id {id}\n")));
    assert_eq!(app.store().user(&id).await, Ok(None));
    app.users("delete alice --yes").refused(1, "no user is named \"alice\"", "latchkey users list");
    app.create("Alice", "other password");
}

#[tokio::test]
async fn rename_frees_the_old_name_and_keeps_the_rest() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    app.create("bob", "other password");
    let before = app.user("alice").await;
    app.users("rename alice --to BOB").refused(1, "taken by \"bob\", which differs by case alone", "another name");
    app.users("rename alice --to a/b").refused(1, "\"a/b\" is not a username", "letters, digits");
    let ended = app.users("rename alice --to Carol");
    assert_eq!((ended.code, ended.out.as_str()), (0, "renamed alice to Carol and ended all sessions\n"));
    let after = app.user("Carol").await;
    assert!(after.epoch > before.epoch, "a token that says the old name must not lead to the next who has it");
    let (epoch, named_since) = (after.epoch, Some(after.epoch));
    assert_eq!(after, store::User { username: "Carol".to_owned(), epoch, named_since, ..before });
    assert_eq!(login(&app).await, 401);
    app.create("alice", "third password");
    let ended = app.users("rename alice --to bob");
    ended.refused(1, "the username \"bob\" is taken", "this one belongs to: latchkey users show bob");
    let ended = app.users("rename alice --to alice");
    assert_eq!((ended.code, ended.out.as_str()), (0, "the user is called alice already; nothing is changed\n"));
    assert_eq!(app.json("rename Carol --to carol")["username"], "carol", "a change of case alone");
}

#[tokio::test]
async fn update_changes_what_is_named_and_nothing_else() {
    let app = ServedFolder::new().await;
    app.users_with("create alice --password-stdin --email al@example.org --last-name Smith", "first password");
    let before = app.user("alice").await;
    let updated = app.json("update alice --email Al@Example.COM --first-name Alice");
    assert_eq!(
        (&updated["email"], &updated["first_name"], &updated["last_name"]),
        (&json!("Al@example.com"), &json!("Alice"), &json!("Smith"))
    );
    let after = app.user("alice").await;
    assert_eq!((after.email.as_str(), after.first_name.as_str()), ("Al@example.com", "Alice"));
    assert_eq!((after.last_name, after.password, after.epoch), (before.last_name, before.password, before.epoch));
    app.users("update alice").refused(2, "no change is named", "--email");
    app.users("update alice --email nowhere").refused(1, "not an email address", "alice@example.org");
}

#[tokio::test]
async fn flags_and_groups_change_and_what_is_taken_away_ends_sessions() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let before = app.user("alice").await;
    app.json("update alice --staff --superuser --groups editors,writers");
    assert_eq!(app.user("alice").await.epoch, before.epoch);
    let given = app.json("update alice --add-group readers --first-name Alice");
    assert_eq!(
        (&given["first_name"], &given["events"]),
        (&json!("Alice"), &json!([{"event": "group_added", "group": "readers"}]))
    );
    let refresh = refresh_token(&app).await;
    let kept = app.json("update alice --remove-group readers --keep-sessions");
    assert_eq!(kept["events"], json!([{"event": "group_removed", "group": "readers"}]));
    assert_eq!(refreshed(&app, &refresh).await, 200);
    let ended = app.users("update alice --no-staff --remove-group writers");
    let told = "updated alice\n  is no longer staff\n  left writers\n  ended all sessions\n";
    assert_eq!((ended.code, ended.out.as_str()), (0, told));
    assert_eq!(refreshed(&app, &refresh).await, 401);
    let user = app.user("alice").await;
    assert!(user.is_superuser && !user.is_staff && user.epoch > before.epoch, "{user:?}");
    assert_eq!(user.groups, ["editors"]);
    let ended = app.users("update alice --superuser --add-group editors");
    assert_eq!((ended.code, ended.out.as_str()), (0, "alice is like this already; nothing is changed\n"));
    assert_eq!(app.user("alice").await, user);
    assert_eq!(app.json("update alice --inactive --groups=")["groups"], json!([]));
    assert_eq!(login(&app).await, 401);
    app.users("update alice --staff --no-staff").refused(2, "cannot be used with", "--no-staff");
}

#[tokio::test]
async fn who_waits_for_a_link_is_kept_out_for_good() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let alice = app.user("alice").await;
    let waiting = User { id: "w".to_owned(), username: "waiting".to_owned(), is_active: false, ..alice };
    let registration =
        Registration { user: &waiting, unconfirmed_email: "w@example.com", awaits_activation: true, mail: None };
    app.store().register(&registration).await.unwrap();
    let told = "updated waiting\n  waits for no link any more\n  ended all sessions\n";
    assert_eq!(app.users("update waiting --inactive").out, told);
    assert!(!app.store().account("w").await.unwrap().unwrap().awaits_activation);
    assert_eq!(app.users("update waiting --inactive").out, "waiting is like this already; nothing is changed\n");
}

#[tokio::test]
async fn attributes_change_and_a_value_that_is_taken_away_ends_sessions() {
    let app = ServedFolder::with(&[("TOKEN_CLAIMS", "role")]).await;
    app.create("alice", "first password");
    let told = app.json("update alice --set role=editor --set level:=3 --set phone=0171");
    assert_eq!(told["attributes"], json!({"level": 3, "phone": "0171", "role": "editor"}));
    assert_eq!(told["events"][1], json!({"event": "attribute_set", "name": "phone", "value": "0171"}));
    let refresh = refresh_token(&app).await;
    let ended = app.users("update alice --set plan=gold");
    assert_eq!((ended.code, ended.out.as_str()), (0, "updated alice\n  set plan to \"gold\"\n"));
    let ended = app.users("update alice --unset phone --set level:=4 --keep-sessions");
    assert_eq!((ended.code, ended.out.as_str()), (0, "updated alice\n  set level to 4\n  took phone away\n"));
    app.json("update alice --set role=reader --keep-sessions");
    assert_eq!(refreshed(&app, &refresh).await, 200);
    let ended = app.users("update alice --set role=guest");
    assert_eq!((ended.code, ended.out.as_str()), (0, "updated alice\n  set role to \"guest\"\n  ended all sessions\n"));
    assert_eq!(refreshed(&app, &refresh).await, 401);
    let refresh = refresh_token(&app).await;
    app.json("update alice --set note=x --end-sessions");
    assert_eq!(refreshed(&app, &refresh).await, 401);
    assert!(app.users("show alice").out.contains("role        guest\n"));
    app.users("update alice --set level=5").refused(1, "level is a number, but the given value is text", "level:=");
    app.users("update alice --set password=x").refused(2, "is not the name of an attribute", "--help");
    app.users(&format!("update alice --set note={}", "x".repeat(17_000))).refused(1, "more than 16 KiB", "elsewhere");
}

#[tokio::test]
async fn unlock_lets_a_user_try_again_at_once() {
    let app = ServedFolder::with(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]).await;
    app.create("alice", "first password");
    let wrong = json!({"username": "alice", "password": "another password"});
    Request::json("/api/token/", &wrong).send(app.server.address()).await.unwrap();
    assert_eq!(login(&app).await, 429);
    assert_eq!(app.json("unlock alice")["unlocked"], true);
    assert_eq!(login(&app).await, 429, "this address failed too often");
    let ended = app.users("unlock alice --ip 127.0.0.1");
    assert_eq!((ended.code, ended.out.as_str()), (0, "alice can log in again at once, also from 127.0.0.1\n"));
    assert_eq!(login(&app).await, 200);
}

async fn refresh_token(app: &ServedFolder) -> Value {
    let body = json!({"username": "alice", "password": "first password"});
    Request::json("/api/token/", &body).send(app.server.address()).await.unwrap().json()["refresh"].clone()
}

async fn refreshed(app: &ServedFolder, refresh: &Value) -> u16 {
    Request::json("/api/token/refresh/", &json!({"refresh": refresh})).send(app.server.address()).await.unwrap().status
}

#[tokio::test]
async fn who_is_imported_again_has_none_of_the_sessions_from_before() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let body = json!({"username": "alice", "password": "first password"});
    let pair = Request::json("/api/token/", &body).send(app.server.address()).await.unwrap().json();
    // As an import makes it: the same id, and older than its tokens.
    let again = store::User { epoch: 0, ..app.user("alice").await };
    assert_eq!(app.users("delete alice --yes").code, 0);
    let held = app.users_with(&format!("create alice --password-stdin --id {}", again.id), "first password");
    assert!(held.code == 1 && held.err.contains("whose tokens may be valid until"), "{held:?}");
    let newcomers = [store::NewUser { user: again, claims_email: true }];
    let created = app.store().create_users(&newcomers, tests::clock::real() + 301).await;
    assert_eq!(created, Ok(vec![store::ImportOutcome::Created]));
    let refresh = Request::json("/api/token/refresh/", &json!({"refresh": pair["refresh"]}));
    assert_eq!(refresh.send(app.server.address()).await.unwrap().json()["detail"], "Token is blacklisted");
}

#[tokio::test]
async fn every_change_of_an_unknown_user_is_refused() {
    let app = ServedFolder::new().await;
    for change in [
        "set-password bob --generate",
        "disable bob",
        "enable bob",
        "rename bob --to carol",
        "update bob --email bob@example.org",
        "delete bob --yes",
        "disable --id 7",
    ] {
        let ended = app.users(change);
        assert!(ended.code == 1 && ended.out.is_empty(), "{change}: {ended:?}");
    }
}

#[tokio::test]
async fn a_change_needs_exactly_one_user() {
    let app = ServedFolder::new().await;
    for change in ["disable", "disable bob --id 7", "delete --yes", "set-password --generate"] {
        let ended = app.users(change);
        assert_eq!(ended.code, 2, "{change}: {ended:?}");
    }
}

async fn login(app: &ServedFolder) -> u16 {
    let body: Value = json!({"username": "alice", "password": "first password"});
    Request::json("/api/token/", &body).send(app.server.address()).await.unwrap().status
}

#[tokio::test]
async fn what_an_operator_does_is_an_event_of_the_folder() {
    let app = ServedFolder::new().await;
    app.create("alice", "some password");
    for act in [
        "update alice --staff --add-group editors --set level:=3",
        "update alice --staff",
        "list",
        "export -",
        "rename alice --to bob",
    ] {
        assert_eq!(app.users(act).code, 0, "{act}");
    }
    app.users("update bob --no-staff --email bob@example.org");
    let id = app.user("bob").await.id;
    let told = app.latchkey("events --event operator_acted --json");
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let acts = |field: &str| told.as_array().unwrap().iter().map(|event| event[field].clone()).collect::<Vec<_>>();
    assert_eq!(acts("act"), ["users create", "users update", "users export", "users rename", "users update"]);
    assert_eq!(acts("user_id"), [json!(id), json!(id), Value::Null, json!(id), json!(id)]);
    let changes = "flag_changed is_staff=true, group_added editors, attribute_set level";
    assert_eq!(
        (&told[1]["changes"], &told[1]["profile"], &told[2]["users"]),
        (&json!(changes), &json!(false), &json!(1))
    );
    assert_eq!(told[4]["changes"], "flag_changed is_staff=false, sessions_ended");
    assert!(
        !told.to_string().contains("alice") && !told.to_string().contains("example.org"),
        "names are nobody's business: {told}"
    );
}

#[tokio::test]
async fn an_act_that_fails_is_recorded_and_what_tries_nothing_is_not() {
    let app = ServedFolder::new().await;
    app.create("alice", "some password");
    app.users("disable nobody").refused(1, "no user is named \"nobody\"", "latchkey users list");
    app.users("show nobody").refused(1, "no user is named \"nobody\"", "latchkey users list");
    app.users("delete alice").refused(2, "there is no terminal", "--yes");
    app.latchkey("sessions end --session 0123456789ab4def").refused(1, "there is no session", "sessions list");
    let told = app.latchkey("events --event operator_acted --json");
    let told: Value = serde_json::from_str(&told.out).unwrap();
    let acts: Vec<Value> =
        told.as_array().unwrap().iter().map(|event| json!([event["act"], event["outcome"], event["cause"]])).collect();
    let failed = |act: &str| json!([act, "failed", "refused"]);
    assert_eq!(acts, [json!(["users create", "done", null]), failed("users disable"), failed("sessions end")]);
    assert!(!told.to_string().contains("nobody"), "names are nobody's business: {told}");
}
