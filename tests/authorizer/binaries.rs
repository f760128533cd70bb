//! What is in the programs.

use std::path::Path;
use tests::tools;

/// How DynamoDB's client names its API in every request.
const STORE: &[u8] = b"DynamoDB_20120810";

/// Where Lambda's API takes the question of CLAIMS_FUNCTION.
const CLAIMS: &[u8] = b"/2015-03-31/functions/";

/// What Amazon SES's client asks for.
const MAILS: &[u8] = b"/v2/email/outbound-emails";

#[test]
fn no_authorizer_contains_the_client_of_the_claims_function() {
    assert_eq!(containing(&["authorizer", "endpoints", "session_authorizer"], CLAIMS), ["endpoints"]);
}

#[test]
fn the_authorizer_that_asks_no_store_contains_none() {
    assert_eq!(containing(&["authorizer", "session_authorizer"], STORE), ["session_authorizer"]);
}

#[test]
fn nothing_but_the_function_that_sends_mails_contains_amazon_ses() {
    assert_eq!(containing(&["endpoints", "mail", "session_authorizer"], MAILS), ["mail"]);
}

/// Those of the programs that have these bytes.
fn containing<'n>(programs: &[&'n str], trace: &[u8]) -> Vec<&'n str> {
    let folder = tools::build(&programs.iter().map(|program| (*program).to_owned()).collect::<Vec<_>>());
    let contains = |program: &Path| {
        let bytes = std::fs::read(program).unwrap();
        bytes.windows(trace.len()).any(|window| window == trace)
    };
    programs.iter().copied().filter(|program| contains(&folder.join(program))).collect()
}
