//! Where the users are: a folder with or without a running engine, tables by name.

use crate::served_folder::{Ended, Folder, ServedFolder, program, run};
use std::{
    fs::{self, Permissions},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::Command,
    thread,
};

#[test]
fn without_an_engine_one_is_started_and_stopped_and_the_users_stay() {
    let folder = Folder::new();
    let ended = folder.latchkey("users create alice --password-stdin", "some password");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.err.contains("is a new folder"), "{ended:?}");
    assert!(local::Folder::open(folder.path()).is_ok(), "the engine is stopped");
    let ended = folder.latchkey("users list", "");
    assert!(ended.code == 0 && ended.out.contains("alice"), "{ended:?}");
    let mode = fs::metadata(folder.path().join("latchkey.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

/// The socket of an engine that was killed, or of another folder.
#[tokio::test]
async fn an_address_that_is_left_over_is_not_believed() {
    let (folder, other) = (Folder::new(), ServedFolder::new().await);
    for left_over in ["engine.sock", &other.server.engine().to_string_lossy(), "", "garbage"] {
        fs::write(folder.path().join("engine"), format!("1 {left_over}\n")).unwrap();
        let ended = folder.latchkey("users create alice --generate --json", "");
        assert!(ended.code == 0 || ended.err.contains("is taken"), "{left_over}: {ended:?}");
    }
    assert_eq!(folder.latchkey("users list", "").out.lines().count(), 1);
    assert_eq!(other.json("list"), serde_json::json!([]));
}

#[test]
fn commands_that_look_or_change_make_no_folder() {
    let folder = Folder::new();
    let nowhere = folder.path().join("typo");
    fs::write(folder.path().join("users.json"), USER).unwrap();
    for arguments in [
        "users list",
        "users show alice",
        "users export -",
        "users import users.json --dry-run",
        "users delete alice --yes",
        "users disable alice",
        "users enable alice",
        "users set-password alice --generate",
        "sessions list alice",
        "sessions end alice",
        "sessions end --all --yes",
        "keys list",
        "keys jwks",
        "keys rotate",
        "keys import users.json",
        "keys revoke a --yes",
        "tokens inspect eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.AA",
        "doctor",
    ] {
        let mut command = Command::new(program("latchkey"));
        command.args(arguments.split(' ')).arg("--data").arg(&nowhere).current_dir(folder.path());
        run(command, "").refused(2, "belongs to no service", "cargo run");
        assert!(!nowhere.exists(), "{arguments}");
    }
}

#[tokio::test]
async fn options_may_stand_before_the_area_too() {
    let app = ServedFolder::new().await;
    app.create("alice", "some password");
    let early = |arguments: &str| {
        let mut command = Command::new(program("latchkey"));
        command.arg("--data").arg(app.folder()).args(arguments.split(' '));
        run(command, "")
    };
    assert_eq!(early("users list").out, app.users("list").out);
    assert_eq!(early("--json users list").out, app.users("list --json").out);
    early("users list --stack s").refused(2, "--data names a local folder", "one of them");
    early("keys list --stack s").refused(2, "each say where the keys are", "one of them");
    early("doctor --keys-secret s").refused(2, "a folder and a stack name their keys", "leave it out");
    assert!(early("sessions list alice").out.contains("alice has no sessions"));
    assert!(!early("--help").out.contains("--stack <"), "where they have no meaning they are not offered");
}

#[test]
fn commands_side_by_side_wait_for_each_other() {
    let folder = Folder::new();
    let ended: Vec<Ended> = thread::scope(|scope| {
        let create = |number| {
            let folder = &folder;
            scope.spawn(move || folder.latchkey(&format!("users create user{number} --generate"), ""))
        };
        (0..4).map(create).collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ended.iter().all(|ended| ended.code == 0), "{ended:?}");
    assert_eq!(folder.latchkey("users list", "").out.lines().count(), 4);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = Folder::new();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "create", "alice", "--generate", "--data"]).arg(file.join("below"));
    run(command, "").refused(2, "cannot be used", "--data DIR");
}

#[test]
fn the_program_needs_no_other_beside_it() {
    let (folder, alone) = (Folder::new(), Folder::new());
    let copy = alone.path().join("latchkey");
    fs::copy(program("latchkey"), &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(0o700)).unwrap();
    let mut command = Command::new(copy);
    fs::write(folder.path().join("latchkey.db"), "").unwrap();
    command.args(["users", "list", "--data"]).arg(folder.path());
    let ended = run(command, "");
    assert!(ended.code == 0 && ended.out.starts_with("no users"), "{ended:?}");
}

#[tokio::test]
async fn tables_are_named_and_reached_at_an_endpoint() {
    let app = ServedFolder::new().await;
    app.create("alice", "some password");
    let names = store::Tables::local();
    let tables = format!("--users-table {} --sessions-table {}", names.users, names.sessions);
    let ended = aws(&format!("{tables} --endpoint-url {} --region eu-central-1", app.engine()));
    assert!(ended.code == 0 && ended.out.contains("alice"), "{ended:?}");
    let ended = aws(&format!("--users-table x --sessions-table y --endpoint-url {} --region r", app.engine()));
    ended.refused(3, "the store is unavailable", "check the names of the tables");
}

#[test]
fn a_store_that_does_not_answer_is_unavailable() {
    let dead = tests::tools::free_port();
    assert!(TcpStream::connect(dead).is_err());
    let ended = aws(&format!("--users-table x --sessions-table y --region r --endpoint-url http://{dead}"));
    ended.refused(3, "the store is unavailable", "then try again");
}

#[test]
fn what_is_missing_for_aws_is_named() {
    aws("--users-table x").refused(2, "two tables", "--sessions-table");
    aws("--region r").refused(2, "no table is named", "--stack NAME");
    aws("--data d --stack s").refused(2, "--data names a local folder", "one of them");
    aws("--users-table x --sessions-table y").refused(2, "no region is set", "--region eu-central-1");
    let tables = "--users-table x --sessions-table y --region r --endpoint-url";
    aws(&format!("{tables} nonsense")).refused(2, "\"nonsense\" is not a URL", "http://127.0.0.1:4566");
    let mut command = outside();
    command.args(["users", "list", "--users-table", "x", "--sessions-table", "y", "--region", "r"]);
    run(command, "").refused(2, "no AWS credentials", "AWS_ACCESS_KEY_ID");
}

#[test]
fn every_command_explains_itself_with_examples() {
    for act in ["create", "list", "show", "set-password", "disable", "enable", "delete", "import"] {
        let mut command = Command::new(program("latchkey"));
        command.args(["users", act, "--help"]);
        let ended = run(command, "");
        assert!(ended.code == 0 && ended.out.contains(&format!("latchkey users {act}")), "{act}: {ended:?}");
        assert!(ended.out.contains("Examples:") && ended.out.contains("--stack"), "{act}: {ended:?}");
    }
    let ended = aws("--nonsense");
    assert!(ended.code == 2 && ended.err.contains("--nonsense"), "{ended:?}");
}

/// A dump of one user.
const USER: &str = r#"[{"model": "auth.user", "pk": 1, "fields": {"username": "alice", "is_active": true}}]"#;

/// `latchkey users list ARGUMENTS` with keys and nothing else of AWS in the environment.
fn aws(arguments: &str) -> Ended {
    let mut command = outside();
    command.args(["users", "list"]).args(arguments.split_whitespace());
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    run(command, "")
}

/// The program in an environment without AWS: neither variables nor the AWS command line.
fn outside() -> Command {
    let mut command = Command::new(program("latchkey"));
    command.env_clear();
    command
}
