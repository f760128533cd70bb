//! How long a function and a file may be, that every public item says what it is, and where imports stand.

use super::{project, source::Source};

const FILE: usize = 300;
const FUNCTION: usize = 50;
const MEDIAN: usize = 7;
/// What nine of ten functions stay within.
const MOST: usize = 20;

#[test]
fn files_are_short() {
    each(|source| {
        (source.lines > FILE).then(|| {
            format!("{} has {} lines outside its tests; {FILE} is the limit: split it", source.path, source.lines)
        })
    });
}

#[test]
fn functions_are_short() {
    let sources = production();
    let long = sources.iter().flat_map(|source| {
        let long = source.functions.iter().filter(|(_, length)| *length > FUNCTION);
        long.map(|(name, length)| format!("{}: {name} has {length} lines; {FUNCTION} is the limit", source.path))
    });
    project::nothing_forgotten(&long.collect::<Vec<_>>());
}

#[test]
fn most_functions_are_very_short() {
    let mut lengths: Vec<(usize, String)> = production()
        .into_iter()
        .flat_map(|source| {
            source.functions.iter().map(move |(name, length)| (*length, format!("{}: {name}", source.path)))
        })
        .collect();
    lengths.sort();
    let at =
        |tenths: usize| lengths.iter().map(|(length, _)| *length).nth(lengths.len() * tenths / 10).unwrap_or_default();
    let longest: Vec<String> = lengths.iter().rev().take(15).map(|(length, name)| format!("{length} {name}")).collect();
    let longest = longest.join("\n");
    assert!(at(5) <= MEDIAN, "the median function has {} lines; {MEDIAN} is the limit; the longest:\n{longest}", at(5));
    assert!(
        at(9) <= MOST,
        "one function in ten has more than {} lines; {MOST} is the limit; the longest:\n{longest}",
        at(9)
    );
}

#[test]
fn every_public_item_is_documented() {
    let sources = production();
    let silent = sources.iter().flat_map(|source| {
        source.undocumented.iter().map(|name| format!("{}: {name} is public and says nothing of itself", source.path))
    });
    project::nothing_forgotten(&silent.collect::<Vec<_>>());
}

#[test]
fn imports_stand_together() {
    let tests = Source::all("tests").into_iter();
    let scattered = production().into_iter().chain(tests).filter(|source| source.scattered);
    let sentences =
        scattered.map(|source| format!("{} imports in several blocks; one will do: see CONTRIBUTING.md", source.path));
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

#[test]
fn exceptions_to_a_lint_are_expected_with_a_reason() {
    let tests = Source::all("tests").into_iter();
    let wrong = production().into_iter().chain(tests).filter(|source| source.allows);
    let sentences = wrong.map(|source| format!("{} has #[allow]; write #[expect(…, reason = \"…\")]", source.path));
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

fn each(forgotten: impl Fn(&Source) -> Option<String>) {
    let sentences: Vec<String> = production().into_iter().filter_map(forgotten).collect();
    project::nothing_forgotten(&sentences);
}

/// What ships: no tests, no benches, no examples.
fn production() -> Vec<&'static Source> {
    let all = ["shared", "functions", "infra"].into_iter().flat_map(Source::all);
    all.filter(|source| {
        source.path.contains("/src/") && !source.path.ends_with("/tests.rs") && !source.path.contains("/tests/")
    })
    .collect()
}
