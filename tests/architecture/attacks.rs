//! docs/attacks.md says what the codes in the names of tests stand for, and where each is tested.

use super::project;
use settings::TABLE;
use std::collections::BTreeSet;

const PAGE: &str = "docs/attacks.md";
const FOLDERS: [&str; 4] = ["shared", "functions", "infra", "tests"];

#[test]
fn every_code_in_the_name_of_a_test_has_its_row() {
    let page = project::text(PAGE);
    let explained: BTreeSet<String> = rows(&page).into_iter().flat_map(|row| row.codes).collect();
    let sentences = files().into_iter().flat_map(|path| {
        let named = named(&project::text(&path));
        let unknown: Vec<String> = named.difference(&explained).cloned().collect();
        unknown.into_iter().map(move |code| format!("{path} tests {code}, which has no row in {PAGE}"))
    });
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

#[test]
fn every_row_leads_to_a_test() {
    let page = project::text(PAGE);
    let rows = rows(&page);
    assert!(rows.len() > 100, "{PAGE} must have rows such as `| RF-14 | … | … |`");
    let sentences = rows.iter().flat_map(|row| {
        let nowhere =
            row.places.is_empty().then(|| format!("{PAGE} must say where {} is tested", row.codes.join(", ")));
        let gone = row.places.iter().flat_map(|path| {
            let text = project::text(path);
            let known = named(&text);
            let lacks = move |code: &&String| !known.contains(*code) && !text.contains(code.as_str());
            row.codes.iter().filter(lacks).map(move |code| format!("{PAGE} says that {path} tests {code}"))
        });
        nowhere.into_iter().chain(gone.collect::<Vec<_>>())
    });
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

#[test]
fn every_setting_that_a_promise_needs_is_one() {
    let security = project::text("SECURITY.md");
    let page = project::text(PAGE);
    let needed = page.lines().filter_map(|line| line.strip_prefix('|')?.split('|').nth(3)).flat_map(quoted);
    let named = needed.chain(quoted(&security)).map(|text| text.split('=').next().unwrap_or(text));
    let unknown = named.filter(|name| is_variable(name) && TABLE.iter().all(|setting| setting.variable != *name));
    let sentences: Vec<String> =
        unknown.map(|name| format!("{PAGE} or SECURITY.md names {name}, which is no setting")).collect();
    project::nothing_forgotten(&sentences);
    assert!(quoted(&security).count() > 10, "SECURITY.md names the settings of its promises");
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_variable(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b'_')
}

#[test]
fn no_code_has_two_rows() {
    let page = project::text(PAGE);
    let mut seen = BTreeSet::new();
    let codes = rows(&page).into_iter().filter(|row| row.codes.len() == 1).flat_map(|row| row.codes);
    let sentences: Vec<String> = codes.filter_map(|code| (!seen.insert(code.clone())).then_some(code)).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn a_code_is_two_letters_and_a_number() {
    let text = "    fn lg_05_rf_03_is_told_once() {}\nasync fn pw_18_to_20_tells() {}\nfn ja_en_cl_recorded() {}\nfn takes_64_bits() {}";
    assert_eq!(named(text).into_iter().collect::<Vec<_>>(), ["LG-05", "PW-18", "PW-20", "RF-03"]);
    assert_eq!(codes_of("JA-02 to JA-24, JA-33"), ["JA-02", "JA-24", "JA-33"]);
}

struct Row<'p> {
    codes: Vec<String>,
    places: Vec<&'p str>,
}

/// The rows of all tables: `| codes | what must hold | places |`.
fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines().filter_map(row).filter(|row| !row.codes.is_empty()).collect()
}

fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix('|')?.split('|');
    let (codes, places) = (codes_of(cells.next()?), cells.nth(1)?);
    Some(Row { codes, places: places.split('`').skip(1).step_by(2).collect() })
}

/// `JA-02` and `JA-24` of `JA-02 to JA-24`.
fn codes_of(text: &str) -> Vec<String> {
    let words = text.split([' ', ',']).filter_map(|word| word.split_once('-'));
    words.filter(|(class, number)| is_class(class) && is_number(number)).map(|(c, n)| format!("{c}-{n}")).collect()
}

/// The codes that the names of the functions of a file begin with: `RF-14` of `rf_14_answers_alike`.
fn named(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.split_once("fn ")?.1.split('(').next());
    names.flat_map(codes_of_name).collect()
}

fn codes_of_name(name: &str) -> Vec<String> {
    let (mut class, mut codes) = (None, Vec::new());
    for word in name.split('_') {
        match &class {
            Some(class) if is_number(word) => codes.push(format!("{class}-{word}")),
            Some(_) if word == "to" => {}
            _ if is_class(&word.to_uppercase()) => class = Some(word.to_uppercase()),
            _ => break,
        }
    }
    codes
}

fn is_class(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn is_number(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|digit| digit.is_ascii_digit())
}

fn files() -> Vec<String> {
    FOLDERS.into_iter().flat_map(project::rust_files).collect()
}
