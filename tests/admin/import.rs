//! `admin users import`

use crate::stage::Stage;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs};
use tests::wire::Request;

const HASHES: &str = include_str!("../vectors/django_password_hashes.json");

#[tokio::test]
async fn every_hasher_of_django_is_taken_over_to_the_letter() {
    let stage = Stage::new().await;
    let dump = dump_of_every_hasher();
    let ended = stage.users_with("import - --json", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    let users = dump.as_array().unwrap();
    assert_eq!((&summary["created"], &summary["refused"]), (&json!(users.len()), &json!(0)));
    for user in users {
        let stored = stage.store().user(&user["pk"].to_string()).await.unwrap().unwrap();
        assert_eq!(json!(stored.password), user["fields"]["password"]);
        assert_eq!(json!(stored.username), user["fields"]["username"]);
    }
}

#[tokio::test]
async fn an_imported_user_logs_in_with_the_password_of_django() {
    let stage = Stage::new().await;
    let dump = dump_of_every_hasher();
    let ended = stage.users_with("import -", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    for (name, password) in one_of_each_hasher().iter().map(|(name, vector)| (name, &vector["password"])) {
        let login = Request::json("/api/token/", &json!({"username": name, "password": password}));
        assert_eq!(login.send(stage.server.address()).await.unwrap().status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_second_import_changes_nothing_not_even_a_password_changed_since() {
    let stage = Stage::new().await;
    let dump = dump_of_every_hasher().to_string();
    let first = stage.users_with("import -", &dump);
    assert_eq!(first.code, 0, "{first:?}");
    stage.users_with("set-password md5 --password-stdin", "changed since");
    stage.users("disable scrypt");
    let before = stage.json("list");
    let hidden = secrets(&stage, "md5").await;
    let ended = stage.users_with("import - --json", &dump);
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &summary["created"], &summary["already_there"]), (0, &json!(0), &json!(6)));
    assert_eq!(stage.json("list"), before);
    assert_eq!(secrets(&stage, "md5").await, hidden);
}

#[tokio::test]
async fn every_field_and_the_names_of_groups_are_kept() {
    let stage = Stage::new().await;
    let dump = json!([
        {"model": "contenttypes.contenttype", "pk": 1, "fields": {}},
        {"model": "auth.group", "pk": 2, "fields": {"name": "editors", "permissions": []}},
        {"model": "auth.user", "pk": 41, "fields": {
            "password": "md5$salt$c0ec0c57296f5d56a8b687a815d87afb", "last_login": "2024-02-29T23:59:59.123Z",
            "is_superuser": true, "username": "alice", "first_name": "Alice", "last_name": "Liddell",
            "email": "alice@example.org", "is_staff": true, "is_active": false, "date_joined": "2020-01-02T03:04:05Z",
            "groups": [2], "user_permissions": []}}
    ]);
    let ended = stage.users_with("import -", &dump.to_string());
    assert!(ended.out.contains("skipped        1 of auth.group\n"), "{ended:?}");
    assert_eq!(
        stage.json("show alice"),
        json!({
            "id": "41", "username": "alice", "email": "alice@example.org", "first_name": "Alice", "last_name": "Liddell",
            "is_active": false, "is_staff": true, "is_superuser": true, "groups": ["editors"], "password": "md5",
            "last_login": "2024-02-29T23:59:59Z", "created_at": "2020-01-02T03:04:05Z"
        })
    );
}

#[tokio::test]
async fn bad_rows_are_reported_and_the_others_taken() {
    let stage = Stage::new().await;
    stage.create("taken", "some password");
    let id = stage.user("taken").await.id;
    let user = |pk: Value, name: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": name}});
    let dump = json!([
        user(json!(1), "alice"),
        user(json!(2), "ALICE"),
        user(json!(null), "nobody"),
        user(json!(3), "TAKEN"),
        user(json!(1), "again"),
        user(json!(id), "other"),
        user(json!(4), "bob"),
    ]);
    let told = stage.users_with("import - --json --dry-run", &dump.to_string());
    let ended = stage.users_with("import - --json", &dump.to_string());
    assert_eq!((told.code, ended.code), (1, 1));
    let (told, summary): (Value, Value) =
        (serde_json::from_str(&told.out).unwrap(), serde_json::from_str(&ended.out).unwrap());
    assert_eq!((&summary["read"], &summary["created"], &summary["refused"]), (&json!(7), &json!(2), &json!(5)));
    let reasons = summary["reasons"].as_array().unwrap();
    let expected = [
        ("object 2", "has the username \"ALICE\", and the user 1 has \"alice\"; names must differ by more than case"),
        ("object 3", "has no pk; dump without --natural-primary"),
        ("object 4", "has \"taken\"; names must differ by more than case"),
        ("object 5", "has the username \"again\", but the user with the id \"1\" is \"alice\""),
        ("object 6", "is \"taken\""),
    ];
    for (at, part) in expected {
        let found = reasons.iter().find(|bad| bad["at"] == at).unwrap();
        assert!(found["reason"].as_str().unwrap().ends_with(part), "{found}");
    }
    assert_eq!(reasons.len(), expected.len());
    assert_eq!((&told["created"], &told["refused"]), (&summary["created"], &summary["refused"]));
    assert_eq!(stage.json("list").as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let stage = Stage::new().await;
    let mut dump = dump_of_every_hasher();
    let user = |pk: u64, name: &str, hash: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": name, "password": hash}});
    let more = [user(7, "old", "sha1$a$b"), user(8, "machine", "!x"), user(9, "OLD", "!"), user(7, "old", "sha1$a$b")];
    dump.as_array_mut().unwrap().extend(more);
    let ended = stage.users_with("import - --dry-run", &dump.to_string());
    assert_eq!(ended.code, 1, "{ended:?}");
    for line in [
        "object 1     create   argon2: argon2\n",
        "object 7     create   old: cannot log in until set-password, because the stored password hash is of an unknown scheme\n",
        "object 8     create   machine: unusable\n",
        "object 9     refuse   OLD: has the username \"OLD\", and so has an earlier row; names must differ by more than case\n",
        "object 10    present  old\n",
        "nothing is written; this would be done:\nread           10\ncreated        8\nalready there  1\nrefused        1\n",
    ] {
        assert!(ended.out.contains(line), "{line}{}", ended.out);
    }
    assert_eq!(ended.out.matches("so has an earlier row").count(), 1, "told once");
    assert_eq!(stage.json("list"), json!([]));
}

#[tokio::test]
async fn a_hash_that_nobody_can_verify_is_kept_and_reported() {
    let stage = Stage::new().await;
    let user = |pk, hash: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": format!("u{pk}"), "password": hash}});
    let dump = json!([
        user(1, "sha1$a$b"),
        user(2, "argon2$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAA"),
        user(3, "")
    ]);
    let ended = stage.users_with("import - --json", &dump.to_string());
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &summary["created"]), (0, &json!(3)));
    assert_eq!(summary["unverifiable"].as_object().unwrap().len(), 2, "{summary}");
    assert_eq!(stage.user("u1").await.password, "sha1$a$b");
    assert_eq!(stage.json("show u3")["password"], "unusable");
}

#[tokio::test]
async fn a_user_model_of_ones_own_is_named() {
    let stage = Stage::new().await;
    let dump = json!([{"model": "accounts.account", "pk": "0191e1f4-7f7e-7abc-8def-0123456789ab",
        "fields": {"email": "alice@example.org", "password": "!"}}]);
    stage.users_with("import -", &dump.to_string()).refused(
        1,
        "there is no auth.user to import",
        "there are accounts.account",
    );
    let ended = stage.users_with("import - --model accounts.account --username-field email", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(stage.user("alice@example.org").await.id, "0191e1f4-7f7e-7abc-8def-0123456789ab");
}

#[tokio::test]
async fn a_file_that_is_no_dump_is_refused() {
    let stage = Stage::new().await;
    stage.users("import nowhere.json").refused(2, "nowhere.json cannot be read", "dumpdata");
    for text in ["[", "username;password", "[{\"model\": \"auth.user\""] {
        stage.users_with("import -", text).refused(1, "standard input is not", "");
    }
    stage.users_with("import -", "SQLite format 3\0").refused(2, "not read from standard input", "name its file");
    stage.users("import /").refused(2, "/ cannot be read: Is a directory", "name a file of dumpdata");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("admin-empty.json");
    fs::write(&path, "[]").unwrap();
    stage.users(&format!("import {}", path.display())).refused(1, "there is no auth.user to import", "dumpdata");
}

/// A right password and its hash for each hasher.
fn one_of_each_hasher() -> BTreeMap<String, Value> {
    let vectors: Vec<Value> = serde_json::from_str(HASHES).unwrap();
    let right = vectors.into_iter().filter(|vector| vector["expect"] == true && vector["password"] != "");
    right.rev().map(|vector| (vector["alg"].as_str().unwrap().to_owned(), vector)).collect()
}

fn dump_of_every_hasher() -> Value {
    let users = one_of_each_hasher().into_iter().enumerate().map(|(index, (name, vector))| {
        json!({"model": "auth.user", "pk": index + 1, "fields": {"username": name, "password": vector["encoded"]}})
    });
    users.collect()
}

/// What no command shows.
async fn secrets(stage: &Stage, name: &str) -> (String, i64) {
    let user = stage.user(name).await;
    (user.password, user.epoch)
}
