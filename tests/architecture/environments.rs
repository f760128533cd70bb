//! The environment of each function of ACCOUNTS has every setting that its endpoints read.

use super::{
    project,
    rooms::{Crate, Module, reached},
};
use regex_lite::Regex;
use settings::TABLE;
use std::collections::{BTreeMap, BTreeSet};

/// The functions, each with the folder of its endpoints, and what they need not be told although a file that they reach reads it.
const FUNCTIONS: [(&str, &str, &[&str]); 2] = [
    // The claims of a guest are told by the authorizers alone.
    ("AccountsFunction", "accounts", &["TOKEN_CLAIMS"]),
    (
        "RestAuthFunction",
        "rest_auth",
        &[
            // dj-rest-auth has no sliding tokens, asks no function for claims and remembers nobody; its cookies have names of their own.
            "AUTH_COOKIE",
            "AUTH_COOKIE_BODY_ORIGINS",
            "AUTH_TOKEN_CLASSES",
            "CLAIMS_FUNCTION_AT_REFRESH",
            "REMEMBER_LIFETIME",
            "SLIDING_TOKEN_LIFETIME",
            "SLIDING_TOKEN_REFRESH_EXP_CLAIM",
            "SLIDING_TOKEN_REFRESH_LIFETIME",
            // What djoser's endpoints alone do, in files of which dj-rest-auth's take another part.
            "HIDE_USERS",
            "PASSWORD_RESET_SHOW_EMAIL_NOT_FOUND",
            "SEND_CONFIRMATION_EMAIL",
            "USERNAME_RESET_SHOW_EMAIL_NOT_FOUND",
            "USER_CREATE_PASSWORD_RETYPE",
        ],
    ),
];

/// Files that serve every function, and read what only some of them are for.
const OF_ALL: [&str; 2] = ["service", "view"];

#[test]
fn a_function_of_accounts_is_told_every_setting_that_its_endpoints_read() {
    let (api, methods, template) = (Crate::of("shared/api/src".to_owned()), methods(), project::text("template.yaml"));
    let arrows = api.all_arrows();
    let mut sentences = Vec::new();
    for (function, room, untold) in FUNCTIONS {
        let of_room = |module: &&Module| module.starts_with(&["endpoints".to_owned(), room.to_owned()]);
        let files: BTreeSet<&Module> =
            api.files.keys().filter(of_room).flat_map(|module| reached(&arrows, module)).collect();
        let read: BTreeSet<String> = files
            .into_iter()
            .filter(|module| !OF_ALL.contains(&module.join("::").as_str()))
            .flat_map(|module| read_in(&project::text(&api.files[module].path), &methods))
            .collect();
        assert!(read.len() > 30, "{function}: {read:?}");
        let told = told(&template, function);
        let forgotten = read.iter().filter(|name| !told.contains(*name) && !untold.contains(&name.as_str()));
        sentences.extend(forgotten.map(|name| format!("{function} is not told {name}, which an endpoint of it reads")));
        let idle = untold.iter().filter(|name| told.contains(**name) || !read.contains(**name));
        sentences.extend(idle.map(|name| format!("{function}: {name} is no exception any more")));
    }
    project::nothing_forgotten(&sentences);
}

/// The settings that a file reads, by themselves or by a method of `Settings`.
fn read_in(text: &str, methods: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let word = pattern(r"settings(?:\(\))?\s*\.\s*(\w+)");
    let mut waiting: Vec<String> = word.captures_iter(text).map(|found| found[1].to_owned()).collect();
    let (mut read, mut seen) = (BTreeSet::new(), BTreeSet::new());
    while let Some(word) = waiting.pop() {
        let variable = word.to_uppercase();
        if TABLE.iter().any(|setting| setting.variable == variable) {
            read.insert(variable);
        }
        if seen.insert(word.clone()) {
            waiting.extend(methods.get(&word).into_iter().flatten().cloned());
        }
    }
    read
}

/// The methods of `Settings`, each with the fields and methods that it names.
fn methods() -> BTreeMap<String, BTreeSet<String>> {
    let method = pattern(r"(?s)fn (\w+)(?:<'\w+>)?\(&(?:'\w+ )?self.*?\n    \}\n");
    let own = pattern(r"self\s*\.\s*(\w+)");
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in project::rust_files("shared/settings/src") {
        for found in method.captures_iter(&project::text(&path)) {
            let named = own.captures_iter(&found[0]).map(|word| word[1].to_owned());
            methods.entry(found[1].to_owned()).or_default().extend(named);
        }
    }
    methods
}

/// The variables of a function, with those that every function has.
fn told(template: &str, function: &str) -> BTreeSet<String> {
    let block = |start: &str, end: &str| {
        let block = template.split_once(start).and_then(|(_, after)| after.split_once(end));
        block.unwrap_or_else(|| panic!("template.yaml has no {start}")).0.to_owned()
    };
    let variable = pattern(r"([A-Z][A-Z_]+): (!If|!Ref|!GetAtt|\S+)( AWS::NoValue)?");
    let all = block("\nGlobals:", "\nResources:");
    let own = block(&format!("\n  {function}:\n"), "\n      LoggingConfig:");
    let mut told = BTreeSet::new();
    for found in variable.captures_iter(&(all + &own)) {
        if found.get(3).is_some() {
            told.remove(&found[1])
        } else {
            told.insert(found[1].to_owned())
        };
    }
    told
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|fault| panic!("{fault}"))
}
