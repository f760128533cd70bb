//! `latchkey keys` over the file of a local folder, and the running service that reads it.

use crate::served_folder::{Ended, Folder};
use local::{Api, KeyFile, Keys, Options, Server, engine::Storage};
use serde_json::{Value, json};
use settings::Settings;
use std::{fs, os::unix::fs::PermissionsExt};
use tests::{
    app::{PASSWORD, text, user},
    clock::real as now,
    forge,
    wire::{Answer, Request},
};
use token::{Algorithm, KeySet};

/// What Django's `startproject` makes.
const SECRET_KEY: &str = "django-insecure-#k1!x2y3z4w5v6u7t8s9r0q@p^o&n*m(l)k-j=i+h";

fn folder() -> Folder {
    let folder = Folder::new();
    let first = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
    fs::write(folder.path().join("keys.json"), first.to_json().as_bytes()).unwrap();
    folder
}

fn done(folder: &Folder, arguments: &str, input: &str) -> Value {
    let ended = folder.latchkey(&format!("keys {arguments} --json"), input);
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(&ended.out).unwrap()
}

fn states(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect()
}

/// The service over the folder's keys.
async fn serve(folder: &Folder) -> Server {
    let keys = Keys::File(KeyFile::open(folder.path().join("keys.json")).unwrap());
    let settings = Settings::read(|_| None).unwrap();
    let options = Options {
        clock: local::system_clock(),
        backend: admin::backend,
        gateway: Api::Rest,
        keys,
        listen: ([127, 0, 0, 1], 0).into(),
        place: Storage::Memory,
        settings,
    };
    let server = Server::start(options).await.unwrap();
    server.store().create_user(&user("1", "alice", true)).await.unwrap();
    server
}

async fn log_in(server: &Server) -> String {
    let login = json!({"username": "alice", "password": PASSWORD});
    text(&Request::json("/api/token/", &login).send(server.address()).await.unwrap(), "access")
}

async fn greet(server: &Server, access: &str) -> Answer {
    Request::bearer("/api/hello/", access).send(server.address()).await.unwrap()
}

#[tokio::test]
async fn rotates_without_a_refused_token() {
    let folder = folder();
    let server = serve(&folder).await;
    let before = log_in(&server).await;
    assert_eq!(states(&done(&folder, "list", "")), ["signs"]);
    let rotated = done(&folder, "rotate", "");
    assert_eq!(states(&rotated), ["waits", "signs"]);
    assert!(rotated[0]["sign_from"].is_string() && rotated[1]["verify_until"].is_string(), "{rotated}");
    assert_eq!(greet(&server, &before).await.status, 200);
    let published = Request::new("GET", "/.well-known/jwks.json").send(server.address()).await.unwrap().json();
    assert_eq!(published, done(&folder, "jwks", ""), "the service has picked the file up");
    assert_eq!(published["keys"].as_array().map(Vec::len), Some(2));
    folder.latchkey("keys rotate", "").refused(1, "does not sign yet", "latchkey keys list");
}

#[tokio::test]
async fn kr_08_a_revoked_key_is_dead_at_once() {
    let folder = folder();
    let server = serve(&folder).await;
    let stolen = log_in(&server).await;
    let list = done(&folder, "list", "");
    let kid = list[0]["kid"].as_str().unwrap();
    folder.latchkey(&format!("keys revoke {kid}"), "").refused(2, "no terminal", "--yes");
    let dashed = folder.latchkey("keys revoke -s9x --yes", "");
    assert!(dashed.code == 1 && dashed.err.contains("key"), "a name may begin with a dash: {dashed:?}");
    assert_eq!(greet(&server, &stolen).await.status, 200);
    assert_eq!(states(&done(&folder, &format!("revoke {kid} --yes"), "")), ["signs"]);
    assert_eq!(greet(&server, &stolen).await.status, 401);
    assert_eq!(greet(&server, &log_in(&server).await).await.status, 200);
    folder.latchkey(&format!("keys revoke {kid} --yes"), "").refused(
        1,
        "no key of the set is called",
        "latchkey keys list",
    );
}

#[tokio::test]
async fn tokens_of_django_are_good_until_its_key_is_revoked() {
    let folder = folder();
    let server = serve(&folder).await;
    let claims = json!({"token_type": "access", "exp": now() + 300, "iat": now(), "jti": "0c9f0a", "user_id": 1});
    let of_django = forge::token(&json!({"alg": "HS256", "typ": "JWT"}), &claims, SECRET_KEY);
    assert_eq!(greet(&server, &of_django).await.status, 401);
    let imported = done(&folder, "import - --days 30", &format!("{SECRET_KEY}\n"));
    assert_eq!(states(&imported), ["signs", "verifies only"]);
    assert_eq!(greet(&server, &of_django).await.status, 200);
    let own = forge::parts(&log_in(&server).await).unwrap().0;
    assert_eq!(own["alg"], "EdDSA", "what is issued is ours");
    folder.latchkey("keys import -", &format!("{SECRET_KEY}\n")).refused(1, "has this key already", "");
    done(&folder, "revoke --nameless --yes", "");
    assert_eq!(greet(&server, &of_django).await.status, 401);
}

#[test]
fn writes_for_the_owner_alone_and_leaves_nothing_behind() {
    let folder = folder();
    done(&folder, "rotate", "");
    let mode = fs::metadata(folder.path().join("keys.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["events.jsonl", "keys.json", "keys.lock"], "what was done is an event");
}

#[test]
fn shows_no_secret() {
    let folder = folder();
    let material = fs::read_to_string(folder.path().join("keys.json")).unwrap();
    let material = material.split("\\n").nth(1).unwrap().to_owned();
    for arguments in ["list", "jwks", "rotate", "list --json"] {
        let Ended { out, err, .. } = folder.latchkey(&format!("keys {arguments}"), "");
        assert!(!out.contains(&material) && !err.contains(&material), "{arguments}");
    }
}

#[test]
fn an_imported_pair_is_the_next_to_sign() {
    let folder = folder();
    let pair = KeySet::first(Algorithm::ES256, &[5; 80]).unwrap().to_json().to_string();
    let pem: Value = serde_json::from_str(&pair).unwrap();
    fs::write(folder.path().join("pair.pem"), pem["keys"][0]["material"].as_str().unwrap()).unwrap();
    let file = folder.path().join("pair.pem");
    let list = done(&folder, &format!("import {} --alg ES256 --sign", file.display()), "");
    assert_eq!((states(&list), list[0]["algorithm"].as_str()), (vec!["waits", "signs"], Some("ES256")));
    assert_eq!(list[0]["kid"], pem["keys"][0]["kid"], "its thumbprint");
    let ended = folder.latchkey(&format!("keys import {} --alg RS256", file.display()), "");
    ended.refused(1, "the material is not a key for RS256", "");
}

#[test]
fn what_may_be_no_secret_is_taken_only_if_it_is_meant() {
    let folder = folder();
    let file = folder.path().join("secret");
    let traceback =
        "Traceback (most recent call last):\n  File \"manage.py\", line 22, in <module>\nImportError: no Django";
    for (material, says) in [
        (&b"secret"[..], "of 6 bytes is weak: a secret that signs has at least 32 bytes"),
        (b"your-256-bit-secret", "public lists"),
        (b"<random_string_at_least_32_characters_long>", "public lists"),
        (traceback.as_bytes(), "has 3 lines"),
        (b"\xff\xfe0123456789012345678901234567890123456789", "are no text"),
    ] {
        fs::write(&file, material).unwrap();
        let import = format!("keys import {}", file.display());
        folder.latchkey(&import, "").refused(1, says, "--weak");
        let taken = folder.latchkey(&format!("{import} --weak"), "");
        assert!(taken.out.starts_with(&format!("imported a secret of {} bytes", material.len())), "{taken:?}");
        folder.latchkey(&format!("{import} --weak --sign --kid x"), "").refused(1, "", "");
    }
    let jwk = KeySet::first(Algorithm::ES256, &[5; 80]).unwrap().jwks(0)["keys"][0].to_string();
    folder.latchkey("keys import - --weak", &jwk).refused(1, "JSON Web Key is no HMAC secret", "--alg");
    let encrypts = jwk.replace("\"sig\"", "\"enc\"");
    folder.latchkey("keys import - --alg ES256 --kid e", &encrypts).refused(1, "not a key for ES256", "");
}

#[test]
fn says_what_was_imported() {
    let folder = folder();
    let taken = folder.latchkey("keys import -", &format!("{SECRET_KEY}\n"));
    assert!(taken.out.starts_with("imported a secret of 57 bytes, whose SHA-256 begins with "), "{taken:?}");
    assert!(!taken.out.contains("weak"), "{taken:?}");
    let short = folder.latchkey("keys import - --alg HS512", "N0bodyHasEverSeenThisOneAsTheTemplateMakesIt");
    assert!(short.out.contains("(weak: the secret is shorter than its hash"), "{short:?}");
}

#[test]
fn the_seventeenth_nameless_key_is_refused() {
    let folder = folder();
    for at in 0..16 {
        done(&folder, "import -", &format!("secret of the {at}. service, long and unknown"));
    }
    folder.latchkey("keys import -", "secret of one more service, long and unknown").refused(
        1,
        "16 keys without a name",
        "revoke",
    );
}

#[test]
fn a_folder_without_keys_says_what_to_do() {
    let folder = Folder::new();
    folder.latchkey("keys list", "").refused(2, "belongs to no service", "--data DIR");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    fs::write(folder.path().join("latchkey.db"), "").unwrap();
    folder.latchkey("keys list", "").refused(2, "keys.json cannot be read", "without SIGNING_KEY");
}
