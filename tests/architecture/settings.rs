//! A setting is one row of the table in three places: the crate, the template, the page of settings.

use super::project;
use settings::{Setting, TABLE};

const PAGE: &str = "docs/settings.md";

/// Parameters that CloudFormation must not show again.
const UNSEEN: [&str; 5] = ["JWT_PRIVATE_KEY", "JWT_SECRET_KEY", "OAUTH_CLIENTS", "SIGNING_KEY", "VERIFYING_KEY"];

/// Keys that do not fit into the environment: their parameters say where they go instead.
const IN_THE_KEY_SET: [&str; 2] = ["JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"];

/// Settings whose parameters are never empty.
const ALWAYS_THERE: [&str; 2] = ["AUTHORIZER_CACHE_SECONDS", "PROFILE"];

/// Its parameter has a default of its own: a gateway is set up with the same number.
const OTHERWISE_DEPLOYED: &str = "AUTHORIZER_CACHE_SECONDS";

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
fn every_setting_reaches_functions_where_it_is_given_and_only_there() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let name = parameter(setting.variable);
        let condition = match setting.variable {
            "ACCOUNTS" => "AccountsEnabled".to_owned(),
            "LEGACY" => "LegacyEnabled".to_owned(),
            _ => format!("{name}Given"),
        };
        let line = match ALWAYS_THERE.contains(&setting.variable) {
            true => format!("{}: !Ref {name}", setting.variable),
            false => format!("{}: !If [{condition}, !Ref {name}, !Ref AWS::NoValue]", setting.variable),
        };
        let passed = template.lines().any(|given| given.contains(&format!(" {line}")));
        (!passed && !IN_THE_KEY_SET.contains(&setting.variable))
            .then(|| format!("template.yaml must pass `{line}` to the functions that read it"))
    });
}

#[test]
fn no_key_can_be_read_from_the_stack() {
    let (template, page) = (project::text("template.yaml"), project::text("docs/operations.md"));
    missing(|setting| {
        let name = parameter(setting.variable);
        let is_hidden = parameter_lines(&template, setting).iter().any(|line| line.trim() == "NoEcho: true");
        let is_told = page.contains(&format!("`{name}`"));
        let right = !UNSEEN.contains(&setting.variable) || (is_hidden && is_told);
        (!right).then(|| {
            format!("template.yaml: {name} must have `NoEcho: true`; docs/operations.md must say that it is hidden")
        })
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
fn every_parameter_is_described_as_its_setting() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let own = parameter_lines(&template, setting);
        let start = format!("Description: \"{}", setting.doc.replace('`', ""));
        let end = format!("{}\"", if is_unset(&own) { when_empty(setting) } else { String::new() });
        let right = own.iter().any(|line| line.trim().starts_with(&start) && line.ends_with(&end));
        let name = parameter(setting.variable);
        (!right && setting.variable != OTHERWISE_DEPLOYED)
            .then(|| format!("template.yaml: {name} must have this, and may say more in it:\n{start}{end}"))
    });
}

#[test]
fn every_parameter_that_is_a_choice_knows_the_words() {
    let template = project::text("template.yaml");
    missing(|setting| {
        let own = parameter_lines(&template, setting);
        let unset = is_unset(&own).then_some("");
        let words = unset.into_iter().chain(choices(setting.kind)?).map(|word| format!("\"{word}\""));
        let line = format!("AllowedValues: [{}]", words.collect::<Vec<_>>().join(", "));
        let right = own.iter().any(|given| given.trim() == line);
        (!right).then(|| format!("template.yaml: {} must have `{line}`", parameter(setting.variable)))
    });
}

#[test]
fn every_setting_has_its_line_in_the_page() {
    let page = project::text(PAGE);
    missing(|setting| {
        let row = row(setting);
        (!page.lines().any(|line| line == row)).then(|| format!("{PAGE} lacks this line of the table:\n{row}"))
    });
}

#[test]
fn no_table_has_another_line() {
    let rows: Vec<String> = TABLE.iter().map(row).collect();
    let text = project::text(PAGE);
    let lines = text.lines().skip_while(|line| !line.starts_with("| setting |")).skip(2);
    let table: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
    assert!(!table.is_empty(), "{PAGE} must have a table of settings");
    let others = table.into_iter().filter(|line| !rows.iter().any(|row| row == line));
    let wrong = others.map(|line| format!("{PAGE} has a line that no setting has:\n{line}"));
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

#[test]
fn a_kind_that_is_a_choice_is_told_from_the_others() {
    assert_eq!(choices("off, jwt or drf-jwt"), Some(vec!["off", "jwt", "drf-jwt"]));
    assert_eq!(choices("one word"), None);
    assert_eq!(choices("HTTP_AUTHORIZATION or the name of a header"), None);
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

/// What the template says of a setting's parameter, member by member: each stands in a line, or all in braces.
fn parameter_lines<'a>(template: &'a str, setting: &Setting) -> Vec<&'a str> {
    let header = format!("  {}:", parameter(setting.variable));
    let lines = block(template, "Parameters:").into_iter().skip_while(|line| line.trim_end() != header).skip(1);
    lines.take_while(|line| line.starts_with("   ")).flat_map(members).collect()
}

/// The members of one line.
fn members(line: &str) -> Vec<&str> {
    let line = line.trim().trim_start_matches('{').trim_end_matches(',').trim_end_matches('}');
    let starts =
        ["Default: ", "AllowedValues: ", "AllowedPattern: ", "NoEcho: ", "ConstraintDescription: ", "MaxLength: "];
    let mut ends: Vec<usize> = starts.iter().filter_map(|start| line.find(&format!(", {start}"))).collect();
    ends.retain(|_| !line.starts_with("Description: "));
    ends.sort_unstable();
    let begins = std::iter::once(0).chain(ends.iter().map(|end| end + 2));
    let ends = ends.iter().copied().chain([line.len()]);
    begins.zip(ends).filter_map(|(begin, end)| line.get(begin..end)).collect()
}

#[test]
fn a_parameter_in_braces_has_the_members_of_one_in_lines() {
    let line = "    {Type: String, Default: \"\", AllowedValues: [\"\", \"true\"],";
    assert_eq!(members(line), ["Type: String", "Default: \"\"", "AllowedValues: [\"\", \"true\"]"]);
    assert_eq!(members("     Description: \"One, Default: two.\"}"), ["Description: \"One, Default: two.\""]);
    assert_eq!(members("    NoEcho: true"), ["NoEcho: true"]);
}

fn is_unset(parameter: &[&str]) -> bool {
    parameter.iter().any(|line| line.trim() == "Default: \"\"")
}

/// How a description ends where nothing need be given.
fn when_empty(Setting { simplejwt, hardened, .. }: &Setting) -> String {
    match (simplejwt.is_empty(), simplejwt == hardened) {
        (true, _) => String::new(),
        (false, true) => format!(" Empty: {simplejwt}."),
        (false, false) => format!(" Empty: {simplejwt}; hardened: {hardened}."),
    }
}

/// The words that a kind such as `off, jwt or drf-jwt` names; `None` where it describes others.
fn choices(kind: &'static str) -> Option<Vec<&'static str>> {
    let words: Vec<&str> = kind.split(", ").flat_map(|part| part.split(" or ")).collect();
    (words.len() > 1 && words.iter().all(|word| !word.contains(' '))).then_some(words)
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
