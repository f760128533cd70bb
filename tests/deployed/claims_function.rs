//! A function of the team's own that names claims: that of docs/users.md, asked by the deployed functions with their own roles.
#![expect(clippy::indexing_slicing, reason = "a test stops where an answer is another")]

use crate::cloud::{Cloud, PASSWORD, Stack, member};
use serde_json::json;
use tests::app::claims;

pub(crate) async fn every_refresh_says_what_the_function_says_then(cloud: &Cloud, name: &str, stack: &Stack) {
    let (access, refresh) = stack.log_in().await;
    assert_eq!(claims(&access)["plan"], "free");
    let update = format!("users update ada --add-group customers --keep-sessions --stack {name}");
    assert!(cloud.latchkey(&update).status().unwrap().success());
    let renewed = stack.post("/api/token/refresh/", json!({"refresh": refresh})).await;
    assert_eq!(claims(&member(&renewed, "access"))["plan"], "gold");
    let sliding = stack.post("/api/token/sliding/", json!({"username": "ada", "password": PASSWORD})).await;
    assert_eq!(claims(&member(&sliding, "token"))["plan"], "gold");
}

/// The role of the deployed function may invoke the one that the parameter names, and no other.
pub(crate) async fn no_other_function_is_asked(stack: &Stack) {
    let answer = stack.post("/api/token/", json!({"username": "ada", "password": PASSWORD})).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text());
}
