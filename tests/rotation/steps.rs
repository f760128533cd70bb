//! What the four steps do.

use crate::{
    operator,
    secrets_manager::{Crash, NOW, STEPS, Secret, SecretsManager, policy},
};
use lambda::rotation::Step;
use token::{Algorithm, Key, KeySet};

/// Starting the local AWS takes longest, so the stories share one.
#[tokio::test]
async fn keys_rotate_in_secrets_manager() {
    let ground = SecretsManager::start().await;
    the_first_key_is_of_the_algorithm_that_is_asked_for(&ground.secret("first").await).await;
    kr_02_nothing_is_signed_with_what_is_pending(&ground.secret("pending").await).await;
    every_step_may_be_repeated(&ground.secret("repeated").await).await;
    kr_06_a_crash_at_any_call_is_made_good(&ground).await;
    kr_07_an_empty_or_garbled_version_fails_loudly(&ground).await;
    a_set_that_waited_too_long_is_given_up(&ground.secret("late").await).await;
    a_key_that_was_revoked_meanwhile_does_not_come_back(&ground.secret("revoked").await).await;
    operator::an_operator_rotates_and_revokes(&ground).await;
    an_unreadable_current_set_fails_loudly(&ground.secret("unreadable").await).await;
}

async fn the_first_key_is_of_the_algorithm_that_is_asked_for(secret: &Secret) {
    let first = secret.current().await;
    let published = KeySet::from_jwks(&first.jwks(NOW).to_string(), Algorithm::EdDSA).unwrap();
    let signer = first.signer(NOW).and_then(Key::kid).unwrap();
    assert!(published.knows(signer), "the first token already is verified by what is published");
    secret.rotate("version-1", 0).await.unwrap();
    let current = secret.current().await;
    let signed_by = |after| current.signer(NOW + after).and_then(Key::kid);
    assert_eq!(signed_by(policy().lead() - 1), Some(signer), "a rotation right after the start refuses no token");
    assert!(signed_by(policy().lead()).is_some_and(|next| next != signer));
    assert!(secret.labels("version-1").await.contains(&"AWSCURRENT".to_owned()));
}

async fn kr_02_nothing_is_signed_with_what_is_pending(secret: &Secret) {
    for step in [Step::Create, Step::Set, Step::Test] {
        secret.step(step, "version-1", 0).await.unwrap();
        assert_eq!(secret.current().await.keys().len(), 3, "{step:?}: the first pair, and what it was made of");
        assert_eq!(secret.labels("version-1").await, ["AWSPENDING"]);
    }
}

async fn every_step_may_be_repeated(secret: &Secret) {
    for step in STEPS {
        for _ in 0..3 {
            secret.step(step, "version-1", 0).await.unwrap();
        }
    }
    let rotated = secret.current().await;
    secret.rotate("version-1", 10).await.unwrap();
    assert_eq!(*secret.current().await.to_json(), *rotated.to_json());
    let soon = secret.rotate("version-2", 60).await.unwrap_err();
    assert!(soon.contains("does not sign yet"), "{soon}");
    secret.rotate("version-3", policy().lead()).await.unwrap();
    assert_eq!(secret.current().await.keys().len(), 7);
}

async fn kr_06_a_crash_at_any_call_is_made_good(ground: &SecretsManager) {
    let whole = ground.secret("whole").await;
    let before = whole.calls();
    whole.rotate("version-1", 0).await.unwrap();
    let calls = whole.calls() - before;
    assert!(calls > 10, "{calls}");
    for call in 1..=calls {
        for heard in [false, true] {
            let crash = Crash { call, heard };
            let name = format!("crash-{call}-{heard}");
            let secret = ground.secret(&name).await;
            assert!(ground.again(&name, Some(crash)).rotate("version-1", 0).await.is_err(), "{crash:?}");
            assert!(secret.current().await.signer(NOW).is_some(), "{crash:?}: what serves goes on to serve");
            secret.rotate("version-1", 60).await.unwrap_or_else(|cause| panic!("{crash:?}: {cause}"));
            assert_eq!(secret.current().await.keys().len(), 5, "{crash:?}: one rotation, not two");
            secret.rotate("version-2", policy().lead() + 60).await.unwrap();
        }
    }
    println!("{calls} calls, {} crashes", 2 * calls);
}

async fn kr_07_an_empty_or_garbled_version_fails_loudly(ground: &SecretsManager) {
    let empty = ground.secret("never made").await;
    for step in [Step::Set, Step::Test, Step::Finish] {
        assert!(empty.step(step, "version-1", 0).await.unwrap_err().contains("AWSPENDING is empty"));
    }
    for (name, text) in [("empty", ""), ("garbled", "{\"keys\":[{]"), ("keyless", "{\"keys\":[]}")] {
        let secret = ground.secret(name).await;
        secret.put("version-1", "AWSPENDING", text).await;
        for step in STEPS {
            let cause = secret.step(step, "version-1", 0).await.unwrap_err();
            assert!(cause.starts_with("AWSPENDING is"), "{name}: {cause}");
        }
        assert!(secret.current().await.signer(NOW).is_some_and(|key| key.algorithm() == Algorithm::EdDSA));
    }
}

async fn a_set_that_waited_too_long_is_given_up(secret: &Secret) {
    secret.step(Step::Create, "version-1", 0).await.unwrap();
    let cause = secret.step(Step::Finish, "version-1", 3601).await.unwrap_err();
    assert!(cause.contains("sign before every cache has it: given up"), "{cause}");
    assert!(secret.labels("version-1").await.is_empty());
    assert_eq!(secret.current().await.keys().len(), 3);
    let again = secret.rotate("version-1", 3602).await.unwrap_err();
    assert!(again.contains("given up"), "{again}");
    secret.rotate("version-2", 3603).await.unwrap();
    assert_eq!(secret.current().await.keys().len(), 5);
}

async fn a_key_that_was_revoked_meanwhile_does_not_come_back(secret: &Secret) {
    secret.step(Step::Create, "version-1", 0).await.unwrap();
    let revoked = secret.current().await.revoke(Some("initial"), &policy(), NOW, &[9; 80]).unwrap();
    secret.put("by-the-operator", "AWSCURRENT", &revoked.to_json()).await;
    assert!(secret.step(Step::Finish, "version-1", 1).await.is_err());
    assert!(!secret.current().await.knows("initial"));
}

async fn an_unreadable_current_set_fails_loudly(secret: &Secret) {
    secret.put("by-accident", "AWSCURRENT", "no keys").await;
    let cause = secret.step(Step::Create, "version-1", 0).await.unwrap_err();
    assert!(cause.starts_with("AWSCURRENT is not a key set"), "{cause}");
    assert!(KeySet::parse("no keys").is_err());
}
