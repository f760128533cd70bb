//! `latchkey users list` and `show`

use crate::served_folder::ServedFolder;
use serde_json::json;

#[tokio::test]
async fn shows_a_user_by_name_and_by_id_without_the_hash() {
    let app = ServedFolder::new().await;
    app.users_with("create alice --password-stdin --id 7 --groups readers --email a@example.org", "secret words");
    let shown = app.json("show alice");
    assert_eq!(shown, app.json("show --id 7"));
    let told = json!([
        shown["id"],
        shown["username"],
        shown["email"],
        shown["groups"],
        shown["is_active"],
        shown["last_login"]
    ]);
    assert_eq!(told, json!(["7", "alice", "a@example.org", ["readers"], true, null]));
    let text = app.users("show alice").out;
    assert!(text.contains("username    alice\n") && text.contains("password    argon2\n"), "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()), "{text:?}");
    let hash = app.user("alice").await.password;
    assert!(!text.contains(&hash) && !shown.to_string().contains(&hash));
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let app = ServedFolder::new().await;
    app.create("alice", "secret words");
    app.users("show bob").refused(1, "no user is named \"bob\"", "latchkey users list");
    app.users("show --id 7").refused(1, "no user has the id \"7\"", "latchkey users list");
    app.users("show Alice").refused(1, "no user is named \"Alice\", but one is named \"alice\"", "as it was created");
    let ended = app.users("show bob --json");
    assert_eq!(ended.code, 1);
    let told: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!(told["error"], "no user is named \"bob\"");
}

#[tokio::test]
async fn lists_every_user_over_many_pages_in_order() {
    let app = ServedFolder::new().await;
    let users: Vec<_> = (0..450)
        .map(|number| json!({"model": "auth.user", "pk": number, "fields": {"username": format!("user{number:03}"), "is_active": true}}))
        .collect();
    let ended = app.users_with("import -", &json!(users).to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    let listed = app.json("list");
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
    let expected: Vec<_> = (0..450).map(|number| format!("user{number:03}")).collect();
    assert_eq!(names, expected);
    assert_eq!(app.users("list").out.lines().count(), 450);
}

#[tokio::test]
async fn an_empty_list_says_how_to_begin() {
    let app = ServedFolder::new().await;
    assert_eq!(app.users("list").out, "no users; make one: latchkey users create NAME\n");
    assert_eq!(app.json("list"), json!([]));
}

#[tokio::test]
async fn control_characters_of_a_name_do_not_reach_the_terminal() {
    let app = ServedFolder::new().await;
    let dump = json!([{"model": "auth.user", "pk": 1, "fields": {"username": "a", "is_active": true, "first_name": "\u{1b}]0;x\u{7}"}}]);
    app.users_with("import -", &dump.to_string());
    assert!(!app.users("show a").out.contains('\u{1b}'));
}

#[tokio::test]
async fn a_list_is_of_those_who_are_asked_for() {
    let app = ServedFolder::new().await;
    for (name, more) in
        [("alice", "--staff --groups editors"), ("bob", "--inactive"), ("carol", "--superuser --groups editors")]
    {
        let made = app.users(&format!("create {name} --generate --email {name}@Example.org {more}"));
        assert_eq!(made.code, 0, "{made:?}");
    }
    let names = |options: &str| {
        let listed = app.json(&format!("list {options}"));
        listed.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (options, expected) in [
        ("--search EXAMPLE.org --limit 2", vec!["alice", "bob"]),
        ("--search aRoL", vec!["carol"]),
        ("--group editors", vec!["alice", "carol"]),
        ("--group editors --staff", vec!["alice"]),
        ("--inactive", vec!["bob"]),
        ("--active --superuser", vec!["carol"]),
        ("--search nobody", vec![]),
        ("--limit 2 --page 1", vec!["alice", "bob"]),
        ("--limit 2 --page 2", vec!["carol"]),
        ("--limit 2 --page 3", vec![]),
    ] {
        assert_eq!(names(options), expected, "{options}");
    }
    let ended = app.users("list --limit 1");
    assert!(ended.out.contains("alice") && ended.out.ends_with("and 2 users more (--page 2)\n"), "{ended:?}");
    assert_eq!(app.users("list --search nobody").out, "no user is like this\n");
    let id = app.user("bob").await.id;
    for word in ["bob", "BOB@example.org", &id] {
        assert_eq!(app.json(&format!("show {word}"))["username"], "bob", "{word}");
    }
}
