//! `latchkey users import` from what a real Django made: its dumps, its SQLite file and its PostgreSQL.

use crate::served_folder::{Ended, Folder, ServedFolder, program, run};
use serde_json::json;
use std::{collections::BTreeSet, fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::Path, process::Command};
use tests::{
    tools::{Running, done, free_port, opens, root, tool},
    wire::Request,
};

const PASSWORD: &str = "of the database";

/// The users of `make.py`.
const MANY: usize = 600;

/// What to say of each model.
const MODELS: [(&str, &str); 2] =
    [("auth.User", ""), ("accounts.Account", "--model accounts.Account --username-field email --attributes all")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_sqlite_says_what_the_dump_says() {
    for (model, options) in MODELS {
        let folder = Folder::new();
        let file = folder.path().join("db.sqlite3");
        let dump = folder.path().join("dump.json");
        fs::write(&dump, project(file.to_str().unwrap(), model)).unwrap();
        let (by_dump, by_file) = (ServedFolder::new().await, ServedFolder::new().await);
        let expected = taken(&by_dump, dump.to_str().unwrap(), options);
        assert_eq!(taken(&by_file, file.to_str().unwrap(), options), expected, "{model}");
        own_fields(&expected, model);
        log_in(&by_file, model).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_says_what_the_dump_says() {
    let postgres = Postgres::start().await;
    let folder = Folder::new();
    for (model, options) in MODELS {
        let dump = folder.path().join("dump.json");
        fs::write(&dump, project(&postgres.address.port().to_string(), model)).unwrap();
        let (by_dump, by_database) = (ServedFolder::new().await, ServedFolder::new().await);
        let expected = taken(&by_dump, dump.to_str().unwrap(), options);
        assert_eq!(taken(&by_database, &postgres.url("django@"), options), expected, "{model}");
        own_fields(&expected, model);
        log_in(&by_database, model).await;
    }
    the_password_is_asked_where_psql_asks(&postgres, folder.path());
}

/// The database is reached with `PGPASSWORD` or a file that nobody else can read, and not with what others can see.
fn the_password_is_asked_where_psql_asks(postgres: &Postgres, folder: &Path) {
    fs::write(folder.join("latchkey.db"), "").unwrap();
    let pass = folder.join("pass");
    fs::write(&pass, format!("127.0.0.1:{}:*:django:{PASSWORD}\n", postgres.address.port())).unwrap();
    let import = |url: &str, variable: &str, value: &str| {
        let mut command = latchkey(folder, url, "--dry-run --json");
        command.env_remove("PGPASSWORD").env_remove("PGPASSFILE").env("HOME", "/nowhere").env(variable, value);
        run(command, "")
    };
    fs::set_permissions(&pass, PermissionsExt::from_mode(0o600)).unwrap();
    let ended = import(&postgres.url("django@"), "PGPASSFILE", pass.to_str().unwrap());
    assert_eq!(ended.code, 0, "{ended:?}");
    fs::set_permissions(&pass, PermissionsExt::from_mode(0o640)).unwrap();
    let ended = import(&postgres.url("django@"), "PGPASSFILE", pass.to_str().unwrap());
    ended.refused(3, "password", "put the password into PGPASSWORD or ~/.pgpass");
    let ended = import(&postgres.url("django@"), "PGPASSWORD", "another");
    ended.refused(3, "password authentication failed", "put the password into PGPASSWORD or ~/.pgpass");
    let ended = import(&postgres.url("django:visible@"), "PGPASSWORD", PASSWORD);
    ended.refused(2, "holds a password, which every process here can see", "put it into PGPASSWORD");
    assert!(!ended.err.contains("visible"), "{ended:?}");
    let mut command = latchkey(folder, &postgres.url("django@"), "--table nobody");
    command.env("PGPASSWORD", PASSWORD);
    let ended = run(command, "");
    ended.refused(1, "has no table nobody", "--table; there are accounts_account, auth_user");
}

/// A PostgreSQL for one test.
struct Postgres {
    address: SocketAddr,
    _running: Running,
}

impl Postgres {
    async fn start() -> Self {
        let address = free_port();
        let mut command = python("postgres.py");
        command.arg(address.port().to_string()).env("PGPASSWORD", PASSWORD);
        let running = Running::start("postgres", &mut command);
        opens(address).await;
        Self { address, _running: running }
    }

    fn url(&self, user: &str) -> String {
        format!("postgres://{user}{}/postgres", self.address)
    }
}

/// Makes Django's tables and users in a database; gives the dump.
fn project(database: &str, model: &str) -> Vec<u8> {
    done(python("make.py").args([database, model]).env("PGPASSWORD", PASSWORD)).stdout
}

fn python(script: &str) -> Command {
    let mut command = Command::new(tool("python"));
    command.arg(root().join("tests/admin/project").join(script)).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn latchkey(folder: &Path, source: &str, options: &str) -> Command {
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "import", source]).args(options.split_whitespace()).arg("--data").arg(folder);
    command
}

/// Imports all users, and gives what is stored then.
fn taken(app: &ServedFolder, source: &str, options: &str) -> BTreeSet<String> {
    let mut command = latchkey(app.folder(), source, options);
    command.env("PGPASSWORD", PASSWORD);
    let Ended { code, out, err } = run(command, "");
    assert!(code == 0 && out.contains(&format!("created        {MANY}\n")), "{out}{err}");
    let ended = app.users("export - --format jsonl");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines: BTreeSet<String> = ended.out.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), MANY);
    assert!(lines.iter().any(|line| line.contains(r#"[["the \"editors\"; all, of them"],["writers"]]"#)), "groups");
    lines
}

/// What columns of each kind become: a decimal stays a text, as Django writes it, so that no digit is lost.
fn own_fields(lines: &BTreeSet<String>, model: &str) {
    let having = |field: &str| lines.iter().filter(|line| line.contains(field)).count();
    let expected = if model == "auth.User" { [0; 5] } else { [MANY / 3, MANY / 2, MANY, MANY, MANY] };
    let fields = [r#""beta":true"#, r#""credit":"12.34""#, r#""level":3"#, r#""ratio":0.25"#, r#""role":"reader""#];
    assert_eq!(fields.map(having), expected, "{model}");
}

async fn log_in(app: &ServedFolder, model: &str) {
    let name = if model == "auth.User" { "user0" } else { "user0@example.org" };
    let login = Request::json("/api/token/", &json!({"username": name, "password": "correct horse"}));
    assert_eq!(login.send(app.server.address()).await.unwrap().status, 200, "{model}");
}
