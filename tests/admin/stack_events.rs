//! `latchkey events --stack`: what the functions of a stack wrote to its log groups. MiniStack holds the groups.

use crate::served_folder::{Ended, ServedFolder, program, run};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tests::{
    cloudformation,
    logs::{Logs, line},
    tools,
};

const OBTAIN: &str = "/latchkey/prod/obtain";
const REFRESH: &str = "/latchkey/prod/refresh";

fn told(logs: &Logs, arguments: &str) -> Vec<String> {
    let ended = asked(logs, arguments);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    names(&ended.out)
}

fn asked(logs: &Logs, arguments: &str) -> Ended {
    run(events(&logs.url, arguments), "")
}

fn events(url: &str, arguments: &str) -> Command {
    let mut command = Command::new(program("latchkey"));
    command.arg("events").args(arguments.split_whitespace()).args(["--region", "eu-central-1"]).env_clear();
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    command.env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", url);
    command
}

fn names(out: &str) -> Vec<String> {
    out.lines().map(|line| line.split_whitespace().nth(2).unwrap().to_owned()).collect()
}

fn now() -> i64 {
    api::Ambient::time()
}

#[tokio::test]
async fn the_groups_of_the_stack_are_read_as_one() {
    let (logs, now) = (Logs::start().await, now());
    let many = (0..51).map(|number| json!([format!("/latchkey/prod/a{number:02}"), now, null]));
    logs.put(&many.collect());
    logs.put(&json!([
        [
            OBTAIN,
            now - 90,
            line("login", json!({"user_id": "7", "at": now - 90, "count": 1, "_aws": {"Timestamp": 1}}))
        ],
        [OBTAIN, now - 91, "INIT_START Runtime Version: provided:al2023.v1"],
        [OBTAIN, now - 30, line("unavailable", json!({"cause": "a\u{1b}[2Jb"}))],
        [OBTAIN, now - 7300, line("login_failed", json!({"at": now - 7300}))],
        [REFRESH, now - 60, line("refreshed", json!({"user_id": "7", "at": now - 60}))],
        ["/latchkey/prod/access", now - 50, line("a line of the gateway", json!({}))],
        ["/latchkey/prod2/obtain", now - 40, line("logout", json!({}))],
        ["/latchkey/quiet/obtain", now, null],
    ]));
    assert_eq!(told(&logs, "--stack prod"), ["login", "refreshed", "unavailable"], "the last hour, by time");
    assert_eq!(told(&logs, "--stack prod --since 1d"), ["login_failed", "login", "refreshed", "unavailable"]);
    assert_eq!(told(&logs, "--stack prod --since 45s"), ["unavailable"]);
    assert_eq!(told(&logs, "--stack prod --event login"), ["login"]);
    assert_eq!(told(&logs, "--stack prod --limit 2"), ["refreshed", "unavailable"]);
    assert_eq!(told(&logs, "--stack quiet"), [""; 0]);
    let out = asked(&logs, "--stack prod --event unavailable").out;
    assert!(out.contains("INFO  unavailable request_id=r cause=a\u{fffd}[2Jb\n"), "{out}");
    let shown: Value = serde_json::from_str(&asked(&logs, "--stack prod --event login --json").out).unwrap();
    let login = json!([{"level": "INFO", "target": "api", "request_id": "r", "event": "login", "user_id": "7", "at": now - 90,
        "timestamp": (now - 90).to_string()}]);
    assert_eq!(shown, login, "as a folder keeps it");
    asked(&logs, "--stack pro").refused(2, "there is no log group /latchkey/pro/… in eu-central-1", "list-stacks");
    asked(&logs, "--users-table u --sessions-table s").refused(2, "tables name none", "--stack NAME");
}

#[tokio::test]
async fn the_events_of_a_user_are_found_by_the_name() {
    let (logs, app, now) = (Logs::start().await, ServedFolder::new().await, now());
    app.create("alice", "some password");
    let id = app.user("alice").await.id;
    let login = |id: &str| json!([OBTAIN, now, line("login", json!({"user_id": id, "at": now}))]);
    let failed = |name: &str| json!([OBTAIN, now, line("login_failed", json!({"name": api::masked(name), "at": now}))]);
    logs.put(&json!([login(&id), login("another"), failed("Alice"), failed("bob")]));
    let tables = store::Tables::local();
    let described = cloudformation::described(&[("SessionsTable", &tables.sessions), ("UsersTable", &tables.users)]);
    let cloud = cloudformation::named(200, &described, "prod");
    let of = |user: &str| {
        let mut command = over_stack(&logs.url, &cloud, &app.engine());
        command.args(["events", "--user", user]);
        run(command, "")
    };
    let found = of("alice").out;
    assert!(found.lines().count() == 2 && found.contains(&format!(" user_id={id}\n")), "{found}");
    assert!(found.contains("  login_failed") && found.contains(&api::masked("alice")), "{found}");
    of("bob").refused(1, "no user is named \"bob\"", "latchkey users list");
}

#[tokio::test]
async fn what_an_operator_does_to_a_stack_is_recorded_in_its_log() {
    let (logs, app) = (Logs::start().await, ServedFolder::new().await);
    app.create("alice", "some password");
    let id = app.user("alice").await.id;
    let tables = store::Tables::local();
    let described = cloudformation::described(&[("SessionsTable", &tables.sessions), ("UsersTable", &tables.users)]);
    let cloud = cloudformation::named(200, &described, "prod");
    let act = |arguments: &str| {
        let mut command = over_stack(&logs.url, &cloud, &app.engine());
        command.args(arguments.split_whitespace());
        run(command, "")
    };
    let ended = act("users disable alice");
    assert_eq!((ended.code, ended.out.as_str()), (1, "disabled alice and ended all sessions\n"), "{ended:?}");
    let lacking =
        "warning: this is done, but not recorded: there is no log group /latchkey/prod/operators\nnext:  deploy";
    assert!(ended.err.starts_with(lacking) && ended.err.contains("\"act\":\"users disable\""), "{ended:?}");
    logs.put(&json!([["/latchkey/prod/operators", 0, null]]));
    let reading = ["users list --search ali", "users show alice", "sessions list alice"];
    let acting =
        ["users enable", "users unlock", "users set-password", "users update", "sessions end", "users disable"];
    let options = |act: &str| match act {
        "users set-password" => "--generate",
        "users update" => "--staff",
        _ => "",
    };
    for arguments in
        reading.map(str::to_owned).into_iter().chain(acting.map(|act| format!("{act} alice {}", options(act))))
    {
        let ended = act(&arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments}: {ended:?}");
    }
    act("users delete bob --yes").refused(1, "no user is named \"bob\"", "latchkey users list");
    let told = asked(&logs, "--stack prod --event operator_acted").out;
    let acts: Vec<&str> =
        told.lines().filter_map(|line| line.split_once(" operator_acted act=")).map(|(_, act)| act).collect();
    let (failed, done) = acts.split_last().unwrap();
    let all_begin =
        done.iter().zip(acting).all(|(act, name)| act.starts_with(&format!("{name} operator=test user_id={id}")));
    assert!(done.len() == acting.len() && all_begin && done.iter().all(|act| act.ends_with(" outcome=done")), "{told}");
    assert_eq!(*failed, "users delete operator=test outcome=failed cause=refused", "{told}");
}

/// The command line, over a stack whose tables are those of a local engine.
fn over_stack(logs: &str, cloud: &SocketAddr, engine: &str) -> Command {
    let mut command = Command::new(program("latchkey"));
    command.args(["--stack", "prod", "--region", "eu-central-1"]).env_clear();
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    command.env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", logs).env("AWS_ENDPOINT_URL_DYNAMODB", engine);
    command.env("AWS_ENDPOINT_URL_CLOUDFORMATION", format!("http://{cloud}"));
    command
}

#[tokio::test]
async fn events_are_told_as_they_happen_and_once() {
    let (logs, now) = (Logs::start().await, now());
    logs.put(&json!([[OBTAIN, now - 5, line("login", json!({"at": now - 5}))]]));
    let mut following = events(&logs.url, "--stack prod --follow").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    let mut next = || names(&lines.next().unwrap().unwrap()).concat();
    assert_eq!(next(), "login");
    // One may be older than what was told already: functions write when they can.
    logs.put(&json!([[REFRESH, now - 10, line("refreshed", json!({"at": now - 10}))]]));
    assert_eq!(next(), "refreshed");
    logs.put(&json!([[OBTAIN, now, line("login_failed", json!({"at": now}))]]));
    assert_eq!(next(), "login_failed", "neither of the others is told again");
    following.kill().unwrap();
    following.wait().unwrap();
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    let logs = Logs::start().await;
    logs.put(&json!([[OBTAIN, now(), null]]));
    let made = tools::done(logs.python().arg("reader"));
    let keys: [String; 2] = serde_json::from_slice(&made.stdout).unwrap();
    let mut command = events(&logs.url, "--stack prod");
    command.env("AWS_ACCESS_KEY_ID", &keys[0]).env("AWS_SECRET_ACCESS_KEY", &keys[1]);
    let missing = "the right logs:FilterLogEvents on the log group /latchkey/prod/obtain is missing";
    run(command, "").refused(3, missing, "docs/events.md");
}

/// MiniStack knows no pages of events; AWS gives them, also empty ones.
#[test]
fn every_page_is_read() {
    let event = |seconds: i64| json!({"eventId": seconds.to_string(), "timestamp": seconds * 1000, "message": line("login", json!({"at": seconds}))});
    let now = now();
    let cloud = answering(move |action, asked| match (action, asked["nextToken"].as_str()) {
        ("DescribeLogGroups", None) => (200, json!({"logGroups": [], "nextToken": "more"})),
        ("DescribeLogGroups", _) => (200, json!({"logGroups": [{"logGroupName": OBTAIN}]})),
        (_, None) => (200, json!({"events": [event(now - 9)], "nextToken": "a"})),
        (_, Some("a")) => (200, json!({"events": [], "nextToken": "b"})),
        (_, Some(_)) => {
            let search = [&asked["filterPattern"], &asked["startTime"]];
            assert!(search[0] == r#"{ ($.event = "login") }"# && search[1].as_i64() <= Some((now - 60) * 1000 + 9000));
            (200, json!({"events": [event(now - 8), event(now - 7)]}))
        }
    });
    let ended = run(events(&format!("http://{cloud}"), "--stack prod --event login --since 1m"), "");
    assert_eq!((ended.code, names(&ended.out).len()), (0, 3), "{ended:?}");
}

#[test]
fn a_cloud_that_refuses_or_is_silent_is_told() {
    for (code, what, next) in [
        ("ThrottlingException", "CloudWatch Logs throttles the requests", "wait a minute"),
        ("UnrecognizedClientException", "UnrecognizedClientException no", "aws sts get-caller-identity"),
    ] {
        let cloud = answering(move |_, _| (400, json!({"__type": code, "message": "no"})));
        run(events(&format!("http://{cloud}"), "--stack prod"), "").refused(3, what, next);
    }
    let begun = Instant::now();
    let dead = tools::free_port();
    let ended = run(events(&format!("http://{dead}"), "--stack prod"), "");
    ended.refused(3, "CloudWatch Logs does not answer in eu-central-1", "check the region");
    assert!(begun.elapsed() < Duration::from_secs(60));
}

/// An endpoint that answers each action with a status and a body.
fn answering(answer: impl Fn(&str, &Value) -> (u16, Value) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(|caller| answer_once(caller, &answer)));
    address
}

fn answer_once(mut caller: TcpStream, answer: &impl Fn(&str, &Value) -> (u16, Value)) {
    let (mut reader, mut length, mut action) = (BufReader::new(caller.try_clone().unwrap()), 0, String::new());
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "x-amz-target" => action = value.rsplit('.').next().unwrap().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (status, body) = answer(&action, &serde_json::from_slice(&body).unwrap());
    let (body, kind) = (body.to_string(), "application/x-amz-json-1.1");
    let length = body.len();
    // A caller that has gone away is no concern of ours.
    let _ = write!(
        caller,
        "HTTP/1.1 {status} \r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
