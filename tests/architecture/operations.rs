//! docs/operations.md names what there is: alarms, parameters and outputs of the template, settings, files.

use super::project;
use settings::TABLE;

const PAGE: &str = "docs/operations.md";

#[test]
fn every_alarm_has_a_line_that_says_what_to_do() {
    let (template, page) = (project::text("template.yaml"), project::text(PAGE));
    let alarms = entries(&template, "Resources:").into_iter().filter(|(_, kind)| *kind == "AWS::CloudWatch::Alarm");
    let alarms: Vec<&str> = alarms.map(|(name, _)| name).collect();
    assert!(alarms.contains(&"KeysNotRotated"), "{alarms:?}");
    let silent = alarms.iter().filter(|name| !page.contains(&format!("\n| `{name}` | ")));
    let sentences: Vec<String> =
        silent.map(|name| format!("{PAGE} does not say what to do about the alarm {name}")).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn nothing_is_named_that_is_gone() {
    let template = project::text("template.yaml");
    let sections = ["Parameters:", "Resources:", "Outputs:"];
    let known: Vec<&str> =
        sections.into_iter().flat_map(|section| entries(&template, section)).map(|(name, _)| name).collect();
    let page = project::text(PAGE);
    let gone = spans(&page).filter(|span| is_camel(span) && !known.contains(span));
    let sentences: Vec<String> = gone.map(|name| format!("{PAGE} names {name}, which template.yaml has not")).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn every_setting_that_is_named_is_one() {
    let page = project::text(PAGE);
    let is_setting = |name: &str| TABLE.iter().any(|setting| setting.variable == name);
    let gone = spans(&page).filter(|span| is_constant(span) && !is_setting(span) && !PLACEHOLDERS.contains(span));
    let sentences: Vec<String> = gone.map(|name| format!("{PAGE} names {name}, which is no setting")).collect();
    project::nothing_forgotten(&sentences);
}

/// Words that stand for what the reader puts in their place.
const PLACEHOLDERS: [&str; 3] = ["API_ID", "SESSIONS", "USERS"];

/// The entries of a section by their names, each with what kind of thing it is.
fn entries<'t>(template: &'t str, section: &str) -> Vec<(&'t str, &'t str)> {
    let lines = template.lines().skip_while(|line| *line != section).skip(1);
    let mut entries = Vec::new();
    for line in lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
        match (line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#'])), entries.last_mut()) {
            (Some(name), _) => entries.push((name.trim_end_matches(':'), "")),
            (None, Some((_, kind))) => *kind = line.strip_prefix("    Type: ").unwrap_or(kind),
            (None, None) => {}
        }
    }
    entries
}

/// What stands between backticks, up to the value that it may be given.
fn spans(page: &str) -> impl Iterator<Item = &str> {
    let lines = page.lines().filter(|line| !line.starts_with("```"));
    lines.flat_map(|line| line.split('`').skip(1).step_by(2)).map(|span| span.split('=').next().unwrap_or_default())
}

/// `UsersTable`, but neither `sam deploy` nor `SESSION_CHECK`.
fn is_camel(span: &str) -> bool {
    let letters = span.chars().all(|letter| letter.is_ascii_alphanumeric());
    letters
        && span.starts_with(|first: char| first.is_ascii_uppercase())
        && span.contains(|letter: char| letter.is_ascii_lowercase())
}

fn is_constant(span: &str) -> bool {
    span.len() > 1 && span.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

/// SAM's cache looks at `functions/NAME` alone: what was mended in `shared/` would not be deployed.
#[test]
fn no_environment_builds_from_a_cache() {
    let samconfig = project::text("samconfig.toml");
    let sections = samconfig.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(".build.parameters]"));
    let sections: Vec<&str> = sections.collect();
    assert_eq!(sections, ["default", "prod"]);
    let cached = sections
        .into_iter()
        .filter(|name| !project::section(&samconfig, &format!("{name}.build.parameters")).contains(&"cached = false"));
    let sentences = cached.map(|name| format!("samconfig.toml: [{name}.build.parameters] must have `cached = false`"));
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

/// The costs in docs/speed.md are counted with the prices that docs/prices.md has sources for.
#[test]
fn every_price_is_on_the_page_of_prices() {
    let (page, costs) = (project::text("docs/prices.md"), project::text("tests/bench/costs.rs"));
    let (_, prices) = costs.split_once("mod price {").unwrap_or_default();
    let (prices, _) = prices.split_once("\n}").unwrap_or_default();
    let prices: Vec<&str> =
        prices.lines().filter_map(|line| line.split_once(": f64 = ")?.1.strip_suffix(';')).collect();
    assert!(prices.len() > 4, "{prices:?}");
    let lacking = prices.iter().filter(|price| !page.contains(&format!("| {price} |")));
    let sentences = lacking.map(|price| format!("docs/prices.md has no row for {price} of tests/bench/costs.rs"));
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}
