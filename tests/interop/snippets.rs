//! The verifiers of `docs/keys.md`, as they are pasted.

use crate::issuer::Issuer;
use std::{path::Path, process::Command};
use tests::tools::{root, tool};
use token::{Algorithm, Key, KeySet};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pyjwt_takes_access_tokens_alone() {
    let feed = "\nimport sys\nfor token in sys.argv[1:]:\n    try:\n        print('good', verify(token)['user_id'])\n    \
                except jwt.InvalidTokenError as refusal:\n        print(refusal)\n";
    pasted("# PyJWT", feed, &tool("python"), "snippet.py").await;
}

#[cfg(feature = "node")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jose_takes_access_tokens_alone() {
    let feed = "\nfor (const token of process.argv.slice(2)) {\n  try {\n    console.log('good', (await verify(token)).user_id)\n  \
                } catch (refusal) {\n    console.log(refusal.message)\n  }\n}\n";
    pasted("// jose", feed, Path::new("node"), "snippet.mjs").await;
}

/// Profile `simplejwt`, where one key signs both tokens.
async fn pasted(title: &str, feed: &str, program: &Path, file: &str) {
    let key = |kid| Key::generate(Algorithm::EdDSA, kid, &[3; 48]).unwrap();
    let keys = KeySet::new(vec![key(key(None).thumbprint())]).unwrap();
    let issuer = Issuer::start(&keys, &[("ALGORITHM", "EdDSA")]).await;
    let (refresh, access) = issuer.log_in().await;
    let script = snippet(title).replace("https://…", &issuer.name()) + feed;
    let folder = crate::verifiers::unpacked(file, &script);
    let output = Command::new(program).arg(folder).args([&access, &refresh]).env("NO_PROXY", "127.0.0.1").output();
    let output = output.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "good 1\nnot an access token\n", "{}", String::from_utf8_lossy(&output.stderr));
}

/// The block of the page that begins with this line.
fn snippet(title: &str) -> String {
    let page = std::fs::read_to_string(root().join("docs/keys.md")).unwrap();
    let (_, rest) = page.split_once(title).unwrap();
    rest.split("```").next().unwrap().to_owned()
}
