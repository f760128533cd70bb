//! The pages name commands that there are, with options that they have.

use crate::served_folder::{Folder, program, run};
use std::{collections::BTreeMap, fs, process::Command};
use tests::tools::root;

const PAGES: [&str; 5] =
    ["README.md", "docs/accounts.md", "docs/keys.md", "docs/moving-from-django.md", "docs/operations.md"];

/// The manual pages of all subcommands, by name: `latchkey users import`.
fn manual() -> BTreeMap<String, String> {
    let folder = Folder::new();
    let mut command = Command::new(program("latchkey"));
    command.args(["man", "--to"]).arg(folder.path());
    assert_eq!(run(command, "").code, 0);
    let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let page = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(&path).unwrap().replace('\\', ""))
    };
    files.map(page).collect()
}

/// Every `latchkey …` of a page, up to where the shell or the sentence goes on.
fn commands(page: &str) -> Vec<String> {
    let page = page.replace("cargo run --", "latchkey").replace("\\\n", " ");
    let lines = page.lines().flat_map(|line| line.split('`')).flat_map(|part| part.split('|'));
    let spoken = lines.map(str::trim).filter_map(|part| part.strip_prefix("latchkey "));
    spoken.map(|rest| rest.split(['#', ';', '>']).next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn every_command_of_the_pages_is_one() {
    let (manual, mut known, mut wrong) = (manual(), 0, Vec::new());
    for page in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap_or_default();
        for command in commands(&text) {
            known += 1;
            wrong.extend(fault(&command, &manual).map(|fault| format!("{page}: latchkey {command}: {fault}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(known > 20, "only {known} commands are found");
}

/// What the program has not.
fn fault(command: &str, manual: &BTreeMap<String, String>) -> Option<String> {
    let mut name = "latchkey".to_owned();
    let mut words = command.split_whitespace().peekable();
    while let Some(word) = words.next_if(|word| manual.contains_key(&format!("{name}-{word}"))) {
        name = format!("{name}-{word}");
    }
    let has_subcommands = manual.keys().any(|page| page.starts_with(&format!("{name}-")));
    if has_subcommands && words.peek().is_some_and(|word| *word != "…" && !word.starts_with('-')) {
        return Some("there is no such subcommand".to_owned());
    }
    let page = manual.get(&name)?;
    let option = words.find(|word| word.starts_with("--") && !page.contains(word.split('=').next().unwrap_or(word)));
    option.map(|option| format!("it has no {option}"))
}

#[test]
fn a_command_that_is_none_would_be_noticed() {
    let manual = manual();
    assert_eq!(fault("users import dump.json --stack latchkey", &manual), None);
    assert!(fault("users bring dump.json", &manual).is_some());
    assert!(fault("users import dump.json --everything", &manual).is_some());
    assert_eq!(
        commands("`latchkey keys list` and\n  python | latchkey keys import - --days 30 # why"),
        ["keys list", "keys import - --days 30"]
    );
}
