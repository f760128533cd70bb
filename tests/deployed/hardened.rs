//! Profile `hardened`: rotation with reuse detection, and a gateway that knows of logouts.

use crate::cloud::{Stack, is, member};
use serde_json::json;
use std::time::Duration;

pub(crate) async fn a_refresh_token_works_once(stack: &Stack) {
    let (_, first) = stack.log_in().await;
    let second = member(&stack.post("/api/token/refresh/", json!({"refresh": first})).await, "refresh");
    assert_ne!(first, second);
    let again = member(&stack.post("/api/token/refresh/", json!({"refresh": first})).await, "refresh");
    assert_eq!(again, second, "a lost answer gets the same successor");
    let third = member(&stack.post("/api/token/refresh/", json!({"refresh": second})).await, "refresh");
    assert_eq!(stack.post("/api/token/refresh/", json!({"refresh": first})).await.status, 401, "a replay");
    assert_eq!(stack.post("/api/token/refresh/", json!({"refresh": third})).await.status, 401, "it ends the session");
}

pub(crate) async fn a_logout_reaches_the_gateway(stack: &Stack) {
    let (access, refresh) = stack.log_in().await;
    is(&stack.greet(&access).await, 200, r#"{"message":"Hello, Ada!"}"#);
    is(&stack.post("/api/token/verify/", json!({"token": access})).await, 200, "{}");
    is(&stack.post("/api/token/blacklist/", json!({"refresh": refresh})).await, 200, "{}");
    assert_ne!(stack.post("/api/token/verify/", json!({"token": access})).await.status, 200);
    // The gateway repeats an answer for a second.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(stack.greet(&access).await.status, 401);
}
