//! `latchkey users import` of many users, through trouble, and `latchkey users export`.

use crate::served_folder::{Folder, ServedFolder, program, run};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};
use tests::{
    bridge::over_socket,
    proxy::{Interference, Proxy},
};

/// Enough for many batches and many pages.
const MANY: u64 = 10_000;
/// Enough to be interrupted.
const FEWER: u64 = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_users_are_imported_and_a_second_import_changes_nothing() {
    let app = ServedFolder::new().await;
    let source = written("many.jsonl", &users(1..=MANY));
    let first = imported(&app, &source, "--attributes all");
    assert_eq!(counts(&first), (MANY, MANY, 0, 0));
    assert_eq!((&first["schemes"], &first["not_taken_over"]), (&json!({"md5": MANY}), &json!({"plan": MANY})));
    let (before, second) = (exported(&app, "jsonl"), imported(&app, &source, ""));
    for (line, number) in sorted_by_key(&before).into_iter().zip(1..) {
        let (fields, own) = (&line["fields"], further(number));
        assert!(own.as_object().unwrap().iter().all(|(name, value)| fields[name] == *value), "{line}");
    }
    let other = ServedFolder::new().await;
    assert_eq!(counts(&imported(&other, &written("again.jsonl", &before), "")), (MANY, MANY, 0, 0));
    assert_eq!(sorted(&exported(&other, "jsonl")), sorted(&before), "attributes and all");
    assert_eq!(counts(&second), (MANY, 0, MANY, 0));
    assert_eq!(exported(&app, "jsonl"), before);
    assert_eq!(before.lines().count() as u64, MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_goes_on_and_nothing_is_half_done() {
    let app = ServedFolder::new().await;
    let source = written("killed.jsonl", &users(1..=FEWER));
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "import"]).arg(&source).arg("--data").arg(app.folder());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    while app.store().user("100").await.unwrap().is_none() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let there = exported(&app, "jsonl").lines().count() as u64;
    assert!(there < FEWER, "it was killed too late to prove anything");
    for number in [1, 100, there] {
        let (id, name) = (number.to_string(), format!("User{number}"));
        let by_id = app.store().user(&id).await.unwrap();
        assert_eq!(by_id, app.store().user_named(&name).await.unwrap(), "a user without a name, or the other way");
    }
    let (_, created, present, refused) = counts(&imported(&app, &source, ""));
    assert_eq!((created + present, refused), (FEWER, 0));
    assert!(present >= 100, "{present}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_throttled_store_makes_an_import_slower_and_nothing_else() {
    let app = ServedFolder::new().await;
    let refused = Arc::new(AtomicU32::new(0));
    let (count, mut calls) = (Arc::clone(&refused), 0);
    // Two of three writes: more often than the client repeats them by itself.
    let engine = app.engine();
    let proxy = Proxy::start(&engine, move |call| {
        calls += u32::from(call.operation == "TransactWriteItems");
        match call.operation.as_str() {
            "TransactWriteItems" if calls % 3 != 0 => {
                count.fetch_add(1, Ordering::Relaxed);
                throttled()
            }
            "BatchGetItem" => Interference::Changed(leave_half),
            _ => Interference::Made,
        }
    });
    let (proxy, folder) = (proxy.await, Folder::new());
    let _served = folder.served_by(&over_socket(folder.path(), &proxy.url));
    let source = written("throttled.jsonl", &users(1..=500));
    let ended = folder.latchkey(&format!("users import {} --json", source.display()), "");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(counts(&serde_json::from_str(&ended.out).unwrap()), (500, 500, 0, 0));
    assert!(refused.load(Ordering::Relaxed) > 15, "{refused:?}");
    assert_eq!(exported(&app, "jsonl").lines().count(), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_no_user_that_was_there_before() {
    let app = ServedFolder::new().await;
    let mut lost = 0;
    let engine = app.engine();
    let proxy = Proxy::start(&engine, move |call| {
        lost += u32::from(call.operation == "TransactWriteItems");
        // All tries of the first call: the client gives up, and the batch begins again.
        if call.operation == "TransactWriteItems" && lost <= 3 { Interference::Lost } else { Interference::Made }
    });
    let (proxy, folder) = (proxy.await, Folder::new());
    let _served = folder.served_by(&over_socket(folder.path(), &proxy.url));
    let source = written("lost.jsonl", &users(1..=20));
    let ended = folder.latchkey(&format!("users import {} --json", source.display()), "");
    assert_eq!(counts(&serde_json::from_str(&ended.out).unwrap()), (20, 20, 0, 0), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_lines_are_kept_in_a_file_that_can_be_mended_and_imported() {
    let app = ServedFolder::new().await;
    let mut lines: Vec<String> = users(1..=5).lines().map(str::to_owned).collect();
    lines[1] = "{\"model\": \"auth.user\", \"pk\": 2".to_owned();
    lines[3] = lines[3].replace("User4", "USER3");
    let source = written("bad.jsonl", &lines.join("\n"));
    let rejected = app.folder().join("rejected.jsonl");
    let arguments = format!("import {} --rejected {}", source.display(), rejected.display());
    let ended = app.users(&arguments);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("line 2 is not JSON: EOF"), "{ended:?}");
    assert!(
        ended.out.contains("read           5\ncreated        3\nalready there  0\nrefused        2\n"),
        "{ended:?}"
    );
    assert_eq!(fs::metadata(&rejected).unwrap().permissions().mode() & 0o777, 0o600, "it holds hashes");
    let kept = fs::read_to_string(&rejected).unwrap();
    let kept: Vec<Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = kept.iter().find(|row| row.get("text").is_some()).unwrap();
    assert_eq!(text["text"], lines[1]);
    let other = kept.iter().find(|row| row.get("pk").is_some()).unwrap();
    assert!(other["rejected"].as_str().unwrap().starts_with("line 4 has the username \"USER3\""), "{other}");
    app.users(&arguments).refused(2, "File exists", "name a new file");
    let mended = written("mended.jsonl", &other.to_string().replace("USER3", "User4"));
    assert_eq!(counts(&imported(&app, &mended, "")), (1, 1, 0, 0));
    assert_eq!(app.user("User4").await.password, "md5$salt$c0ec0c57296f5d56a8b687a815d87afb");
    let unused = app.folder().join("unused.jsonl");
    imported(&app, &mended, &format!("--rejected {}", unused.display()));
    assert!(!unused.exists(), "nothing was refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_bad_row_can_stop_an_import() {
    let app = ServedFolder::new().await;
    let mut lines: Vec<String> = users(1..=200).lines().map(str::to_owned).collect();
    lines[99] = "7".to_owned();
    let source = written("stop.jsonl", &lines.join("\n"));
    let ended = app.users(&format!("import {} --stop-on-error", source.display()));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("line 100 is no object of a dump"), "{ended:?}");
    assert!(ended.out.contains("stopped at the first refused row; what came before it is done:\nread           100\n"));
    assert!(app.store().user("99").await.unwrap().is_some() && app.store().user("101").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_row_with_an_address_owns_it_however_long_its_write_takes() {
    let app = ServedFolder::new().await;
    let (engine, mut refused) = (app.engine(), 0);
    // As often as the client repeats it by itself: the batch of the first row comes back later than the others were sent.
    let proxy = Proxy::start(&engine, move |call| {
        let is_first = call.operation == "TransactWriteItems" && call.body.to_string().contains("\"user#1\"");
        refused += u32::from(is_first);
        if is_first && refused <= 3 { throttled() } else { Interference::Made }
    });
    let (proxy, folder) = (proxy.await, Folder::new());
    let _served = folder.served_by(&over_socket(folder.path(), &proxy.url));
    let same = users(1..=300).lines().map(share).collect::<Vec<_>>().join("\n");
    let source = written("shared.jsonl", &same);
    let ended = folder.latchkey(&format!("users import {}", source.display()), "");
    assert_eq!(ended.code, 0, "{ended:?}");
    let owner = app.store().user_with_email("shared@example.org").await.unwrap().unwrap();
    assert_eq!(owner.id, "1");
    let again = app.users(&format!("import {}", source.display()));
    assert!(again.out.starts_with("nothing is new:\nread           300\n"), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sheet_is_imported_by_the_names_of_its_columns() {
    let app = ServedFolder::new().await;
    let source = written(
        "users.csv",
        "email,id,username,password,is_staff,is_active,groups,date_joined,shoe_size\r\n\
         a@example.org,7,alice,md5$salt$c0ec0c57296f5d56a8b687a815d87afb,t,True,editors;writers,2020-01-02 03:04:05+00,38\r\n\
         ,8,bob,,0,false,\"[\"\"a;b\"\"]\",,\r\n\
         ,9,carol,,0,perhaps,,,\r\n",
    );
    let ended = app.users(&format!("import {}", source.display()));
    assert!(ended.out.starts_with("line 4 has an is_active that is neither true nor false\n"), "{ended:?}");
    let (alice, bob) = (app.json("show alice"), app.json("show --id 8"));
    let told = json!([alice["id"], alice["email"], alice["is_staff"], alice["groups"], alice["created_at"]]);
    assert_eq!(told, json!(["7", "a@example.org", true, ["editors", "writers"], "2020-01-02T03:04:05Z"]));
    assert_eq!(json!([bob["is_active"], bob["password"], bob["groups"]]), json!([false, "unusable", ["a;b"]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_is_imported_into_an_empty_place_as_it_was() {
    let app = ServedFolder::new().await;
    app.create("made@here", "no password that matters");
    app.create("alice", "some password of hers");
    app.users("disable alice");
    let odd = json!([
        {"model": "auth.user", "pk": 7, "fields": {"username": "Zoë, \"Z\"\n", "email": "same@example.org", "password": "!", "is_active": true}},
        {"model": "auth.user", "pk": "007", "fields": {"username": "=1+1", "email": "same@example.org", "groups": [["a,b;c"], ["[]"]],
            "first_name": " x ", "last_name": "'\t-1", "is_active": true, "last_login": "1969-12-31T23:59:59Z", "is_staff": true, "password": "sha1$old$hash",
            "role": "=1+1", "level": -1.5e-7, "beta": false, "tags": [], "note": "1.5E+15"}},
    ]);
    app.users_with("import - --attributes all", &odd.to_string());
    let whole = exported(&app, "jsonl");
    assert!(whole.contains(&app.user("alice").await.password), "hashes and all");
    for format in ["json", "jsonl", "csv"] {
        let other = ServedFolder::new().await;
        let path = app.folder().join(format!("users.{format}"));
        let ended = app.users(&format!("export {}", path.display()));
        assert_eq!((ended.code, ended.out), (0, format!("exported 4 users to {}\n", path.display())), "{format}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{format}");
        let written = fs::read_to_string(&path).unwrap();
        assert_eq!(written.contains("'=1+1"), format == "csv", "a spreadsheet would compute it: {written}");
        assert_eq!(counts(&imported(&other, &path, "")), (4, 4, 0, 0), "{format}");
        assert_eq!(sorted(&exported(&other, "jsonl")), sorted(&whole), "{format}");
        for id in ["7", "007"] {
            assert_eq!(other.store().user(id).await, app.store().user(id).await, "{format}");
        }
        let owner =
            async |of: &ServedFolder| of.store().user_with_email("same@example.org").await.unwrap().map(|user| user.id);
        assert_eq!(owner(&other).await, owner(&app).await, "{format}");
        app.users(&format!("export {}", path.display())).refused(2, "File exists", "name a new file");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_from_the_start_is_not_waited_for() {
    let folder = Folder::new();
    let source = written("away.jsonl", &users(1..=1));
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "import"]).arg(&source).args(["--users-table", "u", "--sessions-table", "s"]);
    command.args(["--region", "eu-central-1", "--endpoint-url", "http://127.0.0.1:9"]).current_dir(folder.path());
    command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
    run(command, "").refused(3, "the store is unavailable", "then try again");
}

/// Users as `dumpdata --format jsonl` has them.
fn users(numbers: impl Iterator<Item = u64>) -> String {
    let line = |number| {
        let mut fields = json!({
            "username": format!("User{number}"), "email": format!("user{number}@example.org"), "first_name": "A", "last_name": "B",
            "password": "md5$salt$c0ec0c57296f5d56a8b687a815d87afb", "is_active": true, "is_staff": false, "is_superuser": false,
            "groups": [], "user_permissions": [], "last_login": null, "date_joined": "2020-01-02T03:04:05.678Z"
        });
        fields.as_object_mut().unwrap().extend(further(number).as_object().unwrap().clone());
        fields["plan"] = json!({"an": "object"});
        json!({"model": "auth.user", "pk": number, "fields": fields}).to_string()
    };
    numbers.map(line).collect::<Vec<_>>().join("\n")
}

/// What the team's own model has of a user.
fn further(number: u64) -> Value {
    json!({
        "role": if number.is_multiple_of(2) { "editor" } else { "" }, "level": number, "score": number as f64 / 7.0 + 0.125, "beta": number.is_multiple_of(3),
        "tags": [format!("tag{number}"), "é\n\"'="], "phone": format!("+49 {number}"), "price": "12.50",
    })
}

/// The objects of an export by their keys.
fn sorted_by_key(text: &str) -> Vec<Value> {
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["pk"].as_u64());
    lines
}

/// The line of a user with everybody's address.
fn share(line: &str) -> String {
    let mut user: Value = serde_json::from_str(line).unwrap();
    user["fields"]["email"] = "shared@example.org".into();
    user.to_string()
}

/// A file for one test.
fn written(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("admin-{name}"));
    fs::write(&path, text).unwrap();
    path
}

/// What an import without a refused row told.
pub(crate) fn imported(app: &ServedFolder, source: &std::path::Path, options: &str) -> Value {
    let ended = app.users(&format!("import {} --json {options}", source.display()));
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(&ended.out).unwrap()
}

/// All users in one text.
pub(crate) fn exported(app: &ServedFolder, format: &str) -> String {
    let ended = app.users(&format!("export - --format {format}"));
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.out
}

/// Its lines in an order.
pub(crate) fn sorted(text: &str) -> BTreeSet<&str> {
    text.lines().collect()
}

/// How many rows were read, and how many users created, met and refused: the counts add up.
fn counts(summary: &Value) -> (u64, u64, u64, u64) {
    let of = |name: &str| summary[name].as_u64().unwrap();
    let (read, created, present, refused) = (of("read"), of("created"), of("already_there"), of("refused"));
    assert_eq!(read, created + present + refused, "{summary}");
    (read, created, present, refused)
}

fn throttled() -> Interference {
    let body = json!({"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"});
    Interference::Answered(400, body.to_string())
}

/// Answers in part, as DynamoDB may: the rest is to be asked for again.
fn leave_half(answer: &mut Value) {
    let Some(tables) = answer["Responses"].as_object_mut() else { return };
    let mut left = json!({});
    for (table, items) in tables {
        let items = items.as_array_mut().unwrap();
        let rest = items.split_off(items.len().div_ceil(2));
        let keys: Vec<Value> = rest.iter().map(|item| json!({"pk": item["pk"]})).collect();
        if !keys.is_empty() {
            left[table] = json!({"Keys": keys, "ConsistentRead": true});
        }
    }
    answer["UnprocessedKeys"] = left;
}
