//! The same by hand, with the command line.

use crate::secrets_manager::SecretsManager;
use lambda::rotation::Step;
use serde_json::Value;

pub(crate) async fn an_operator_rotates_and_revokes(ground: &SecretsManager) {
    let secret = ground.secret("operated").await;
    secret.step(Step::Create, "version-1", 0).await.unwrap();
    let rotated = done(ground, &["keys", "rotate"]);
    let states: Vec<_> = rotated.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["waits", "waits", "signs", "signs", "verifies"]);
    let next = rotated[0]["kid"].as_str().unwrap();
    let first = rotated[2]["kid"].as_str().unwrap();
    assert!(secret.current().await.knows(next));
    let stale = secret.step(Step::Finish, "version-1", 1).await.unwrap_err();
    assert!(stale.contains("a key is missing"), "the rotation of Secrets Manager gives way: {stale}");

    let revoked = done(ground, &["keys", "revoke", first, "--yes"]);
    assert_eq!((revoked[0]["kid"].as_str(), revoked[0]["state"].as_str()), (Some(next), Some("signs")));
    assert_eq!((revoked[1]["for"].as_str(), revoked[1]["state"].as_str()), (Some("refresh tokens"), Some("signs")));
    let left = secret.current().await;
    assert!(!left.knows("initial") && left.keys().len() == 2, "what it was made of goes with it");
    let published = done(ground, &["keys", "jwks"]);
    assert_eq!(published["keys"][0]["kid"], next);

    let missing = ground.latchkey(&["keys", "list", "--keys-secret", "nowhere"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("there is no secret nowhere"));
}

fn done(ground: &SecretsManager, arguments: &[&str]) -> Value {
    let output = ground.latchkey(&[arguments, &["--json", "--keys-secret", "operated"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}
