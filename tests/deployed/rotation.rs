//! One rotation under load: the real functions of a stack, before and after the next key begins to sign.

use crate::cloud::{Stack, is, member};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{forge, wire::Request};

/// The next key signs so many seconds after it was made; the functions start within them.
pub(crate) const BEGINS: u64 = 10;

/// How many tokens of either key are looked at.
const ENOUGH: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// A stack whose keys have just been rotated, and none of whose functions has been asked yet.
pub(crate) async fn no_token_is_refused(stack: &Stack) {
    let started = Instant::now();
    let published = stack.send(Request::new("GET", &stack.at("/.well-known/jwks.json"))).await;
    assert_eq!(published.status, 200, "{}", published.text());
    assert_eq!(published.json().pointer("/keys/0/alg").unwrap(), "EdDSA", "the next key is published before it signs");
    let (_, refresh) = stack.log_in().await;
    let next = published.json().pointer("/keys/0/kid").unwrap().clone();
    // By the key before, and by the next one.
    let mut signed = [0, 0];
    while signed.iter().any(|tokens| *tokens < ENOUGH) && started.elapsed() < PATIENCE {
        let access = member(&stack.post("/api/token/refresh/", json!({"refresh": refresh})).await, "access");
        is(&stack.post("/api/token/verify/", json!({"token": access})).await, 200, "{}");
        let header = forge::parts(&access).unwrap().0;
        *signed.get_mut(usize::from(header.get("kid") == Some(&next))).unwrap() += 1;
        assert_eq!(stack.greet(&access).await.status, 200);
    }
    is(&stack.post("/api/token/verify/", json!({"token": refresh})).await, 200, "{}");
    assert!(signed.iter().all(|tokens| *tokens >= ENOUGH), "{signed:?}");
}
