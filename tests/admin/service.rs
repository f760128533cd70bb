//! `latchkey` alone, which serves: one for each folder, whatever ended the one before.

use crate::served_folder::{Folder, program, run};
use serde_json::json;
use std::{
    fs::{self, Permissions},
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, symlink},
        process::CommandExt,
    },
    process::{Child, ChildStdout, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tests::{process::listeners, wire::Request};

/// A service that is killed when dropped.
struct Service {
    child: Child,
    address: SocketAddr,
    /// What it said until it listened.
    said: String,
    /// Open as long as the service lives.
    _out: BufReader<ChildStdout>,
}

impl Service {
    fn start(folder: &Folder) -> Self {
        Self::with(folder, &[])
    }

    /// One with these settings.
    fn with(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        let mut command = local(folder, &[]);
        command.envs(settings.iter().copied());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("listening on http://") {
            assert_ne!(out.read_line(&mut said).unwrap(), 0, "{said}");
        }
        let address = said.trim().rsplit("http://").next().unwrap().parse().unwrap();
        Self { child, address, said, _out: out }
    }

    /// What it said on standard error in all its life.
    fn complaints(mut self) -> String {
        self.kill();
        io::read_to_string(self.child.stderr.take().unwrap()).unwrap()
    }

    async fn status_of_login(&self, name: &str, password: &str) -> u16 {
        self.log_in(name, password).await.status
    }

    async fn log_in(&self, name: &str, password: &str) -> tests::wire::Answer {
        let login = json!({"username": name, "password": password});
        Request::json("/api/token/", &login).send(self.address).await.unwrap()
    }

    /// As `kill -9` does: it has no time to tidy up.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `latchkey` over the folder, on a free port.
fn local(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(program("latchkey"));
    command.arg("--data").arg(folder.path()).args(["--listen", "127.0.0.1:0"]).args(arguments).stdin(Stdio::null());
    command
}

/// Fails where the program goes on, too.
fn refused(mut command: Command, sentence: &str) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), stdout.as_slice(), said.lines().count()), (Some(2), &b""[..], 1), "{said}");
    assert!(said.contains(sentence), "{said}");
}

/// DynamoDB's local engines ask for no credentials: on a port, each user of the machine and each web page could read the hashes.
#[tokio::test]
async fn only_the_port_of_the_service_is_open() {
    let folder = Folder::new();
    let service = Service::start(&folder);
    assert_eq!(listeners(service.child.id()), [service.address.port()]);
    let ended = folder.latchkey("users list", "");
    assert!(ended.code == 0 && ended.out.contains("admin"), "commands reach it: {ended:?}");
    for name in ["", "engine.sock", "latchkey.db", "keys.json", "engine"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let query = json!({"TableName": "latchkey-users"});
    let page = Request::json("/", &query).header("X-Amz-Target", "DynamoDB_20120810.Scan");
    let answer = page.send(service.address).await.unwrap();
    assert!(answer.status >= 400 && !answer.text().contains("Items"), "{}", answer.text());
}

/// A script that waits for the port can log in at once.
#[tokio::test]
async fn the_first_user_is_there_before_the_first_answer() {
    let folder = Folder::new();
    let mut child = local(&folder, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let port = loop {
        assert!(child.try_wait().unwrap().is_none(), "it serves");
        if let [port] = listeners(child.id())[..] {
            break port;
        }
        sleep(Duration::from_millis(1));
    };
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let first = Request::new("GET", "/api/hello/").send(address).await.unwrap();
    let password = fs::read_to_string(folder.path().join("first-password")).unwrap_or_default();
    let login = json!({"username": "admin", "password": password.trim()});
    let login = Request::json("/api/token/", &login).send(address).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((first.status, login.status), (401, 200));
}

/// Tests of CI run as root, who can become another user; for anybody else the rights of the files say the same.
#[test]
fn another_user_of_the_machine_gets_nothing() {
    let folder = Folder::new();
    let _service = Service::start(&folder);
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    for name in ["engine.sock", "latchkey.db", "keys.json"] {
        let path = folder.path().join(name);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o177, 0, "{name}");
        if is_root {
            let read = Command::new("cat").arg(&path).uid(65534).gid(65534).output().unwrap();
            let said = String::from_utf8_lossy(&read.stderr).into_owned();
            assert!(!read.status.success() && said.contains("Permission denied"), "{name}: {said}");
        }
    }
}

#[test]
fn a_folder_that_others_could_fill_is_refused() {
    let folder = Folder::new();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    refused(local(&folder, &[]), "belongs to another user, or others may write into it");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    drop(Service::start(&folder));
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o700,
        "it is taken for the owner alone"
    );
    let (keys, elsewhere) = (folder.path().join("keys.json"), folder.path().join("elsewhere.json"));
    fs::rename(&keys, &elsewhere).unwrap();
    symlink(&elsewhere, &keys).unwrap();
    refused(local(&folder, &[]), "keys.json is a link");
    fs::remove_file(&keys).unwrap();
    fs::rename(&elsewhere, &keys).unwrap();
    fs::set_permissions(&keys, Permissions::from_mode(0o666)).unwrap();
    refused(local(&folder, &[]), "another user owns it or may write it");
}

#[tokio::test]
async fn a_folder_is_served_by_one_process_and_by_the_next_when_that_was_killed() {
    let folder = Folder::new();
    let mut first = Service::start(&folder);
    let holder = format!("process {} serves the folder {} already", first.child.id(), folder.path().display());
    refused(local(&folder, &[]), &holder);
    let mut engine = Command::new(program("latchkey"));
    engine.arg("engine").arg("--data").arg(folder.path()).stdin(Stdio::null());
    refused(engine, "end it, or choose another with --data");
    let ended = folder.latchkey("--listen 0 users list", "");
    ended.refused(2, "--listen is for serving", "leave the subcommand out");
    let ended = folder.latchkey("users create alice --password-stdin", "correct horse battery");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(first.status_of_login("alice", "correct horse battery").await, 200, "it is not disturbed");
    first.kill();
    assert!(folder.latchkey("users list", "").out.contains("alice"), "the address that is left over is not in the way");
    let second = Service::start(&folder);
    assert_eq!(second.status_of_login("alice", "correct horse battery").await, 200);
}

#[test]
fn a_command_that_is_killed_takes_its_engine_along() {
    let folder = Folder::new();
    assert_eq!(folder.latchkey("users create alice --generate", "").code, 0);
    let mut command = Command::new(program("latchkey"));
    command.args(["users", "set-password", "alice", "--password-stdin", "--data"]).arg(folder.path());
    let address = folder.path().join("engine");
    fs::write(&address, "").unwrap();
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    while !fs::read_to_string(&address).unwrap().contains("engine.sock") {
        assert!(child.try_wait().unwrap().is_none(), "it waits for its input");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(Service::start(&folder));
}

/// Both find the folder free; one of them gets it.
#[test]
fn a_service_and_a_command_that_begin_together_find_each_other() {
    let folder = Folder::new();
    drop(Service::start(&folder));
    for number in 0..4 {
        let service = std::thread::scope(|scope| {
            let service = scope.spawn(|| Service::start(&folder));
            let ended = folder.latchkey(&format!("users create user{number} --generate"), "");
            assert_eq!(ended.code, 0, "{ended:?}");
            service.join().unwrap()
        });
        let listed = folder.latchkey("users list", "").out;
        assert_eq!(listed.lines().count(), number + 2, "{listed}");
        drop(service);
    }
}

#[test]
fn a_folder_goes_with_the_engine_alone_too() {
    let folder = Folder::new();
    let mut command = Command::new(program("latchkey"));
    command.arg("--data").arg(folder.path()).arg("engine").stdout(Stdio::piped()).stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert!(said.starts_with("engine on "), "{said}");
    let told = fs::read_to_string(folder.path().join("engine")).unwrap();
    assert_eq!(told.split_whitespace().next(), Some(child.id().to_string().as_str()), "the folder that was named");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_wrong_setting_leaves_no_folder() {
    let folder = Folder::new();
    let nowhere = folder.path().join("nowhere");
    let mut command = Command::new(program("latchkey"));
    command.arg("--data").arg(&nowhere).args(["--listen", "0"]).env("ACCESS_TOKEN_LIFETIME", "5x");
    refused(command, "ACCESS_TOKEN_LIFETIME: ");
    assert!(!nowhere.exists());
}

#[test]
fn files_that_are_something_else_are_named_with_what_to_do() {
    let folder = Folder::new();
    fs::write(folder.path().join("keys.json"), "{").unwrap();
    refused(
        local(&folder, &[]),
        "keys.json: not a key set, at line 1 column 1; repair it, or move it away and start again",
    );
    fs::remove_file(folder.path().join("keys.json")).unwrap();
    fs::write(folder.path().join("latchkey.db"), "no database").unwrap();
    refused(local(&folder, &[]), "latchkey.db is not a database; move it away and start again");
    folder.latchkey("users list", "").refused(3, "latchkey.db is not a database", "move it away");
}

#[test]
fn an_address_that_is_none_is_told_with_one() {
    for nonsense in ["nonsense", "127.0.0.1:99999", "127.0.0.1", "localhost", ""] {
        let mut command = Command::new(program("latchkey"));
        command.args(["--data", "/proc/nowhere", "--listen", nonsense]);
        run(command, "").refused(2, "give an address and a port, such as 127.0.0.1:8000", "--listen");
    }
    for fine in ["0", "localhost:0", "127.0.0.1:0", "[::1]:0"] {
        let mut command = Command::new(program("latchkey"));
        command.args(["--data", "/proc/nowhere", "--listen", fine]);
        refused(command, "the folder /proc/nowhere cannot be used");
    }
}

#[test]
fn a_start_says_what_is_otherwise_with_the_keys_than_it_seems_to_be_meant() {
    let folder = Folder::new();
    let complaints = |settings: &[(&str, &str)]| Service::with(&folder, settings).complaints();
    assert_eq!(complaints(&[]), "");
    let told = complaints(&[("PROFILE", "hardened")]);
    assert!(told.contains("ALGORITHM is EdDSA, and the key that signs is for HS256; make another:"), "{told}");
    assert_eq!(folder.latchkey("keys rotate --alg EdDSA", "").code, 0);
    assert_eq!(complaints(&[("PROFILE", "hardened")]), "");
    let told = complaints(&[("SIGNING_KEY", "short")]);
    assert!(told.contains("can be guessed") && !told.contains("short"), "{told}");
}

#[test]
fn a_service_that_the_network_reaches_says_that_it_speaks_plain_http() {
    let folder = Folder::new();
    let mut command = Command::new(program("latchkey"));
    command.arg("--data").arg(folder.path()).args(["--listen", "0.0.0.0:0"]).stdin(Stdio::null());
    let told = Service::of(command).complaints();
    assert!(told.contains("0.0.0.0:0 can be reached from the network, and this is plain HTTP"), "{told}");
}

/// Neither in the output nor in a line to paste: both are read by others later, in logs and in a shell's history.
#[tokio::test]
async fn the_first_password_is_in_a_file_for_its_owner_and_nowhere_else() {
    let folder = Folder::new();
    let service = Service::start(&folder);
    let file = folder.path().join("first-password");
    let password = fs::read_to_string(&file).unwrap();
    assert_eq!(service.status_of_login("admin", &password).await, 200);
    assert!(
        !service.said.contains(&password) && service.said.contains(&file.display().to_string()),
        "{}",
        service.said
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

/// A page whose name leads to 127.0.0.1 would be of one origin with the console.
#[tokio::test]
async fn the_console_answers_to_no_foreign_name() {
    let folder = Folder::new();
    let service = Service::start(&folder);
    for (host, status) in
        [("localhost", 200), ("127.0.0.1:8000", 200), ("evil.test", 404), ("127.0.0.1.evil.test", 404)]
    {
        let request = Request::new("GET", "/console").header("Host", host);
        assert_eq!(request.send(service.address).await.unwrap().status, status, "{host}");
    }
}

/// Those for the defaults: tests/tutorial.
#[test]
fn the_first_commands_are_those_of_the_settings() {
    let folder = Folder::new();
    let settings = [
        ("AUTH_HEADER_TYPES", "JWT"),
        ("AUTH_TOKEN_CLASSES", "SlidingToken"),
        ("TOKEN_ENDPOINTS", "sliding"),
        ("USERNAME_FIELD", "email"),
    ];
    let service = Service::with(&folder, &settings);
    let lines = service.said.lines().filter(|line| line.starts_with("  ")).collect::<Vec<_>>().join("\n");
    let mut bash = Command::new("bash");
    bash.args(["-euc", &lines]);
    let answers = run(bash, "").out;
    assert!(
        answers.contains(r#"{"message":"Hello, World!"}"#) && answers.contains(r#"{"token":"#),
        "{answers}\n{lines}"
    );
}

#[tokio::test]
async fn goes_on_when_nobody_reads_what_it_says() {
    let folder = Folder::new();
    let mut child = local(&folder, &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    while !folder.latchkey("users list", "").out.contains("admin") {}
    assert!(child.try_wait().unwrap().is_none(), "it runs");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(io::read_to_string(child.stderr.take().unwrap()).unwrap(), "");
}

/// Settings in the shell that started the service are known to nobody else; these are.
#[tokio::test]
async fn commands_know_the_settings_that_the_service_was_started_with() {
    let (folder, place) = (Folder::new(), Folder::new());
    let file = "# from Django\nACCESS_TOKEN_LIFETIME='7m'\nSIGNING_KEY='a secret of thirty-two bytes, at least'\nAUDIENCE=file\n";
    fs::write(place.path().join("latchkey.env"), file).unwrap();
    let mut command = local(&folder, &[]);
    command.current_dir(place.path()).envs([("PROFILE", "hardened"), ("ALGORITHM", "HS256"), ("AUDIENCE", "shell")]);
    let service = Service::of(command);
    let kept = fs::read_to_string(folder.path().join("settings.env")).unwrap();
    let lines = ["PROFILE='hardened'", "ACCESS_TOKEN_LIFETIME='7m'", "ALGORITHM='HS256'", "AUDIENCE='shell'"];
    assert_eq!(kept.lines().collect::<Vec<_>>(), lines, "in the table's order, and without the key");
    let mode = fs::metadata(folder.path().join("settings.env")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);

    let password = fs::read_to_string(folder.path().join("first-password")).unwrap();
    let login = json!({"username": "admin", "password": password.trim()});
    let pair = Request::json("/api/token/", &login).send(service.address).await.unwrap().json();
    let claims = tests::app::claims(pair["access"].as_str().unwrap());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 7 * 60);
    assert_eq!(claims["aud"], "shell", "the environment goes before the file");

    let found = folder.latchkey("doctor", "");
    assert!(!found.out.contains("PROFILE is simplejwt"), "{found:?}");
}

#[test]
fn a_line_of_the_file_that_is_none_stops_the_start() {
    let (folder, place) = (Folder::new(), Folder::new());
    fs::write(place.path().join("latchkey.env"), "SIGNING_KEY='half of it\n").unwrap();
    let mut command = local(&folder, &[]);
    command.current_dir(place.path());
    refused(command, "the first line is no NAME=value");
}

#[tokio::test]
async fn events_are_lines_of_the_terminal_and_are_kept_for_commands() {
    let folder = Folder::new();
    let service = Service::of(local(&folder, &["--log", "json"]));
    let password = fs::read_to_string(folder.path().join("first-password")).unwrap();
    assert_eq!(service.status_of_login("admin", "wrong").await, 401);
    let access = service.log_in("admin", password.trim()).await.json()["access"].as_str().unwrap().to_owned();
    let shown = Request::bearer("/operator/events", &access).send(service.address).await.unwrap().json();
    assert_eq!((&shown[0]["event"], &shown[1]["event"]), (&json!("login"), &json!("login_failed")), "the latest first");
    let told = |ended: &crate::served_folder::Ended| {
        ended.out.lines().map(|line| line.split_whitespace().nth(2).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = folder.latchkey("events --since 1h", "");
    assert_eq!(told(&all), ["login_failed", "login"], "{all:?}");
    let of_admin = folder.latchkey("events --user admin --json", "");
    let events: serde_json::Value = serde_json::from_str(&of_admin.out).unwrap();
    assert_eq!(
        (events.as_array().unwrap().len(), &events[0]["event"], &events[0]["ip"]),
        (2, &json!("login_failed"), &json!("127.0.0.1"))
    );
    assert_eq!(service.status_of_login("ADMIN", "wrong").await, 401);
    assert_eq!(service.status_of_login("admin2", "wrong").await, 401);
    let failed = folder.latchkey("events --event login_failed --user admin", "");
    assert_eq!(told(&failed), ["login_failed"; 2], "of this name in any case, and of no other");
    assert_eq!(folder.latchkey("events --user nobody", "").code, 1);
    for name in ["events.jsonl", "settings.env"] {
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o077, 0, "{name}");
    }
    let lines = service.complaints();
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["event"], &first["level"]), (&json!("login_failed"), &json!("WARN")), "{lines}");
    assert!(!lines.contains(password.trim()) && !lines.contains("wrong"), "{lines}");
}
