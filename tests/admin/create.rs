//! `latchkey users create`

use crate::served_folder::ServedFolder;
use password::{Verdict, verify};
use serde_json::json;
use tests::wire::Request;

#[tokio::test]
async fn stores_all_it_is_told_and_says_it() {
    let app = ServedFolder::new().await;
    let ended = app.users_with(
        "create alice --password-stdin --email alice@Example.ORG --first-name Alice --last-name Liddell \
         --staff --superuser --groups readers,writers --json",
        "correct horse\n",
    );
    assert_eq!(ended.code, 0, "{ended:?}");
    let user = app.user("alice").await;
    assert_eq!(verify("correct horse", &user.password), Ok(Verdict::Match));
    assert_eq!((user.email.as_str(), user.first_name.as_str()), ("alice@example.org", "Alice"));
    assert_eq!((user.last_name.as_str(), user.groups.join(" ").as_str()), ("Liddell", "readers writers"));
    assert!(user.is_active && user.is_staff && user.is_superuser && user.last_login.is_none());
    let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&told["id"], &told["password"]), (&json!(user.id), &json!("argon2")));
    assert_eq!(told.get("generated_password"), None);
}

#[tokio::test]
async fn a_created_user_logs_in_and_a_disabled_one_does_not() {
    let app = ServedFolder::new().await;
    app.create("alice", "correct horse");
    app.users_with("create bob --password-stdin --inactive", "correct horse");
    let login = |name: &str| Request::json("/api/token/", &json!({"username": name, "password": "correct horse"}));
    assert_eq!(login("alice").send(app.server.address()).await.unwrap().status, 200);
    assert_eq!(login("bob").send(app.server.address()).await.unwrap().status, 401);
}

#[tokio::test]
async fn new_ids_are_uuids_that_sort_by_time() {
    let app = ServedFolder::new().await;
    app.create("one", "first of three");
    app.create("two", "second of three");
    let (one, two) = (app.user("one").await.id, app.user("two").await.id);
    for id in [&one, &two] {
        assert!(id.len() == 36 && id.as_bytes()[14] == b'7' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
    }
    assert!(one < two);
    assert_eq!(app.users_with("create three --password-stdin --id 7", "third of three").code, 0);
    assert_eq!(app.user("three").await.id, "7");
}

#[tokio::test]
async fn the_same_password_is_stored_differently_for_two_users() {
    let app = ServedFolder::new().await;
    app.create("one", "same password");
    app.create("two", "same password");
    assert_ne!(app.user("one").await.password, app.user("two").await.password);
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_also_by_case() {
    let app = ServedFolder::new().await;
    app.create("alice", "first password");
    let hash = app.user("alice").await.password;
    app.users_with("create alice --password-stdin", "other password").refused(
        1,
        "the username \"alice\" is taken",
        "choose another name",
    );
    app.users_with("create ALICE --password-stdin", "other password").refused(
        1,
        "the username \"ALICE\" is taken by \"alice\", which differs by case alone",
        "choose another name",
    );
    assert_eq!(app.user("alice").await.password, hash);
    let id = app.user("alice").await.id;
    let ended = app.users_with(&format!("create bob --password-stdin --id {id}"), "other password");
    ended.refused(1, &format!("the id \"{id}\" is taken"), "leave --id out");
}

#[tokio::test]
async fn a_generated_password_is_printed_and_is_the_stored_one() {
    let app = ServedFolder::new().await;
    let ended = app.users("create alice --generate");
    let password = ended.out.lines().find_map(|line| line.strip_prefix("password (shown once): ")).unwrap();
    assert_eq!(verify(password, &app.user("alice").await.password), Ok(Verdict::Match));
    assert!(password.len() == 26 && password.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{password}");
    let told = app.json("create bob --generate");
    let password = told["generated_password"].as_str().unwrap();
    assert_eq!(verify(password, &app.user("bob").await.password), Ok(Verdict::Match));
}

#[tokio::test]
async fn a_user_without_password_never_matches_one() {
    let app = ServedFolder::new().await;
    assert_eq!(app.json("create robot --unusable")["password"], "unusable");
    let user = app.user("robot").await;
    assert!(!password::is_usable(&user.password));
    app.create("alice", "secret words");
    let ended = app.users("set-password alice --unusable");
    assert_eq!(ended.out, "alice has no password any more; ended all sessions\n");
    assert!(!password::is_usable(&app.user("alice").await.password));
}

#[tokio::test]
async fn a_bad_password_is_refused() {
    let app = ServedFolder::new().await;
    for (input, what) in
        [("", "blank"), ("  \n", "blank"), (&*"p".repeat(4097), "4096 bytes"), ("1234567", "entirely numeric")]
    {
        app.users_with("create alice --password-stdin", input).refused(1, what, "choose");
    }
    assert_eq!(app.users_with("create alice --password-stdin", &"p".repeat(4096)).code, 0);
}

#[tokio::test]
async fn a_bad_name_or_address_is_refused() {
    let app = ServedFolder::new().await;
    for (arguments, what) in [
        ("create a/b --generate", "\"a/b\" is not a username"),
        ("create a --generate --email nobody", "\"nobody\" is not an email address"),
    ] {
        app.users(arguments).refused(1, what, "next:");
    }
}

#[tokio::test]
async fn without_a_terminal_there_is_nobody_to_ask() {
    let app = ServedFolder::new().await;
    app.users("create alice").refused(2, "no terminal to ask for the password", "--password-stdin");
}

#[tokio::test]
async fn two_sources_of_the_password_are_one_too_many() {
    let app = ServedFolder::new().await;
    let ended = app.users("create alice --generate --password-stdin");
    assert!(ended.code == 2 && ended.err.contains("cannot be used with"), "{ended:?}");
}
