//! An endpoint is one verb in all its places: a row, a file, a function, an event, a test, a route twice.

use super::project;

/// One row of `api::endpoints!`.
struct Endpoint {
    verb: &'static str,
    name: &'static str,
    path: &'static str,
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $access:ident;)+) => {
        const ENDPOINTS: &[Endpoint] =
            &[$(Endpoint { verb: stringify!($verb), name: stringify!($name), path: $path }),+];
    };
}
api::endpoints!(rows);

/// Functions that answer events and not requests.
const WITHOUT_ENDPOINT: [&str; 4] = ["authorizer", "console", "rotate", "session_authorizer"];

#[test]
fn every_endpoint_has_its_file() {
    missing(|endpoint| {
        let path = format!("shared/api/src/{}.rs", endpoint.verb.replacen("legacy_", "legacy/", 1));
        lacks(&path, &format!("impl Endpoint for {}", endpoint.name))
            .map(|_| format!("{path} must hold `impl Endpoint for {}`", endpoint.name))
    });
}

#[test]
fn every_endpoint_has_its_function() {
    missing(|endpoint| {
        let path = format!("functions/{}/src/main.rs", endpoint.verb);
        let call = format!("lambda::serve::<api::{}>", endpoint.name);
        let either = format!("lambda::serve_either::<api::{}, ", endpoint.name);
        lacks(&path, &call).and_then(|()| lacks(&path, &either)).map(|()| format!("{path} must call `{call}`"))
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
        let row = format!("| `events/{}.json` | ", endpoint.verb);
        (!page.contains(&row)).then(|| format!("docs/functions.md must say how the event is answered:\n{row}…"))
    });
}

#[test]
fn every_function_is_described_in_one_sentence() {
    let functions = project::folders("functions").into_iter();
    let wrong = functions.filter(|folder| project::exists(&format!("{folder}/Cargo.toml"))).filter_map(|folder| {
        let (manifest, main) = (format!("{folder}/Cargo.toml"), project::text(&format!("{folder}/src/main.rs")));
        let sentence = main.lines().next()?.strip_prefix("//! ")?;
        lacks(&manifest, &format!("description = \"{sentence}\""))
            .map(|()| format!("{manifest} must describe the function as src/main.rs does: {sentence}"))
    });
    project::nothing_forgotten(&wrong.collect::<Vec<_>>());
}

#[test]
fn every_endpoint_has_its_contract_test() {
    missing(|endpoint| {
        let path = format!("tests/contract/{}.rs", endpoint.verb);
        lacks(&path, "#[test]")
            .and_then(|()| lacks(&path, "::test]"))
            .and_then(|()| lacks(&path, "::test("))
            .map(|()| format!("{path} must test the bodies of {}", endpoint.path))
    });
}

#[test]
fn every_contract_test_is_run() {
    let list = project::text("tests/contract/main.rs") + &project::text("tests/contract.rs");
    missing(|endpoint| {
        let line = format!("mod {};", endpoint.verb);
        (!list.contains(&line)).then(|| format!("tests/contract/main.rs must list `{line}`"))
    });
}

#[test]
fn every_endpoint_has_its_event_in_the_template() {
    let template = project::text("template.yaml");
    missing(|endpoint| {
        let path = format!("Path: {}", endpoint.path);
        let routed = resources(&template).into_iter().any(|resource| {
            let lines: Vec<&str> = resource.iter().map(|line| line.trim()).collect();
            lines.contains(&path.as_str()) && lines.iter().any(|line| builds(line, endpoint.verb))
        });
        (!routed).then(|| {
            format!("template.yaml must have a function that is built from {} and has `{path}`", endpoint.verb)
        })
    });
}

#[test]
fn every_endpoint_has_its_watch_route() {
    let manifest = project::text("Cargo.toml");
    let routes = project::section(&manifest, "workspace.metadata.lambda.watch.router");
    missing(|endpoint| {
        let (route, function) = (format!("\"{}/\"", endpoint.path), format!("\"{}\"", endpoint.verb));
        let routed = routes.iter().any(|line| line.starts_with(&route) && line.contains(&function));
        (!routed)
            .then(|| format!("Cargo.toml: [workspace.metadata.lambda.watch.router] must lead {route} to {function}"))
    });
}

#[test]
fn every_function_has_its_row() {
    let known = |name: &str| ENDPOINTS.iter().any(|endpoint| endpoint.verb == name) || WITHOUT_ENDPOINT.contains(&name);
    let unknown: Vec<String> = project::folders("functions")
        .iter()
        .filter(|folder| project::exists(&format!("{folder}/Cargo.toml")))
        .filter(|folder| !known(folder.trim_start_matches("functions/")))
        .map(|folder| format!("{folder} has no row in api::endpoints!"))
        .collect();
    project::nothing_forgotten(&unknown);
}

#[test]
fn every_endpoint_has_its_line_in_the_readme() {
    let page = project::text("README.md");
    missing(|endpoint| {
        let route = format!(" {}/`", endpoint.path);
        let bare = format!(" {}`", endpoint.path);
        (!page.lines().any(|line| line.starts_with('|') && (line.contains(&route) || line.contains(&bare))))
            .then(|| format!("README.md: the table of routes must name {route}"))
    });
}

/// One sentence for each endpoint that `forgotten` has something to say about.
fn missing(forgotten: impl Fn(&Endpoint) -> Option<String>) {
    let sentences: Vec<String> = ENDPOINTS.iter().filter_map(forgotten).collect();
    project::nothing_forgotten(&sentences);
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

/// Whether a line of a resource says what it is built from: `BinaryName: verb`, `Binary: verb` or `CodeUri: …/verb…`.
fn builds(line: &str, verb: &str) -> bool {
    let built = ["BinaryName:", "Binary:", "CodeUri:"].iter().find_map(|key| line.strip_prefix(key));
    built.is_some_and(|value| value.trim().trim_end_matches('/').rsplit('/').next() == Some(verb))
}
