//! The move from Django, as `docs/keys.md` has it, with Django's own tokens.

use crate::issuer::Issuer;
use serde_json::json;
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};
use tests::{
    app::text,
    forge,
    tools::{self, root, tool},
};
use token::{Algorithm, KeySet};

/// What `startproject` makes.
const SECRET_KEY: &str = "django-insecure-#k1!x2y3z4w5v6u7t8s9r0q@p^o&n*m(l)k-j=i+h";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_simple_jwt_are_good_until_its_key_is_revoked_and_ours_are_good_for_django() {
    for profile in ["simplejwt", "hardened"] {
        let keys = KeySet::first(Algorithm::EdDSA, &[1; 80]).unwrap();
        let service = Issuer::start(&keys, &[("PROFILE", profile), ("ALGORITHM", "EdDSA")]).await;
        let issued = String::from_utf8(simple_jwt(&["issue", SECRET_KEY], "").stdout).unwrap();
        let (access, refresh) = issued.trim().split_once(' ').unwrap();
        assert_eq!(service.greet(access).await, 401, "{profile}: nobody knows Django's key yet");

        latchkey(&service, &["import", "-", "--days", "30"], SECRET_KEY);
        assert_eq!(service.greet(access).await, 200, "{profile}");
        let ours = text(&service.post("/api/token/refresh/", &json!({"refresh": refresh})).await, "access");
        assert_eq!(forge::parts(&ours).unwrap().0["alg"], "EdDSA", "{profile}: what follows is ours");
        assert_eq!(service.greet(&ours).await, 200, "{profile}");
        let jwk_url = format!("{}/.well-known/jwks.json", service.name());
        let seen = simple_jwt(&["verify", &jwk_url, "EdDSA"], &ours);
        assert_eq!(String::from_utf8(seen.stdout).unwrap(), "1\n", "{profile}: Django verifies it");

        latchkey(&service, &["revoke", "--nameless", "--yes"], "");
        assert_eq!((service.greet(access).await, service.greet(&ours).await), (401, 200), "{profile}");
        let late = service.post("/api/token/refresh/", &json!({"refresh": refresh})).await;
        assert_eq!(late.status, 401, "{profile}");
    }
}

fn simple_jwt(arguments: &[&str], input: &str) -> Output {
    fed(Command::new(tool("python")).arg(root().join("tests/interop/simple_jwt.py")).args(arguments), input)
}

fn latchkey(service: &Issuer, arguments: &[&str], input: &str) {
    let admin = tools::build(&["latchkey".to_owned()]).join("latchkey");
    fed(Command::new(admin).arg("keys").args(arguments).arg("--data").arg(service.folder()), input);
}

/// Runs a command with something on standard input to its end, which must be a good one.
fn fed(command: &mut Command, input: &str) -> Output {
    let command = command.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}");
    output
}
