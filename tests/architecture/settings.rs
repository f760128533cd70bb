//! A setting is one row of the table in three places: the crate, the template, the README.

use settings::{Setting, TABLE};

use super::project;

/// Settings that no template parameter may carry, with the reason.
const NOT_DEPLOYED: [(&str, &str); 1] =
    [("SIGNING_KEY", "a key in a function's environment can be read in the console; deployed keys live in the secret")];

#[test]
fn every_setting_is_a_parameter_of_the_template() {
    let template = project::text("template.yaml");
    let parameters = block(&template, "Parameters:");
    missing(|setting| {
        let name = parameter(setting.variable);
        let declared = parameters.iter().any(|line| line.trim_end() == format!("  {name}:"));
        (deployed(setting) && !declared)
            .then(|| format!("template.yaml lacks the parameter {name} for {}", setting.variable))
    });
}

#[test]
fn every_setting_reaches_the_functions() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let line = format!("{}: !Ref {}", setting.variable, parameter(setting.variable));
        let passed = template.lines().any(|given| given.trim() == line);
        (deployed(setting) && !passed)
            .then(|| format!("template.yaml must pass `{line}` to the functions' environment"))
    });
}

#[test]
fn no_key_is_a_parameter_of_the_template() {
    let template = project::text("template.yaml");
    let wrong = NOT_DEPLOYED.iter().filter(|(variable, _)| template.contains(&format!("{variable}:")));
    let sentences: Vec<String> =
        wrong.map(|(variable, reason)| format!("template.yaml has {variable}: {reason}")).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn every_parameter_with_a_list_of_values_knows_them_all() {
    let template = project::text("template.yaml");
    let parameters = block(&template, "Parameters:");
    missing(|setting| {
        let header = format!("  {}:", parameter(setting.variable));
        let lines = parameters.iter().skip_while(|line| line.trim_end() != header).skip(1);
        let own: Vec<&str> = lines.take_while(|line| line.starts_with("   ")).copied().collect();
        let allowed = own.iter().find_map(|line| line.trim().strip_prefix("AllowedValues:"))?;
        let words =
            setting.kind.split([' ', ',']).filter(|word| !["", "or", "with", "commas", "between"].contains(word));
        let lacking: Vec<&str> = words.filter(|word| !allowed.contains(word)).collect();
        (!lacking.is_empty())
            .then(|| format!("template.yaml: {} does not allow {}", parameter(setting.variable), lacking.join(", ")))
    });
}

#[test]
fn every_setting_has_its_line_in_the_readme() {
    let page = project::text("README.md");
    missing(|setting| {
        let row = row(setting);
        (!page.lines().any(|line| line == row))
            .then(|| format!("README.md lacks this line of the settings table:\n{row}"))
    });
}

#[test]
fn the_readme_names_no_setting_that_is_gone() {
    let page = project::text("README.md");
    let table = page.lines().skip_while(|line| !line.starts_with("| setting |")).skip(2);
    let named = table.take_while(|line| line.starts_with('|')).filter_map(|line| line.split('`').nth(1));
    let gone = named.filter(|name| TABLE.iter().all(|setting| setting.variable != *name));
    let sentences: Vec<String> = gone.map(|name| format!("README.md describes {name}, which is no setting")).collect();
    project::nothing_forgotten(&sentences);
}

#[test]
fn a_parameter_is_the_variable_in_camel_case() {
    assert_eq!(parameter("AUTH_HEADER_TYPES"), "AuthHeaderTypes");
    assert_eq!(parameter("JWK_URL"), "JwkUrl");
}

fn missing(forgotten: impl Fn(&Setting) -> Option<String>) {
    let sentences: Vec<String> = TABLE.iter().filter_map(forgotten).collect();
    project::nothing_forgotten(&sentences);
}

fn deployed(setting: &Setting) -> bool {
    NOT_DEPLOYED.iter().all(|(variable, _)| *variable != setting.variable)
}

/// CloudFormation wants letters and digits only.
fn parameter(variable: &str) -> String {
    let word = |word: &str| -> String {
        let letters = word.chars().enumerate();
        letters.map(|(place, letter)| if place == 0 { letter } else { letter.to_ascii_lowercase() }).collect()
    };
    variable.split('_').map(word).collect()
}

fn row(setting: &Setting) -> String {
    let default = |text: &str| if text.is_empty() { "–".to_owned() } else { format!("`{text}`") };
    let Setting { variable, kind, simplejwt, hardened, doc } = setting;
    format!("| `{variable}` | {} | {} | {doc} *{kind}* |", default(simplejwt), default(hardened))
}

/// The lines below a key at the left edge.
fn block<'a>(yaml: &'a str, key: &str) -> Vec<&'a str> {
    let lines = yaml.lines().skip_while(|line| line.trim_end() != key).skip(1);
    lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])).collect()
}
