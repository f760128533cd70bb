//! What is in the programs.

use tests::tools;

/// How DynamoDB's client names its API in every request.
const STORE: &[u8] = b"DynamoDB_20120810";

/// Where Lambda's API takes the question of CLAIMS_FUNCTION.
const CLAIMS: &[u8] = b"/2015-03-31/functions/";

#[test]
fn only_what_makes_tokens_for_users_contains_the_client_of_the_claims_function() {
    let names = ["authorizer", "blacklist", "hello", "legacy", "obtain", "refresh", "session_authorizer", "verify"];
    let folder = tools::build(&names.map(str::to_owned));
    let contains = |program: &&str| {
        let bytes = std::fs::read(folder.join(program)).unwrap();
        bytes.windows(CLAIMS.len()).any(|window| window == CLAIMS)
    };
    assert_eq!(names.into_iter().filter(contains).collect::<Vec<_>>(), ["legacy", "obtain", "refresh"]);
}

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
