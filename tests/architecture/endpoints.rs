//! An endpoint is one verb in all its places: a row, a file, a function, an event, a test, a route twice.

use super::project;
use std::collections::BTreeSet;

/// One row of `api::endpoints!`.
struct Endpoint {
    verb: &'static str,
    name: &'static str,
    path: &'static str,
    function: &'static str,
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        const ENDPOINTS: &[Endpoint] =
            &[$(Endpoint { verb: stringify!($verb), name: stringify!($name), path: $path, function: stringify!($function) }),+];
    };
}
api::endpoints!(rows);

/// Functions that answer events and not requests.
const WITHOUT_ENDPOINT: [&str; 5] = ["authorizer", "mail", "pages", "rotate", "session_authorizer"];

#[test]
fn every_endpoint_has_its_file() {
    missing(|endpoint| {
        let path = place("shared/api/src/endpoints", endpoint.verb);
        lacks(&path, &format!("impl Endpoint for {}", endpoint.name))
            .map(|_| format!("{path} must hold `impl Endpoint for {}`", endpoint.name))
    });
}

#[test]
fn every_endpoint_has_its_event() {
    missing(|endpoint| {
        let path = format!("events/{}.json", endpoint.verb);
        let event = serde_json::from_str::<serde_json::Value>(&project::text(&path)).unwrap_or_default();
        // `path` is what was asked for, `resource` the same with its `{id}`.
        let asked =
            ["path", "resource"].map(|name| event.get(name).and_then(serde_json::Value::as_str).unwrap_or_default());
        let right = asked.iter().any(|path| path.trim_end_matches('/') == endpoint.path);
        (!right).then(|| format!("{path} must be a sample event for {}", endpoint.path))
    });
}

#[test]
fn every_endpoint_has_its_row_of_answers() {
    let page = project::text("docs/functions.md");
    missing(|endpoint| {
        let row = format!("| `events/{}.json` | `{}` | ", endpoint.verb, endpoint.function);
        (!page.contains(&row)).then(|| format!("docs/functions.md must say how the event is answered:\n{row}…"))
    });
}

#[test]
fn every_program_is_described_in_one_sentence() {
    let functions = project::folders("functions").into_iter();
    let wrong = functions.filter(|folder| project::exists(&format!("{folder}/Cargo.toml"))).filter_map(|folder| {
        let (manifest, main) = (format!("{folder}/Cargo.toml"), project::text(&format!("{folder}/src/main.rs")));
        let sentence = main.lines().next()?.strip_prefix("//! ")?;
        lacks(&manifest, &format!("description = \"{sentence}\""))
            .map(|()| format!("{manifest} must describe the program as src/main.rs does: {sentence}"))
    });
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

#[test]
fn every_endpoint_has_its_contract_test() {
    missing(|endpoint| {
        let path = place("tests/contract", endpoint.verb);
        lacks(&path, "#[test]")
            .and_then(|()| lacks(&path, "::test]"))
            .and_then(|()| lacks(&path, "::test("))
            .map(|()| format!("{path} must test the bodies of {}", endpoint.path))
    });
}

#[test]
fn every_contract_test_is_run() {
    missing(|endpoint| {
        let path = place("tests/contract", endpoint.verb);
        let (room, file) = path.rsplit_once('/').unwrap_or_default();
        let list =
            if room == "tests/contract" { "tests/contract/main.rs".to_owned() } else { format!("{room}/mod.rs") };
        let line = format!("mod {};", file.trim_end_matches(".rs"));
        lacks(&list, &line).map(|()| format!("{list} must list `{line}`"))
    });
}

#[test]
fn every_endpoint_has_its_event_in_the_template() {
    let template = project::text("template.yaml");
    missing(|endpoint| {
        let path = match endpoint.path.contains('{') {
            true => format!("Path: \"{}\", Method: any", endpoint.path),
            false => format!("Path: {}, Method: any", endpoint.path),
        };
        let routed = resources(&template).into_iter().any(|resource| {
            let function = built(&resource).map(|(function, _)| function);
            function == Some(endpoint.function) && resource.iter().any(|line| line.contains(&path))
        });
        (!routed)
            .then(|| format!("template.yaml must have a function with `Handler: {}` and `{path}`", endpoint.function))
    });
}

#[test]
fn every_function_of_the_template_is_one_of_ours_and_has_its_program() {
    let template = project::text("template.yaml");
    let deployed: BTreeSet<(&str, &str)> = resources(&template).iter().filter_map(|lines| built(lines)).collect();
    let own = WITHOUT_ENDPOINT.map(|name| (name, name));
    let wanted = ENDPOINTS.iter().map(|row| (row.function, "endpoints")).chain(own).collect();
    assert_eq!(deployed, wanted, "Handler and CodeUri in template.yaml");
}

#[test]
fn the_functions_that_hash_have_the_memory_for_it() {
    let template = project::text("template.yaml");
    let resources = resources(&template);
    let has = |lines: &&Vec<&str>| lines.contains(&"      MemorySize: !Ref HashingMemory");
    let named = resources.iter().filter(has).filter_map(|lines| built(lines)).map(|(function, _)| function);
    assert_eq!(named.collect::<BTreeSet<_>>(), api::HASHING.into());
}

#[test]
fn every_function_is_told_with_what_it_may_do() {
    let page = project::text("docs/functions.md");
    let ours: BTreeSet<&str> = ENDPOINTS.iter().map(|row| row.function).chain(WITHOUT_ENDPOINT).collect();
    let untold = ours.into_iter().filter(|name| !page.contains(&format!("\n| `{name}` | ")));
    let untold = untold.map(|name| format!("docs/functions.md must say what `{name}` may do, and why"));
    project::nothing_forgotten(&untold.collect::<Vec<_>>());
}

#[test]
fn every_endpoint_has_its_line_among_the_routes() {
    let page = project::text("docs/routes.md");
    missing(|endpoint| {
        let route = format!(" {}/`", endpoint.path);
        let bare = format!(" {}`", endpoint.path);
        let function = format!("| `{}` |", endpoint.function);
        let names = |line: &str| (line.contains(&route) || line.contains(&bare)) && line.ends_with(&function);
        (!page.lines().any(|line| line.starts_with('|') && names(line)))
            .then(|| format!("docs/routes.md must name {route} in a line that ends with {function}"))
    });
}

/// One sentence for each endpoint that `forgotten` has something to say about.
fn missing(forgotten: impl Fn(&Endpoint) -> Option<String>) {
    let sentences: Vec<String> = ENDPOINTS.iter().filter_map(forgotten).collect();
    project::nothing_forgotten(&sentences);
}

/// The file of a verb: in the folder itself, or in a room of it, where it goes without the name of the room.
fn place(folder: &str, verb: &str) -> String {
    let rooms = project::folders(folder).into_iter().flat_map(|room| {
        let prefix = format!("{}_", room.rsplit('/').next().unwrap_or_default());
        [format!("{room}/{verb}.rs"), format!("{room}/{}.rs", verb.trim_start_matches(&prefix))]
    });
    let path = format!("{folder}/{verb}.rs");
    rooms.filter(|_| !project::exists(&path)).find(|place| project::exists(place)).unwrap_or(path)
}

fn lacks(path: &str, needle: &str) -> Option<()> {
    (!project::text(path).contains(needle)).then_some(())
}

/// The resources of the template, each as its lines.
fn resources(template: &str) -> Vec<Vec<&str>> {
    let lines = template.lines().skip_while(|line| *line != "Resources:").skip(1);
    let mut resources: Vec<Vec<&str>> = Vec::new();
    for line in lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
        if line.starts_with("  ") && !line.starts_with("   ") {
            resources.push(Vec::new());
        }
        resources.iter_mut().last().into_iter().for_each(|resource| resource.push(line));
    }
    resources
}

/// The function that a resource is, with its program.
fn built<'t>(lines: &[&'t str]) -> Option<(&'t str, &'t str)> {
    let value = |name| lines.iter().find_map(|line| line.strip_prefix(name));
    Some((value("      Handler: ")?, value("      CodeUri: functions/")?))
}
