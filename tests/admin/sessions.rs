//! `latchkey sessions` over a service that goes on.

use crate::served_folder::{Ended, ServedFolder};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use store::Tables;
use tests::{
    app::{PASSWORD, sid, text, user},
    wire::Request,
};

async fn stage() -> ServedFolder {
    let stage = ServedFolder::new().await;
    for (id, name) in [("1", "alice"), ("2", "bob"), ("3", "carol")] {
        stage.store().create_user(&user(id, name, true)).await.unwrap();
    }
    stage
}

async fn log_in(stage: &ServedFolder, name: &str) -> String {
    let login = json!({"username": name, "password": PASSWORD});
    let request = Request::json("/api/token/", &login).header("User-Agent", "a telephone");
    text(&request.send(stage.server.address()).await.unwrap(), "refresh")
}

async fn refresh(stage: &ServedFolder, token: &str) -> u16 {
    let request = Request::json("/api/token/refresh/", &json!({"refresh": token}));
    request.send(stage.server.address()).await.unwrap().status
}

fn sessions(stage: &ServedFolder, arguments: &str) -> Ended {
    stage.latchkey(&format!("sessions {arguments}"))
}

fn ids(stage: &ServedFolder, name: &str) -> Vec<String> {
    let ended = sessions(stage, &format!("list {name} --json"));
    assert_eq!(ended.code, 0, "{ended:?}");
    let list: Value = serde_json::from_str(&ended.out).unwrap();
    list.as_array().unwrap().iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn those_that_live_are_listed_and_one_is_ended() {
    let stage = stage().await;
    assert_eq!(sessions(&stage, "list alice").out, "alice has no sessions\n");
    let (first, second) = (log_in(&stage, "alice").await, log_in(&stage, "alice").await);
    let told = sessions(&stage, "list --id 1");
    assert_eq!(told.out.lines().count(), 2, "{told:?}");
    assert!(told.out.contains("127.0.0.1") && told.out.contains("telephone"), "{told:?}");
    let of_first = sid(&first);
    assert!(ids(&stage, "alice").contains(&of_first));
    let ended = sessions(&stage, &format!("end --session {of_first}"));
    assert_eq!((ended.code, ended.out), (0, format!("ended the session {of_first}\n")));
    assert_eq!((refresh(&stage, &first).await, refresh(&stage, &second).await), (401, 200));
    assert!(!ids(&stage, "alice").contains(&of_first));
    assert!(sessions(&stage, &format!("end --session {of_first}")).out.contains("over already"));
    sessions(&stage, "end --session 0123456789ab4def").refused(1, "there is no session", "latchkey sessions list");
    sessions(&stage, "list dave").refused(1, "no user is named \"dave\"", "latchkey users list");
    sessions(&stage, "end --id 9").refused(1, "no user has the id \"9\"", "latchkey users list");
}

#[tokio::test]
async fn rf_21_all_of_a_user_are_ended_and_a_new_login_works() {
    let stage = stage().await;
    let tokens = [log_in(&stage, "alice").await, log_in(&stage, "alice").await];
    let of_bob = log_in(&stage, "bob").await;
    assert_eq!(sessions(&stage, "end alice").out, "ended all sessions of alice\n");
    for token in &tokens {
        assert_eq!(refresh(&stage, token).await, 401);
    }
    assert_eq!(refresh(&stage, &of_bob).await, 200);
    assert!(ids(&stage, "alice").is_empty());
    let fresh = log_in(&stage, "alice").await;
    assert_eq!(refresh(&stage, &fresh).await, 200);
}

#[tokio::test]
async fn rf_21_everybodys_are_ended_and_new_logins_work() {
    let stage = stage().await;
    let mut tokens = Vec::new();
    for name in ["alice", "bob", "carol", "carol"] {
        tokens.push(log_in(&stage, name).await);
    }
    sessions(&stage, "end --all").refused(2, "no terminal to confirm", "--yes");
    assert_eq!(refresh(&stage, &tokens[0]).await, 200, "nothing is done without a yes");
    let ended = sessions(&stage, "end --all --yes --json");
    assert_eq!((ended.code, serde_json::from_str::<Value>(&ended.out).unwrap()), (0, json!({"users": 3})));
    for token in &tokens {
        assert_eq!(refresh(&stage, token).await, 401);
    }
    for name in ["alice", "bob", "carol"] {
        let fresh = log_in(&stage, name).await;
        assert_eq!(refresh(&stage, &fresh).await, 200);
    }
}

#[tokio::test]
async fn one_user_is_no_plural() {
    let stage = ServedFolder::new().await;
    stage.create("alice", PASSWORD);
    assert_eq!(sessions(&stage, "end --all --yes").out, "ended all sessions of 1 user\n");
    let file = stage.folder().join("users.json");
    let exported = stage.users(&format!("export {}", file.display()));
    assert_eq!(exported.out, format!("exported 1 user to {}\n", file.display()));
}

/// What docs/operations.md says of a backup: it brings old epochs back, and with them what they had ended.
#[tokio::test]
async fn rf_24_users_from_a_backup_bring_no_session_back() {
    let stage = stage().await;
    let (ended, alive) = (log_in(&stage, "alice").await, log_in(&stage, "bob").await);
    let backup = [row(&stage, "1").await, row(&stage, "2").await];
    assert_eq!(sessions(&stage, "end alice").code, 0);
    assert_eq!(refresh(&stage, &ended).await, 401);
    for user in backup {
        client(&stage).put_item().table_name(Tables::local().users).set_item(Some(user)).send().await.unwrap();
    }
    assert_eq!(refresh(&stage, &ended).await, 200, "this is what the next command is for");
    assert_eq!(sessions(&stage, "end --all --yes").code, 0);
    assert_eq!((refresh(&stage, &ended).await, refresh(&stage, &alive).await), (401, 401));
    let fresh = log_in(&stage, "alice").await;
    assert_eq!(refresh(&stage, &fresh).await, 200);
}

type Row = std::collections::HashMap<String, AttributeValue>;

async fn row(stage: &ServedFolder, id: &str) -> Row {
    let key = AttributeValue::S(format!("user#{id}"));
    let row = client(stage).get_item().table_name(Tables::local().users).key("pk", key).send().await.unwrap();
    row.item.unwrap()
}

fn client(stage: &ServedFolder) -> aws_sdk_dynamodb::Client {
    store::client_of_socket(stage.server.engine())
}

#[test]
fn whose_sessions_are_meant_has_to_be_said() {
    for arguments in ["sessions end", "sessions end alice --all", "sessions end --id 1 --session 2", "sessions list"] {
        let ended = crate::served_folder::Folder::new().latchkey(arguments, "");
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments}: {ended:?}");
    }
}
