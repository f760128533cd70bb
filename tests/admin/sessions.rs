//! `latchkey sessions` over a service that goes on.

use crate::served_folder::{Ended, ServedFolder};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use store::Tables;
use tests::{
    app::{PASSWORD, sid, text, user},
    wire::Request,
};

async fn app() -> ServedFolder {
    let app = ServedFolder::new().await;
    for (id, name) in [("1", "alice"), ("2", "bob"), ("3", "carol")] {
        app.store().create_user(&user(id, name, true)).await.unwrap();
    }
    app
}

async fn log_in(app: &ServedFolder, name: &str) -> String {
    let login = json!({"username": name, "password": PASSWORD});
    let request = Request::json("/api/token/", &login).header("User-Agent", "a telephone");
    text(&request.send(app.server.address()).await.unwrap(), "refresh")
}

async fn refresh(app: &ServedFolder, token: &str) -> u16 {
    let request = Request::json("/api/token/refresh/", &json!({"refresh": token}));
    request.send(app.server.address()).await.unwrap().status
}

fn sessions(app: &ServedFolder, arguments: &str) -> Ended {
    app.latchkey(&format!("sessions {arguments}"))
}

fn ids(app: &ServedFolder, name: &str) -> Vec<String> {
    let ended = sessions(app, &format!("list {name} --json"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let list: Value = serde_json::from_str(&ended.out).unwrap();
    list.as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn those_that_live_are_listed_and_one_is_ended() {
    let app = app().await;
    assert_eq!(sessions(&app, "list alice").out, "alice has no sessions\n");
    let (first, second) = (log_in(&app, "alice").await, log_in(&app, "alice").await);
    let told = sessions(&app, "list --id 1");
    assert_eq!(told.out.lines().count(), 2, "{told:?}");
    assert!(told.out.contains("127.0.0.1") && told.out.contains("telephone"), "{told:?}");
    let of_first = sid(&first);
    assert!(ids(&app, "alice").contains(&of_first));
    let ended = sessions(&app, &format!("end --session {of_first}"));
    assert_eq!((ended.code, ended.out), (0, format!("ended the session {of_first}\n")));
    assert_eq!((refresh(&app, &first).await, refresh(&app, &second).await), (401, 200));
    assert!(!ids(&app, "alice").contains(&of_first));
    assert!(sessions(&app, &format!("end --session {of_first}")).out.contains("over already"));
    sessions(&app, "end --session 0123456789ab4def").refused(1, "there is no session", "latchkey sessions list");
    sessions(&app, "list dave").refused(1, "no user is named \"dave\"", "latchkey users list");
    sessions(&app, "end --id 9").refused(1, "no user has the id \"9\"", "latchkey users list");
}

#[tokio::test]
async fn rf_21_all_of_a_user_are_ended_and_a_new_login_works() {
    let app = app().await;
    let tokens = [log_in(&app, "alice").await, log_in(&app, "alice").await];
    let of_bob = log_in(&app, "bob").await;
    assert_eq!(sessions(&app, "end alice").out, "ended all sessions of alice\n");
    for token in &tokens {
        assert_eq!(refresh(&app, token).await, 401);
    }
    assert_eq!(refresh(&app, &of_bob).await, 200);
    assert!(ids(&app, "alice").is_empty());
    let fresh = log_in(&app, "alice").await;
    assert_eq!(refresh(&app, &fresh).await, 200);
}

#[tokio::test]
async fn rf_21_everybodys_are_ended_and_new_logins_work() {
    let app = app().await;
    let mut tokens = Vec::new();
    for name in ["alice", "bob", "carol", "carol"] {
        tokens.push(log_in(&app, name).await);
    }
    sessions(&app, "end --all").refused(2, "no terminal to confirm", "--yes");
    assert_eq!(refresh(&app, &tokens[0]).await, 200, "nothing is done without a yes");
    let ended = sessions(&app, "end --all --yes --json");
    assert_eq!((ended.code, serde_json::from_str::<Value>(&ended.out).unwrap()), (0, json!({"users": 3})));
    for token in &tokens {
        assert_eq!(refresh(&app, token).await, 401);
    }
    for name in ["alice", "bob", "carol"] {
        let fresh = log_in(&app, name).await;
        assert_eq!(refresh(&app, &fresh).await, 200);
    }
}

#[tokio::test]
async fn one_user_is_no_plural() {
    let app = ServedFolder::new().await;
    app.create("alice", PASSWORD);
    assert_eq!(sessions(&app, "end --all --yes").out, "ended all sessions of 1 user\n");
    let file = app.folder().join("users.json");
    let exported = app.users(&format!("export {}", file.display()));
    assert_eq!(exported.out, format!("exported 1 user to {}\n", file.display()));
}

/// What docs/operations.md says of a backup: it brings old epochs back, and with them what they had ended.
#[tokio::test]
async fn rf_24_users_from_a_backup_bring_no_session_back() {
    let app = app().await;
    let (ended, alive) = (log_in(&app, "alice").await, log_in(&app, "bob").await);
    let backup = [row(&app, "1").await, row(&app, "2").await];
    assert_eq!(sessions(&app, "end alice").code, 0);
    assert_eq!(refresh(&app, &ended).await, 401);
    for user in backup {
        client(&app).put_item().table_name(Tables::local().users).set_item(Some(user)).send().await.unwrap();
    }
    assert_eq!(refresh(&app, &ended).await, 200, "this is what the next command is for");
    assert_eq!(sessions(&app, "end --all --yes").code, 0);
    assert_eq!((refresh(&app, &ended).await, refresh(&app, &alive).await), (401, 401));
    let fresh = log_in(&app, "alice").await;
    assert_eq!(refresh(&app, &fresh).await, 200);
}

type Row = std::collections::HashMap<String, AttributeValue>;

async fn row(app: &ServedFolder, id: &str) -> Row {
    let key = AttributeValue::S(format!("user#{id}"));
    let row = client(app).get_item().table_name(Tables::local().users).key("pk", key).send().await.unwrap();
    row.item.unwrap()
}

fn client(app: &ServedFolder) -> aws_sdk_dynamodb::Client {
    store::client_of_socket(app.server.engine())
}

#[test]
fn whose_sessions_are_meant_has_to_be_said() {
    for arguments in ["sessions end", "sessions end alice --all", "sessions end --id 1 --session 2", "sessions list"] {
        let ended = crate::served_folder::Folder::new().latchkey(arguments, "");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments}: {ended:?}");
    }
}
