//! `latchkey users import`

use crate::served_folder::ServedFolder;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
};
use tests::{
    app::{claims, text},
    wire::Request,
};

const HASHES: &str = include_str!("../vectors/django_password_hashes.json");

#[tokio::test]
async fn every_hasher_of_django_is_taken_over_to_the_letter() {
    let app = ServedFolder::new().await;
    let dump = dump_of_every_hasher();
    let ended = app.users_with("import - --json", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    let users = dump.as_array().unwrap();
    assert_eq!((&summary["created"], &summary["refused"]), (&json!(users.len()), &json!(0)));
    for user in users {
        let stored = app.store().user(&user["pk"].to_string()).await.unwrap().unwrap();
        assert_eq!(json!(stored.password), user["fields"]["password"]);
        assert_eq!(json!(stored.username), user["fields"]["username"]);
    }
}

#[tokio::test]
async fn an_imported_user_logs_in_with_the_password_of_django() {
    let app = ServedFolder::new().await;
    let dump = dump_of_every_hasher();
    let ended = app.users_with("import -", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    for (name, password) in one_of_each_hasher().iter().map(|(name, vector)| (name, &vector["password"])) {
        let login = Request::json("/api/token/", &json!({"username": name, "password": password}));
        assert_eq!(login.send(app.server.address()).await.unwrap().status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_second_import_changes_nothing_not_even_a_password_changed_since() {
    let app = ServedFolder::new().await;
    let dump = dump_of_every_hasher().to_string();
    let first = app.users_with("import -", &dump);
    assert_eq!(first.code, 0, "{first:?}");
    app.users_with("set-password md5 --password-stdin", "changed since");
    app.users("disable scrypt");
    let before = app.json("list");
    let hidden = secrets(&app, "md5").await;
    let ended = app.users_with("import - --json", &dump);
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &summary["created"], &summary["already_there"]), (0, &json!(0), &json!(6)));
    assert_eq!(app.json("list"), before);
    assert_eq!(secrets(&app, "md5").await, hidden);
}

#[tokio::test]
async fn every_field_and_the_names_of_groups_are_kept() {
    let app = ServedFolder::new().await;
    let dump = json!([
        {"model": "contenttypes.contenttype", "pk": 1, "fields": {}},
        {"model": "auth.group", "pk": 2, "fields": {"name": "editors", "permissions": []}},
        {"model": "auth.user", "pk": 41, "fields": {
            "password": "md5$salt$c0ec0c57296f5d56a8b687a815d87afb", "last_login": "2024-02-29T23:59:59.123Z",
            "is_superuser": true, "username": "alice", "first_name": "Alice", "last_name": "Liddell",
            "email": "alice@example.org", "is_staff": true, "is_active": false, "date_joined": "2020-01-02T03:04:05Z",
            "groups": [2], "user_permissions": []}}
    ]);
    let ended = app.users_with("import -", &dump.to_string());
    assert!(ended.out.contains("skipped        1 of auth.group\n"), "{ended:?}");
    assert_eq!(
        app.json("show alice"),
        json!({
            "id": "41", "username": "alice", "email": "alice@example.org", "first_name": "Alice", "last_name": "Liddell",
            "is_active": false, "is_staff": true, "is_superuser": true, "groups": ["editors"], "attributes": {}, "password": "md5",
            "last_login": "2024-02-29T23:59:59Z", "created_at": "2020-01-02T03:04:05Z"
        })
    );
}

#[tokio::test]
async fn bad_rows_are_reported_and_the_others_taken() {
    let app = ServedFolder::new().await;
    app.create("taken", "some password");
    let id = app.user("taken").await.id;
    let user = |pk: Value, name: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": name, "is_active": true}});
    let dump = json!([
        user(json!(1), "alice"),
        user(json!(2), "ALICE"),
        user(json!(null), "nobody"),
        user(json!(3), "TAKEN"),
        user(json!(1), "again"),
        user(json!(id), "other"),
        user(json!(4), "bob"),
    ]);
    let told = app.users_with("import - --json --dry-run", &dump.to_string());
    let ended = app.users_with("import - --json", &dump.to_string());
    assert_eq!((told.code, ended.code), (1, 1));
    let (told, summary): (Value, Value) =
        (serde_json::from_str(&told.out).unwrap(), serde_json::from_str(&ended.out).unwrap());
    assert_eq!((&summary["read"], &summary["created"], &summary["refused"]), (&json!(7), &json!(2), &json!(5)));
    let reasons = summary["reasons"].as_array().unwrap();
    let expected = [
        (
            "object 2",
            "has the username \"ALICE\", and the user 1 has \"alice\"; names must differ by more than case: rename one of the two in Django",
        ),
        ("object 3", "has no pk; dump without --natural-primary"),
        ("object 4", "has \"taken\"; names must differ by more than case: rename one of the two in Django"),
        ("object 5", "has the username \"again\", but the user with the id \"1\" is \"alice\""),
        ("object 6", "is \"taken\""),
    ];
    for (at, part) in expected {
        let found = reasons.iter().find(|bad| bad["at"] == at).unwrap();
        assert!(found["reason"].as_str().unwrap().ends_with(part), "{found}");
    }
    assert_eq!(reasons.len(), expected.len());
    assert_eq!((&told["created"], &told["refused"]), (&summary["created"], &summary["refused"]));
    assert_eq!(app.json("list").as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let app = ServedFolder::new().await;
    let mut dump = dump_of_every_hasher();
    let user = |pk: u64, name: &str, hash: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": name, "password": hash, "is_active": true}});
    let more =
        [user(7, "old", "crypt$$ab"), user(8, "machine", "!x"), user(9, "OLD", "!"), user(7, "old", "crypt$$ab")];
    dump.as_array_mut().unwrap().extend(more);
    let ended = app.users_with("import - --dry-run", &dump.to_string());
    assert_eq!(ended.code, 1, "{ended:?}");
    for line in [
        "object 1     create   argon2: argon2\n",
        "object 7     create   old: cannot log in until set-password, because the stored password hash is of an unknown scheme (crypt)\n",
        "object 8     create   machine: unusable\n",
        "object 9     refuse   OLD: has the username \"OLD\", and so has an earlier row; names must differ by more than case: rename one of the two in Django\n",
        "object 10    present  old\n",
        "nothing is written; this would be done:\nread           10\ncreated        8\nalready there  1\nrefused        1\n",
    ] {
        assert!(ended.out.contains(line), "{line}{}", ended.out);
    }
    assert_eq!(ended.out.matches("so has an earlier row").count(), 1, "told once");
    assert_eq!(app.json("list"), json!([]));
}

#[tokio::test]
async fn a_dry_run_says_whose_address_an_earlier_row_has() {
    let app = ServedFolder::new().await;
    let user = |pk: u64, name: &str, email: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": name, "email": email, "password": "!", "is_active": true}});
    let dump = json!([
        user(1, "alice", "a@example.org"),
        user(2, "bob", "A@example.org"),
        user(3, "carol", ""),
        user(4, "dave", "")
    ]);
    let ended = app.users_with("import - --dry-run", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("object 2     create   bob: unusable; an earlier row has the address A@example.org\n"));
    let counted = "address taken  1 user: an earlier row has the address, and only that user can log in by it\n";
    assert!(ended.out.ends_with(counted), "{}", ended.out);
}

#[tokio::test]
async fn a_hash_that_nobody_can_verify_is_kept_and_reported() {
    let app = ServedFolder::new().await;
    let user = |pk, hash: &str| json!({"model": "auth.user", "pk": pk, "fields": {"username": format!("u{pk}"), "password": hash, "is_active": true}});
    let dump = json!([
        user(1, "crypt$$ab"),
        user(2, "argon2$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAA"),
        user(3, "")
    ]);
    let ended = app.users_with("import - --json", &dump.to_string());
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &summary["created"]), (0, &json!(3)));
    assert_eq!(summary["unverifiable"].as_object().unwrap().len(), 2, "{summary}");
    assert_eq!(app.user("u1").await.password, "crypt$$ab");
    assert_eq!(app.json("show u3")["password"], "unusable");
}

#[tokio::test]
async fn a_user_model_of_ones_own_is_named() {
    let app = ServedFolder::new().await;
    let dump = json!([{"model": "accounts.account", "pk": "0191e1f4-7f7e-7abc-8def-0123456789ab",
        "fields": {"email": "alice@example.org", "password": "!", "is_active": true}}]);
    app.users_with("import -", &dump.to_string()).refused(
        1,
        "there is no auth.user to import",
        "give --model accounts.account; there are accounts.account",
    );
    let ended = app.users_with("import - --model accounts.account --username-field email", &dump.to_string());
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(app.user("alice@example.org").await.id, "0191e1f4-7f7e-7abc-8def-0123456789ab");
}

#[tokio::test]
async fn a_file_that_is_no_dump_is_refused() {
    let app = ServedFolder::new().await;
    app.users("import nowhere.json").refused(2, "nowhere.json cannot be read", "dumpdata");
    for text in ["[", "username;password", "[{\"model\": \"auth.user\""] {
        app.users_with("import -", text).refused(1, "standard input is not", "");
    }
    app.users_with("import -", "SQLite format 3\0").refused(2, "not read from standard input", "name its file");
    app.users("import /").refused(2, "/ cannot be read: Is a directory", "name a file of dumpdata");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("admin-empty.json");
    fs::write(&path, "[]").unwrap();
    app.users(&format!("import {}", path.display())).refused(1, "there is no auth.user to import", "dumpdata");
}

#[tokio::test]
async fn the_elder_hashes_of_django_and_those_of_other_systems_log_in_and_are_replaced() {
    let app = ServedFolder::new().await;
    let bare = password::hash("correct horse", *b"0123456789abcdef").unwrap().replacen("argon2", "", 1);
    let hashes = [
        "sha1$abc$d444f9a1f5e85d045ec15070283294c8575e97b2",
        "sha1$$2f9e53523b62abc141a2b4d6019d23cba835dbd0",
        "md5$$3cb4e732631f47e6eb961f34554b7cde",
        "3cb4e732631f47e6eb961f34554b7cde",
        &bare,
    ];
    let user = |(pk, hash): (usize, &&str)| json!({"model": "auth.user", "pk": pk, "fields": {"username": format!("u{pk}"), "password": hash, "is_active": true}});
    let dump: Value = hashes.iter().enumerate().map(user).collect();
    let ended = app.users_with("import - --json", &dump.to_string());
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&summary["created"], &summary["unverifiable"]), (&json!(5), &json!({})), "{ended:?}");
    for number in 0..hashes.len() {
        let name = format!("u{number}");
        assert_eq!(login(&app, &name).await, 200, "{name}");
        assert!(app.user(&name).await.password.starts_with("argon2$"), "{name}");
    }
}

#[tokio::test]
async fn a_disabled_account_stays_disabled_whatever_its_column_is_called() {
    let row = |column: &str, value: &str| {
        format!("id,username,password,{column}\n7,gone,sha1$abc$d444f9a1f5e85d045ec15070283294c8575e97b2,{value}\n")
    };
    for (column, value, way) in [
        ("active", "0", "--active-field active"),
        ("enabled", "false", "--active-field enabled"),
        ("disabled", "1", "--inactive-field disabled"),
        ("is_disabled", "t", "--inactive-field is_disabled"),
        ("banned_at", "2024-02-29T23:59:59Z", "--inactive-field banned_at"),
        ("status", "banned", ""),
    ] {
        let app = ServedFolder::new().await;
        for dry in ["", "--dry-run"] {
            let ended = app.users_with(&format!("import - {dry}"), &row(column, value));
            ended.refused(1, &format!("the users have no is_active, but {column}"), "give --active-field NAME");
        }
        assert_eq!(app.json("list"), json!([]), "{column}");
        if !way.is_empty() {
            let ended = app.users_with(&format!("import - {way}"), &row(column, value));
            assert_eq!(ended.code, 0, "{ended:?}");
            assert!(!app.user("gone").await.is_active, "{column}");
            assert_eq!(login(&app, "gone").await, 401, "{column}");
        }
    }
    let app = ServedFolder::new().await;
    let rows = "id,username,is_active\n1,one,1\n2,two,\n3,three,0\n";
    let ended = app.users_with("import -", rows);
    assert!(
        ended.code == 1 && ended.out.contains("line 3 has no is_active, which says whether the user may log in"),
        "{ended:?}"
    );
    assert_eq!(app.users_with("import - --all-active", rows).code, 0);
    let told = [app.user("two").await.is_active, app.user("three").await.is_active];
    assert_eq!(told, [true, false], "everyone, unless is_active says otherwise");
}

#[tokio::test]
async fn what_is_not_taken_over_is_named_and_counted() {
    let app = ServedFolder::new().await;
    let user = |pk: u32, more: Value| {
        let mut fields = json!({"username": format!("u{pk}"), "is_active": true, "phone": "", "user_permissions": []});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"model": "auth.user", "pk": pk, "fields": fields})
    };
    let dump = json!([
        user(1, json!({"role": "editor", "status": "banned"})),
        user(2, json!({"role": "reader", "phone": "1"})),
        user(3, json!({"user_permissions": [7]})),
    ]);
    let expected = "not taken      phone, in 1 row\nnot taken      role, in 2 rows\nnot taken      status, in 1 row; check that it \
                    keeps nobody out\nnot taken      user_permissions, in 1 row\n";
    for dry in ["--dry-run", ""] {
        let ended = app.users_with(&format!("import - {dry}"), &dump.to_string());
        assert!(ended.code == 0 && ended.out.contains(expected), "{ended:?}");
    }
    let ended = app.users_with("import - --json", "id,username,is_active,Shoe Size,\n9,nine,1,38,x\n");
    let summary: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(summary["not_taken_over"], json!({"column 5": 1, "shoe size": 1}));
}

#[tokio::test]
async fn fields_that_are_named_become_attributes_and_the_others_are_told() {
    let app = ServedFolder::new().await;
    let user = |pk: u32, more: Value| {
        let mut fields =
            json!({"username": format!("u{pk}"), "is_active": true, "user_permissions": [7], "old_keys": [1]});
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"model": "auth.user", "pk": pk, "fields": fields})
    };
    let dump = |pk| json!([user(pk, json!({"role": "editor", "level": 2, "nick": null, "zip": "01"}))]).to_string();
    let named = app.users_with("import - --attributes role,level --json", &dump(1));
    let summary: Value = serde_json::from_str(&named.out).unwrap();
    assert_eq!(summary["not_taken_over"], json!({"old_keys": 1, "user_permissions": 1, "zip": 1}));
    assert_eq!(app.json("show u1")["attributes"], json!({"level": 2, "role": "editor"}));
    let all = app.users_with("import - --attributes all --json", &dump(2));
    let summary: Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(summary["not_taken_over"], json!({"old_keys": 1, "user_permissions": 1}));
    assert_eq!(app.json("show u2")["attributes"], json!({"level": 2, "role": "editor", "zip": "01"}));
    let wrong = app.users_with("import - --attributes old_keys", &dump(3));
    assert!(wrong.code == 1 && wrong.out.contains("old_keys is neither a text"), "{wrong:?}");
    let table = "id;username;is_active;role;level\n4;u4;1;guest;3\n";
    assert_eq!(app.users_with("import - --attributes all", table).code, 0);
    assert_eq!(app.json("show u4")["attributes"], json!({"level": "3", "role": "guest"}), "a table has texts alone");
    app.users_with("import - --attributes is_staff", &dump(5)).refused(2, "is not the name", "--attributes");
}

#[tokio::test]
async fn files_of_powershell_and_of_spreadsheets_are_read_or_refused() {
    let app = ServedFolder::new().await;
    let dump = json!([{"model": "auth.user", "pk": 1, "fields": {"username": "zoé", "is_active": true}}]).to_string();
    let utf16: Vec<u8> = dump.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = |name: &str, bytes: &[u8]| {
        let path = app.folder().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let dump = file("dump.json", &[b"\xff\xfe", utf16.as_slice()].concat());
    assert_eq!(app.users(&format!("import {dump}")).code, 0);
    assert_eq!(app.user("zoé").await.id, "1");
    let excel = "\u{feff}id;username;first_name;is_active;groups\r\n101;jürgen;Jürgen;TRUE;\"Sales;Ops\"\r\n102;anna;Anna;FALSE;\r\n";
    assert_eq!(app.users(&format!("import {}", file("excel.csv", excel.as_bytes()))).code, 0);
    assert_eq!(app.json("show jürgen")["groups"], json!(["Sales", "Ops"]));
    assert!(!app.user("anna").await.is_active);
    let latin = file("latin.csv", b"id,username,is_active\n5,Zo\xeb,1\n");
    let ended = app.users(&format!("import {latin}"));
    assert!(ended.code == 1 && ended.out.contains("line 2 has a username that is not UTF-8; name the encoding"));
    assert_eq!(app.users(&format!("import {latin} --encoding latin1")).code, 0);
    assert_eq!(app.user("Zoë").await.id, "5");
    let ended = app.users_with(
        "import -",
        "id,username,is_active\n1.23E+15,a,1\n7,Jan-24,1\n8,########,1\n9,#NAME?,1\n10,4711,1\n",
    );
    assert!(ended.out.contains("created        1\nalready there  0\nrefused        4\n"), "{ended:?}");
    assert!(ended.out.contains("line 2 has the id \"1.23E+15\", which a spreadsheet wrote"), "{ended:?}");
    assert!(ended.out.contains("check          1 name without a letter: a spreadsheet drops zeros"), "{ended:?}");
    let next = "name the columns in the first line";
    app.users_with("import -", "name;mail\na;b\n").refused(1, "it begins with: name, mail", next);
    app.users_with("import -", "id,email,email\n").refused(1, "has two columns email", "leave one of them out");
}

#[tokio::test]
async fn the_key_may_be_the_name_and_another_field_the_id() {
    let app = ServedFolder::new().await;
    let (_, vector) = one_of_each_hasher().into_iter().next().unwrap();
    let (id, hash) = ("0191e1f4-7f7e-7abc-8def-0123456789ab", &vector["encoded"]);
    let fields = json!({"uuid": id, "is_active": true, "password": hash});
    let dump = json!([{"model": "accounts.user", "pk": "alice", "fields": fields}]).to_string();
    let options = "--model accounts.user --username-field pk --id-field uuid";
    let ended = app.users_with(&format!("import - {options}"), &dump);
    assert!(ended.code == 0 && !ended.out.contains("not taken"), "{ended:?}");
    assert_eq!(app.user("alice").await.id, id);
    let login = Request::json("/api/token/", &json!({"username": "alice", "password": vector["password"]}));
    let answer = login.send(app.server.address()).await.unwrap();
    assert_eq!(claims(&text(&answer, "access"))["user_id"], id);
    let table = "uuid,username,is_active\nu-2,bob,1\n";
    assert_eq!(app.users_with("import - --id-field uuid", table).code, 0);
    assert_eq!(app.user("bob").await.id, "u-2");
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_with_what_to_do() {
    let app = ServedFolder::new().await;
    app.create("admin", "some password");
    let id = app.user("admin").await.id;
    let dump = json!([{"model": "auth.user", "pk": 1, "fields": {"username": "admin", "is_active": true}}]);
    let ended = app.users_with("import -", &dump.to_string());
    let next =
        format!("which the user {id} has already; give that user another name: latchkey users rename --id {id} --to");
    assert!(ended.out.contains(&next), "{ended:?}");
    assert_eq!(app.users(&format!("rename --id {id} --to local-admin")).code, 0);
    assert_eq!(app.users_with("import -", &dump.to_string()).code, 0);
}

#[tokio::test]
async fn an_address_is_a_name_whatever_its_case_where_that_is_asked_for() {
    let app = ServedFolder::with(&[("USERNAME_FIELD", "email"), ("USERNAME_CASE_INSENSITIVE", "true")]).await;
    let user = |pk: u32, name: &str, email: &str| {
        let password = "sha1$abc$d444f9a1f5e85d045ec15070283294c8575e97b2";
        let fields = json!({"username": name, "email": email, "password": password, "is_active": true});
        json!({"model": "auth.user", "pk": pk, "fields": fields})
    };
    let dump = json!([user(7, "plus", "tom+tag@example.org"), user(6, "uni", "Jürgen@exämple.de")]);
    assert_eq!(app.users_with("import -", &dump.to_string()).code, 0);
    for email in ["tom+tag@example.org", "Tom+Tag@Example.org", "JÜRGEN@EXÄMPLE.DE"] {
        let body = json!({"email": email, "password": "correct horse"});
        let answer = Request::json("/api/token/", &body).send(app.server.address()).await.unwrap();
        assert_eq!(answer.status, 200, "{email}");
    }
}

#[tokio::test]
async fn a_database_elsewhere_gets_no_password_in_clear() {
    let app = ServedFolder::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut asked = [0; 8];
        client.read_exact(&mut asked).unwrap();
        client.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        (asked, rest)
    });
    // No loopback address to the program, and this machine to the system.
    let ended = app.users(&format!("import postgres://django@0.0.0.0:{port}/site"));
    ended.refused(3, "server does not support TLS", "give ?sslmode=disable");
    let (asked, rest) = server.join().unwrap();
    assert_eq!((asked, rest), ([0, 0, 0, 8, 4, 210, 22, 47], Vec::new()), "it was asked for TLS and told nothing");
    let ended = app.users("import postgres://django@db.example.org/site?sslmode=prefer");
    ended.refused(2, "sslmode=prefer lets the server ask for the password", "give sslmode=disable if you mean it");
}

async fn login(app: &ServedFolder, name: &str) -> u16 {
    let login = Request::json("/api/token/", &json!({"username": name, "password": "correct horse"}));
    login.send(app.server.address()).await.unwrap().status
}

/// A right password and its hash for each hasher.
fn one_of_each_hasher() -> BTreeMap<String, Value> {
    let vectors: Vec<Value> = serde_json::from_str(HASHES).unwrap();
    let right = vectors.into_iter().filter(|vector| vector["expect"] == true && vector["password"] != "");
    right.rev().map(|vector| (vector["alg"].as_str().unwrap().to_owned(), vector)).collect()
}

fn dump_of_every_hasher() -> Value {
    let users = one_of_each_hasher().into_iter().enumerate().map(|(index, (name, vector))| {
        json!({"model": "auth.user", "pk": index + 1, "fields": {"username": name, "password": vector["encoded"], "is_active": true}})
    });
    users.collect()
}

/// What no command shows.
async fn secrets(app: &ServedFolder, name: &str) -> (String, i64) {
    let user = app.user(name).await;
    (user.password, user.epoch)
}
