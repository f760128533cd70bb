//! The five sentences that open ARCHITECTURE.md, and the sources held against each.

use super::{project, source::Source};

const SENTENCES: [&str; 5] = [
    "1. `token` does no I/O, reads no clock, draws no randomness.",
    "2. `store` knows no HTTP; `api` knows no server and names no AWS type.",
    "3. Only `lambda` names AWS Lambda; only `store`, `claims`, `mail`, `lambda` and the operator's command line name the AWS SDK; only `infra/local` and the tests name the embedded DynamoDB engine, and no function contains it.",
    "4. The clock and the entropy are read in one file, the environment in one, failure statuses and error bodies are written in one.",
    "5. A request flows one way: `Request → Form → Token → Store → Reply | Problem → Response`. Nothing flows back.",
];

/// Statuses of failures under their names in the `http` crate.
const FAILURES: [&str; 15] = [
    "BAD_GATEWAY",
    "BAD_REQUEST",
    "CONFLICT",
    "FORBIDDEN",
    "GATEWAY_TIMEOUT",
    "INTERNAL_SERVER_ERROR",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "NOT_FOUND",
    "PAYLOAD_TOO_LARGE",
    "REQUEST_TIMEOUT",
    "SERVICE_UNAVAILABLE",
    "TOO_MANY_REQUESTS",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
];

/// How the crates of AWS begin; `aws_lc_rs` is cryptography and no service.
const AWS: [&str; 6] =
    ["aws_config", "aws_credential_types", "aws_lambda_events", "aws_sdk_", "aws_sigv4", "aws_smithy_"];
const CLOCK: [&str; 4] = ["SystemTime::now", "getrandom", "rand::fill", "OsRng"];
const PRODUCT: [&str; 3] = ["shared", "functions", "infra"];

#[test]
fn architecture_opens_with_the_five_sentences() {
    let page = project::text("ARCHITECTURE.md");
    let listed: Vec<&str> =
        page.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).take(5).collect();
    assert_eq!(listed, SENTENCES, "ARCHITECTURE.md must open with the five sentences, letter for letter");
}

#[test]
fn token_does_no_io_reads_no_clock_draws_no_randomness() {
    let world = [
        "std::time",
        "std::fs",
        "std::net",
        "std::io::stdin",
        "std::io::stdout",
        "std::io::stderr",
        "std::env",
        "std::process",
        "std::thread",
        "tokio",
        "getrandom",
        "rand",
    ];
    nobody_names(&Source::all("shared/token/src"), &world, "token is arithmetic");
}

#[test]
fn password_does_no_io_reads_no_clock_draws_no_randomness() {
    let world = ["std::time", "std::fs", "std::net", "std::env", "tokio", "getrandom", "rand"];
    nobody_names(&Source::all("shared/password/src"), &world, "password is arithmetic");
}

#[test]
fn store_knows_no_http() {
    let mut sources = Source::all("shared/store/src");
    // How the requests of AWS's client reach a local engine: below the client, as TLS is.
    sources.retain(|source| source.path != "shared/store/src/dynamodb/socket.rs");
    nobody_names(&sources, &["http", "StatusCode", "hyper"], "store knows no HTTP");
}

#[test]
fn api_knows_no_server_and_names_no_aws_type() {
    let sources = Source::all("shared/api/src");
    nobody_names(
        &sources,
        &["hyper", "axum", "tower", "lambda", "lambda_http", "lambda_runtime", "std::net::TcpListener"],
        "api knows no server",
    );
    let wrong = sources
        .iter()
        .filter(|source| AWS.iter().any(|start| source.names_crate(start)))
        .map(|source| format!("{} names AWS; api names no AWS type", source.path));
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

#[test]
fn only_lambda_names_aws_lambda() {
    crates_are_named_only_in(
        &["lambda_http", "lambda_runtime", "aws_lambda_events"],
        &["shared/lambda/", "fuzz/event.rs"],
    );
}

#[test]
fn only_store_claims_mail_lambda_and_the_command_line_name_the_aws_sdk() {
    let places = ["shared/store/", "shared/claims/", "shared/mail/", "shared/lambda/", "infra/admin/"];
    crates_are_named_only_in(&AWS, &places);
}

#[test]
fn only_local_and_the_tests_name_the_embedded_engine() {
    crates_are_named_only_in(&["dynoxide"], &["infra/local/"]);
    // Django's own database file is read with what the engine is made of.
    crates_are_named_only_in(&["rusqlite"], &["infra/local/", "infra/admin/src/django/sqlite.rs"]);
}

#[test]
fn the_clock_and_the_entropy_are_read_in_one_file() {
    let places = ["shared/api/src/ambient.rs", "infra/admin/src/ambient.rs"];
    paths_are_named_only_in(&CLOCK, &places, "take the value from Ambient");
}

#[test]
fn the_environment_is_read_in_one_file() {
    let reads = ["env::var", "env::var_os", "env::vars", "env::vars_os"];
    paths_are_named_only_in(&reads, &["shared/settings/src/environment.rs"], "ask settings::environment");
}

#[test]
fn failure_statuses_are_written_in_one_file() {
    let statuses = FAILURES.map(|name| format!("StatusCode::{name}"));
    let statuses: Vec<&str> = statuses.iter().map(String::as_str).collect();
    paths_are_named_only_in(&statuses, &["shared/api/src/problem.rs"], "answer with a Problem");
}

#[test]
fn error_bodies_are_written_in_one_file() {
    let codes = ["token_not_valid", "user_not_found", "user_inactive", "password_changed", "bad_authorization_header"];
    literals_stand_only_in(&codes, &["shared/api/src/problem.rs"]);
    // The authorizer copies what a Problem says into the context of its answer.
    literals_stand_only_in(
        &["detail", "non_field_errors"],
        &["shared/api/src/problem.rs", "shared/api/src/authorizer/answer.rs"],
    );
}

/// Statuses typed as numbers count, too, where answers are made: in files that speak HTTP.
#[test]
fn failure_statuses_are_not_typed_as_numbers() {
    let numbers = ["400", "401", "403", "404", "405", "406", "408", "413", "415", "429", "500", "502", "503", "504"];
    let places = ["shared/api/src", "shared/lambda/src", "functions", "infra/local/src"];
    let writes = ["shared/api/src/problem.rs", "infra/local/src/http_api.rs"];
    let speaks_http = |source: &&Source| source.names_crate("http") && !writes.contains(&source.path.as_str());
    let sources = places.into_iter().flat_map(Source::all).filter(speaks_http);
    let wrong = sources.filter_map(|source| {
        let number = source.literals.iter().find(|literal| numbers.contains(&literal.as_str()))?;
        Some(format!("{} types {number}, the status of a failure; problem.rs has them all", source.path))
    });
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

/// "Nothing flows back": who answers does not ask, who parses does not answer.
#[test]
fn a_request_flows_one_way() {
    nobody_names(&Source::all("shared/api/src/request"), &["store", "Store"], "a form knows no store");
    nobody_names(&Source::all("shared/api/src/endpoints"), &["Response"], "an endpoint says what, and `answer.rs` how");
    nobody_names(&Source::of("shared/api/src/problem.rs"), &["Form", "Service"], "a problem asks nobody");
}

fn product() -> Vec<&'static Source> {
    let sources = PRODUCT.into_iter().flat_map(Source::all);
    sources.filter(|source| source.path.contains("/src/")).collect()
}

fn nobody_names(sources: &[&Source], paths: &[&str], why: &str) {
    assert!(!sources.is_empty(), "no file to look at: {why}");
    let named =
        |source: &Source| paths.iter().find(|path| source.names_from_the_root(path)).map(|path| (*path).to_owned());
    let wrong = sources.iter().filter_map(|source| Some(format!("{} names {}; {why}", source.path, named(source)?)));
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

fn crates_are_named_only_in(starts: &[&str], places: &[&str]) {
    let outside = product().into_iter().filter(|source| !places.iter().any(|place| source.path.starts_with(place)));
    let named =
        |source: &Source| starts.iter().find(|start| source.names_crate(start)).map(|start| (*start).to_owned());
    let wrong = outside
        .filter_map(|source| Some(format!("{} names {}; only {} may", source.path, named(source)?, places.join(", "))));
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

fn literals_stand_only_in(words: &[&str], places: &[&str]) {
    let outside = product().into_iter().filter(|source| !places.contains(&source.path.as_str()));
    let stands = |source: &Source| words.iter().find(|word| source.literals.contains(&format!("\"{word}\""))).copied();
    let wrong = outside.filter_map(|source| {
        Some(format!("{} says {:?}; error bodies are written in problem.rs alone", source.path, stands(source)?))
    });
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

fn paths_are_named_only_in(paths: &[&str], places: &[&str], instead: &str) {
    let outside = product().into_iter().filter(|source| !places.contains(&source.path.as_str()));
    let named = |source: &Source| paths.iter().find(|path| source.names(path)).map(|path| (*path).to_owned());
    let wrong = outside.filter_map(|source| Some(format!("{} names {}; {instead}", source.path, named(source)?)));
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}
