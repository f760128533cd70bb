//! What is in the programs.

use tests::tools;

/// How DynamoDB's client names its API in every request.
const STORE: &[u8] = b"DynamoDB_20120810";

#[test]
fn the_authorizer_that_asks_no_store_contains_none() {
    let folder = tools::build(&["authorizer".to_owned(), "session_authorizer".to_owned()]);
    let contains = |program: &str| {
        let bytes = std::fs::read(folder.join(program)).unwrap();
        bytes.windows(STORE.len()).any(|window| window == STORE)
    };
    assert!(contains("session_authorizer"), "the trace of a store is known");
    assert!(!contains("authorizer"));
}
