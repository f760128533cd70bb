//! Dependencies point only to smaller layers, and each crate names only what its sentence allows.

use super::project::{self, Member};
use std::collections::BTreeSet;

/// Each crate of the workspace with the crates it may depend on (ARCHITECTURE.md, "Arrows").
const ARROWS: [(&str, &[&str]); 19] = [
    ("token", &[]),
    ("attributes", &[]),
    ("password", &[]),
    ("link", &[]),
    ("pages", &[]),
    ("web", &[]),
    ("breach", &["password", "settings", "web"]),
    ("claims", &["settings", "store", "token", "web"]),
    ("settings", &["attributes", "token"]),
    ("store", &["attributes", "token"]),
    ("keys", &["token", "web"]),
    ("api", &["attributes", "token", "link", "password", "breach", "claims", "settings", "store"]),
    ("mail", &["link", "settings", "store", "token"]),
    ("guard", &["api", "keys", "settings", "store", "token"]),
    ("lambda", &["api", "claims", "keys", "mail", "pages", "settings", "store", "token"]),
    ("local", &["api", "keys", "mail", "pages", "settings", "store", "token", "password"]),
    ("admin", &["api", "local", "attributes", "mail", "store", "password", "breach", "settings", "token"]),
    ("model", &["store", "token"]),
    ("latchkey", &["admin", "local"]),
];

/// What every function may depend on.
const FUNCTION: &[&str] = &["api", "lambda"];

#[test]
fn arrows_point_to_smaller_layers() {
    let members = project::members();
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let wrong: Vec<String> = members.iter().flat_map(|member| wrong_arrows(member, &names)).collect();
    project::nothing_forgotten(&wrong);
}

#[test]
fn every_crate_has_its_place() {
    let unknown = |member: &Member| !member.folder.starts_with("functions/") && allowed(member).is_none();
    let homeless: Vec<String> = project::members()
        .iter()
        .filter(|member| unknown(member))
        .map(|member| {
            format!(
                "{} is in no layer: add it to ARROWS in tests/architecture/arrows.rs and to ARCHITECTURE.md",
                member.folder
            )
        })
        .collect();
    project::nothing_forgotten(&homeless);
}

#[test]
fn only_local_names_the_embedded_engine() {
    only(&["dynoxide-rs"], |member| member.name == "local");
    // The operator's command line reads Django's file with it.
    only(&["rusqlite"], |member| ["admin", "local"].contains(&member.name.as_str()));
}

#[test]
fn only_lambda_names_aws_lambda() {
    only(&["lambda_runtime", "aws_lambda_events"], |member| member.name == "lambda");
    // The fuzzer shows that lambda_http panics over no event.
    only(&["lambda_http"], |member| ["fuzz", "lambda"].contains(&member.name.as_str()));
}

#[test]
fn only_store_claims_mail_lambda_and_admin_name_the_aws_sdk() {
    let may = ["store", "claims", "mail", "lambda", "admin"];
    only(&["aws-config", "aws-sdk-", "aws-sigv4", "aws-smithy-", "aws-credential-types"], |member| {
        may.contains(&member.name.as_str())
    });
}

#[test]
fn token_and_api_depend_on_nothing_that_speaks_to_the_world() {
    only(&["hyper", "axum", "reqwest"], |member| {
        ["admin", "local", "lambda", "mail", "store", "web"].contains(&member.name.as_str())
    });
    only(&["tokio", "getrandom", "uuid"], |member| member.name != "token" && member.name != "password");
}

#[test]
fn the_page_draws_these_arrows() {
    let page = project::text("ARCHITECTURE.md");
    let drawn: Vec<(&str, BTreeSet<&str>)> = page.lines().flat_map(drawn_in).collect();
    let missing = ARROWS
        .iter()
        .filter(|(_, allowed)| !allowed.is_empty())
        .filter(|(name, allowed)| !drawn.contains(&(*name, allowed.iter().copied().collect())));
    let missing = missing.map(|(name, allowed)| format!("ARCHITECTURE.md must draw: {name} → {}", allowed.join(" ")));
    project::nothing_forgotten(&missing.collect::<Vec<_>>());
}

/// The arrows in a line of the page: `1  settings → attributes token      store → attributes token`.
fn drawn_in(line: &str) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
    let columns = line.split("  ").filter_map(|column| column.trim().split_once(" → "));
    columns.map(|(name, allowed)| (name, allowed.split(' ').collect()))
}

fn wrong_arrows(member: &Member, names: &[&str]) -> Vec<String> {
    let allowed = allowed(member).unwrap_or(FUNCTION);
    let ours = member.dependencies.iter().filter(|name| names.contains(&name.as_str()));
    let wrong = ours.filter(|name| !allowed.contains(&name.as_str()));
    wrong
        .map(|name| format!("{}/Cargo.toml depends on {name}; it may depend on {}", member.folder, list(allowed)))
        .collect()
}

fn allowed(member: &Member) -> Option<&'static [&'static str]> {
    let arrows = ARROWS.iter().find(|(name, _)| *name == member.name && !member.folder.starts_with("functions/"));
    arrows.map(|(_, allowed)| *allowed)
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "no crate of ours".to_owned() } else { names.join(", ") }
}

/// Fails unless only members that `may` depend on crates whose names start like these.
fn only(starts: &[&str], may: impl Fn(&Member) -> bool) {
    let members = project::members();
    let named = |member: &Member| {
        member.dependencies.iter().find(|name| starts.iter().any(|start| name.starts_with(start))).cloned()
    };
    let wrong: Vec<String> = members
        .iter()
        .filter(|member| !may(member))
        .filter_map(|member| {
            Some(format!("{}/Cargo.toml depends on {}, which is not its to name", member.folder, named(member)?))
        })
        .collect();
    project::nothing_forgotten(&wrong);
}
