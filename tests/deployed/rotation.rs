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

/// A stack whose keys have just been rotated from HS256 to EdDSA, and none of whose functions has been asked yet.
pub(crate) async fn no_token_is_refused(stack: &Stack) {
    let started = Instant::now();
    let published = stack.send(Request::new("GET", &stack.at("/.well-known/jwks.json"))).await;
    assert_eq!(published.status, 200, "{}", published.text());
    assert_eq!(published.json().pointer("/keys/0/alg").unwrap(), "EdDSA", "the next key is published before it signs");
    let (_, refresh) = stack.log_in().await;
    let mut signed = [("HS256", 0), ("EdDSA", 0)];
    while signed.iter().any(|(_, tokens)| *tokens < ENOUGH) && started.elapsed() < PATIENCE {
        let access = member(&stack.post("/api/token/refresh/", json!({"refresh": refresh})).await, "access");
        is(&stack.post("/api/token/verify/", json!({"token": access})).await, 200, "{}");
        let header = forge::parts(&access).unwrap().0;
        let count = signed.iter_mut().find(|(algorithm, _)| header.get("alg").unwrap() == *algorithm).unwrap();
        count.1 += 1;
        assert_eq!(stack.greet(&access).await.status, 200);
    }
    is(&stack.post("/api/token/verify/", json!({"token": refresh})).await, 200, "{}");
    assert!(signed.iter().all(|(_, tokens)| *tokens >= ENOUGH), "{signed:?}");
}
