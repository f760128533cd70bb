//! A team with a user model of its own moves: a UUID in the tokens, addresses to log in with, and fields that its tokens say.

use crate::{Home, commands};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr};
use tests::{
    app::{claims, text},
    tools::root,
    wire::{Answer, Request},
};

/// What the team's serializer says, in Latchkey's words.
const CLAIMS: &str = "TOKEN_CLAIMS=is_superuser,groups,role,tenant=tenant_id USER_WRITABLE_ATTRIBUTES=phone";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_tokens_go_on_with_its_own_claims_and_a_demoted_administrator_loses_them_at_the_next_refresh() {
    let home = Home::new("team");
    home.run("python manage.py migrate --run-syncdb --verbosity 0; python manage.py shell -v 0 < populate.py");
    let page = fs::read_to_string(root().join("docs/moving-from-django.md")).unwrap();
    let [settings, _, _, _, key, ..]: [String; 10] = commands(&page).try_into().expect("ten blocks of commands");
    let told = home.run(&settings);
    let import = "latchkey users import users.json --model people.user --attributes all --dry-run";
    assert!(told.contains(import) && home.file("latchkey.env").contains("USERNAME_FIELD=email"), "{told}");
    let (at, django) = home.serve_django("team-django").await;
    let [root, rita] = [log_in(at, "root").await, log_in(at, "rita").await];
    let id = claims(&root)["user_id"].clone();
    drop(django);

    let serve = |at| format!("exec env {CLAIMS} latchkey --listen {at}");
    let (at, _latchkey) = home.serve("team-latchkey", serve).await;
    let import = import.replace("--dry-run", "--username-field email --id-field uuid");
    let told =
        home.run(&format!("python manage.py dumpdata people.user auth.group --output users.json; {import}; {key}"));
    assert!(!told.contains("not taken"), "{told}");

    let answer = refresh(at, &root).await;
    let access = claims(&text(&answer, "access"));
    assert_eq!((&access["user_id"], &access["role"], &access["tenant"]), (&id, &json!("admin"), &json!(7)));
    assert_eq!((&access["is_superuser"], &access["groups"]), (&json!(true), &json!(["editors"])));
    let user = Request::bearer("/api/user/", &text(&answer, "access")).send(at).await.unwrap().json();
    assert_eq!((&user["phone"], &user["email"]), (&json!("+49 171 1"), &json!("root@example.org")));

    let demote = "users update root@example.org --no-superuser --unset role --remove-group editors --keep-sessions";
    home.run(&format!("latchkey {demote} --data .latchkey"));
    let access = claims(&text(&refresh(at, &text(&answer, "refresh")).await, "access"));
    assert_eq!((access.get("role"), &access["is_superuser"], &access["groups"]), (None, &json!(false), &json!([])));
    assert_eq!(access["tenant"], 7);

    let rita = claims(&text(&refresh(at, &rita).await, "access"));
    assert_eq!((&rita["role"], &rita["tenant"], &rita["is_superuser"]), (&json!("reader"), &json!(8), &json!(false)));
}

/// The refresh token of a login with an address.
async fn log_in(at: SocketAddr, name: &str) -> String {
    let body: Value = json!({"email": format!("{name}@example.org"), "password": format!("{name}'s password")});
    text(&Request::json("/api/token/", &body).send(at).await.unwrap(), "refresh")
}

async fn refresh(at: SocketAddr, token: &str) -> Answer {
    let answer = Request::json("/api/token/refresh/", &json!({"refresh": token})).send(at).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}
