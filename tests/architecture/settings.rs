//! A setting is one row of the table in three places: the crate, the template, the README.

use settings::{Setting, TABLE};

use super::project;

/// Parameters that CloudFormation must not show again.
const UNSEEN: [&str; 4] = ["JWT_PRIVATE_KEY", "JWT_SECRET_KEY", "OAUTH_CLIENTS", "SIGNING_KEY"];

#[test]
fn every_setting_is_a_parameter_of_the_template() {
    let template = project::text("template.yaml");
    let parameters = block(&template, "Parameters:");
    missing(|setting| {
        let name = parameter(setting.variable);
        let declared = parameters.iter().any(|line| line.trim_end() == format!("  {name}:"));
        (!declared).then(|| format!("template.yaml lacks the parameter {name} for {}", setting.variable))
    });
}

#[test]
fn every_setting_reaches_the_functions() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let line = format!("{}: !Ref {}", setting.variable, parameter(setting.variable));
        let passed = template.lines().any(|given| given.trim() == line);
        (!passed).then(|| format!("template.yaml must pass `{line}` to the functions' environment"))
    });
}

#[test]
fn no_key_can_be_read_from_the_stack() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let seen = !parameter_lines(&template, setting).iter().any(|line| line.trim() == "NoEcho: true");
        (UNSEEN.contains(&setting.variable) && seen)
            .then(|| format!("template.yaml: {} must have `NoEcho: true`", parameter(setting.variable)))
    });
}

#[test]
fn the_gateway_keeps_answers_under_no_other_header_than_the_tokens() {
    let template = project::text("template.yaml");
    let kept = [
        "Headers: [!Ref IdentityHeader]",
        "ReauthorizeEvery: !If [AnswersAreKept, !Ref AuthorizerCacheSeconds, 0]",
        "- !Condition HeaderIsAuthorization",
        "- !Equals [!Ref IdentityHeader, Authorization]",
        "- !Equals [!Ref AuthCookie, \"\"]",
    ];
    let lacking = kept.iter().filter(|given| !template.lines().any(|line| line.trim() == **given));
    let sentences = lacking
        .map(|given| format!("template.yaml must have `{given}`: another header or a cookie may carry the token"));
    project::nothing_forgotten(&sentences.collect::<Vec<_>>());
}

#[test]
fn every_parameter_with_a_list_of_values_knows_them_all() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let own = parameter_lines(&template, setting);
        let allowed = own.iter().find_map(|line| line.trim().strip_prefix("AllowedValues:"))?;
        let words = setting.kind.split([' ', ',']).filter(|word| !word.is_empty() && *word != "or");
        let lacking: Vec<&str> = words.filter(|word| !allowed.contains(&format!("\"{word}\""))).collect();
        let (name, lacking_list) = (parameter(setting.variable), lacking.join(", "));
        (!lacking.is_empty()).then(|| format!("template.yaml: {name} does not allow {lacking_list}"))
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

/// What the template says of a setting's parameter.
fn parameter_lines<'a>(template: &'a str, setting: &Setting) -> Vec<&'a str> {
    let header = format!("  {}:", parameter(setting.variable));
    let lines = block(template, "Parameters:").into_iter().skip_while(|line| line.trim_end() != header).skip(1);
    lines.take_while(|line| line.starts_with("   ")).collect()
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
