//! Libraries of others verify our tokens, before and after a rotation, and refuse what is wrong with them. They are told
//! who the issuer is, and fetch the rest.

use crate::issuer::Issuer;
use std::{
    io::{BufRead, BufReader, Lines, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};
use tests::{
    app::tampered,
    clock::real as now,
    tools::{root, tool},
};
use token::{Access, Algorithm, Claims, Key, KeySet, Policy, Refresh, Rules, Stamp, Token};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pyjwt_verifies_our_tokens() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256] {
        verifies(&tool("python"), &root().join("tests/interop/verify_pyjwt.py"), algorithm).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joserfc_verifies_our_tokens() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256] {
        verifies(&tool("python"), &root().join("tests/interop/verify_joserfc.py"), algorithm).await;
    }
}

#[cfg(feature = "node")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jose_verifies_our_tokens() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::PS256] {
        verifies(Path::new("node"), &script("verify_jose.mjs"), algorithm).await;
    }
}

/// It knows no PS256.
#[cfg(feature = "node")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aws_jwt_verify_verifies_our_tokens() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256] {
        verifies(Path::new("node"), &script("verify_aws.mjs"), algorithm).await;
    }
}

/// The next key is published when the library fetches, and signs later: what it then signs needs no second fetch. From
/// then on a secret that nobody publishes signs the refresh tokens, and no library takes one.
async fn verifies(program: &Path, script: &Path, algorithm: Algorithm) {
    let [published, rotated] = sets(algorithm);
    let settings = [("ISSUER", "its address"), ("PROFILE", "hardened"), ("ALGORITHM", algorithm.name())];
    let issuer = Issuer::start(&published, &settings).await;
    let (mut refresh, before) = issuer.log_in().await;
    let mut library = Library::start(program, script, &issuer.name(), algorithm);
    let mut verdict = |token: &str| library.verdict(token);
    assert_eq!(verdict(&before), "good", "{algorithm}");

    issuer.replace_keys(&rotated);
    let (_, after) = issuer.log_in().await;
    assert_ne!(keys::kid(before.as_bytes()), keys::kid(after.as_bytes()), "{algorithm}");
    assert_eq!([verdict(&before), verdict(&after)], ["good", "good"], "{algorithm}, rotated");

    for time in 1..=20 {
        let next;
        (next, refresh) = issuer.refresh(&refresh).await;
        assert_eq!([verdict(&next), verdict(&refresh)], ["good", "unknown key"], "{algorithm}, refreshed {time} times");
    }

    let ours = Rules { issuer: Some(issuer.name()), ..Rules::default() };
    let others = Rules { issuer: Some("https://elsewhere.example".to_owned()), ..Rules::default() };
    for (what, token) in [
        ("signature", tampered(&after)),
        ("signature", signed(&stranger(&rotated), &ours, now())),
        ("expired", signed(&rotated, &ours, now() - 1000)),
        ("issuer", signed(&rotated, &others, now())),
    ] {
        assert_eq!(verdict(&token), what, "{algorithm}");
    }
}

/// A set whose next key waits, and the same set when that key signs.
fn sets(algorithm: Algorithm) -> [KeySet; 2] {
    let policy = Policy { hides_refresh: true, ..Policy::new(algorithm, &Rules::default()) };
    let first = KeySet::new(vec![key(algorithm, 1, None)]).unwrap();
    [now(), now() - policy.lead()].map(|made| match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => first.import(key(algorithm, 2, None), &policy, made, &[2; 80]).unwrap(),
        _ => first.rotate(&policy, made, &[2; 80]).unwrap(),
    })
}

/// Somebody else's key under the name of ours.
fn stranger(ours: &KeySet) -> KeySet {
    let signer = ours.signer(now()).unwrap();
    KeySet::new(vec![key(signer.algorithm(), 1, signer.kid())]).unwrap()
}

/// One of two keys for an algorithm, under its thumbprint or another name.
fn key(algorithm: Algorithm, seed: u8, kid: Option<&str>) -> Key {
    let made = |kid| match algorithm {
        Algorithm::RS256 | Algorithm::PS256 => {
            let name = if seed == 1 { "rsa" } else { "rsa2" };
            let pem = root().join(format!("tests/parity/recorded/keys/{name}.pem"));
            Key::private_pem(kid, algorithm, &std::fs::read_to_string(pem).unwrap()).unwrap()
        }
        _ => Key::generate(algorithm, kid, &[seed; 48]).unwrap(),
    };
    made(kid.map(str::to_owned).or_else(|| made(None).thumbprint()))
}

/// An access token of alice, issued by these keys and rules at `at`.
fn signed(keys: &KeySet, rules: &Rules, at: i64) -> String {
    let stamp = |jti| Stamp { now: at, lifetime: 300, jti };
    let token: Token<Access> =
        Token::<Refresh>::issue(rules, stamp("session"), "1", &Claims::default()).access(rules, stamp("token"));
    token.sign(keys, rules, now()).unwrap().text
}

/// A program that has a library of others verify tokens, and remembers the keys it has fetched.
struct Library {
    child: Child,
    tokens: ChildStdin,
    verdicts: Lines<BufReader<ChildStdout>>,
}

impl Library {
    fn start(program: &Path, script: &Path, issuer: &str, algorithm: Algorithm) -> Self {
        let mut command = Command::new(program);
        command.arg(script).args([issuer, algorithm.name()]).env("NO_PROXY", "127.0.0.1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (tokens, verdicts) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, tokens, verdicts: BufReader::new(verdicts).lines() }
    }

    fn verdict(&mut self, token: &str) -> String {
        writeln!(self.tokens, "{token}").unwrap();
        self.verdicts.next().unwrap().unwrap()
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A script in a folder beside what `make tools` got from npm.
pub(crate) fn unpacked(file: &str, script: &str) -> std::path::PathBuf {
    let folder = root().join("target/tmp/interop").join(file);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(file), script).unwrap();
    let modules = root().join(".tools/node/node_modules");
    if cfg!(feature = "node") {
        assert!(modules.exists(), "jose is missing: install Node 20 or newer with npm, then: make tools");
        std::os::unix::fs::symlink(modules, folder.join("node_modules")).unwrap();
    }
    folder.join(file)
}

/// A script of this folder.
#[cfg(feature = "node")]
fn script(name: &str) -> std::path::PathBuf {
    unpacked(name, &std::fs::read_to_string(root().join("tests/interop").join(name)).unwrap())
}
