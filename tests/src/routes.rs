//! The further paths of `ROUTES` in the templates: an event of the endpoint's function for each, before the authorizer where the
//! endpoint is, and the bound of logins where it hashes.

use settings::Route;

/// A row of the list of endpoints.
struct Row {
    verb: &'static str,
    path: &'static str,
    function: &'static str,
    guard: api::Guard,
}

macro_rules! rows {
    ($($verb:ident: $name:ident, $path:literal, $function:ident;)+) => {
        const ENDPOINTS: &[Row] = &[$(Row {
            verb: stringify!($verb),
            path: $path,
            function: stringify!($function),
            guard: <api::$name as api::Endpoint>::VIEW.guard,
        }),+];
    };
}
api::endpoints!(rows);

/// What the events of further paths are called, before their numbers.
const EVENT: &str = "Further";

/// What stands behind a bound of a further path.
const MARK: &str = " # of ROUTES";

/// `template.yaml` with these routes, and with none that it had before. The paths of functions that hash are bounded.
///
/// # Errors
/// The template has no function, no bounds or no parameter where they are looked for; says which.
pub fn with_routes(template: &str, routes: &[Route]) -> Result<String, String> {
    let mut lines: Vec<String> = without_routes(template);
    for (number, route) in (1..).zip(routes) {
        let Row { function, guard, .. } = endpoint(&route.verb)?;
        let place = events(&lines, function)?;
        lines.splice(place..place, event(number, &route.path, guard.trusts_the_authorizer()));
        if api::HASHING.contains(function) {
            let bound = bound_of_rest(&route.path);
            insert_behind(&mut lines, "/~1api~1user~1password\"", [bound])?;
        }
    }
    let given: Vec<String> = routes.iter().map(|route| format!("{}:{}", route.verb, route.path)).collect();
    set_default(&mut lines, &given.join(","))?;
    Ok(lines.join("\n") + "\n")
}

/// `infra/http-api.in.yaml` with the bounds of these routes, and with none that it had before.
///
/// # Errors
/// A route has no endpoint, or the bounds are not where they are looked for.
pub fn with_bounds(differences: &str, routes: &[Route]) -> Result<String, String> {
    let mut lines = without_routes(differences);
    for route in routes {
        if !api::HASHING.contains(&endpoint(&route.verb)?.function) {
            continue;
        }
        let bounds = ["", "/{proxy+}"].map(|rest| bound_of_http(&format!("{}{rest}", route.path)));
        insert_behind(&mut lines, "\"ANY /api/user/password/{proxy+}\"", bounds)?;
    }
    Ok(lines.join("\n") + "\n")
}

fn without_routes(text: &str) -> Vec<String> {
    let is_event = |line: &str| line.trim_start().starts_with(EVENT) && line.contains(": {Type: Api, ");
    text.lines().filter(|line| !is_event(line) && !line.ends_with(MARK)).map(str::to_owned).collect()
}

fn endpoint(verb: &str) -> Result<&'static Row, String> {
    let found = ENDPOINTS.iter().find(|row| row.verb == verb && !row.path.contains('{'));
    found.ok_or_else(|| format!("no endpoint without a variable in its path is called {verb}"))
}

/// Behind the last event of a function.
fn events(lines: &[String], function: &str) -> Result<usize, String> {
    let lacking = || format!("template.yaml has no events of the function {function}");
    let place = |from: usize, is: &dyn Fn(&str) -> bool| {
        lines.iter().skip(from).position(|line| is(line)).map(|place| from + place)
    };
    let begin = place(0, &|line| line.trim() == format!("Handler: {function}")).ok_or_else(lacking)?;
    let events = place(begin, &|line| line == "      Events:").ok_or_else(lacking)?;
    place(events + 1, &|line| !line.starts_with("        ")).ok_or_else(lacking)
}

fn event(number: usize, path: &str, is_guarded: bool) -> Vec<String> {
    let line = |name: &str, method: &str| {
        format!(
            "        {EVENT}{number}{name}: {{Type: Api, Properties: {{RestApiId: !Ref Api, Path: {path}, Method: {method}}}}}"
        )
    };
    match is_guarded {
        false => vec![line("", "any")],
        true => vec![line("", "any, Auth: {Authorizer: Token}"), line("Preflight", "options")],
    }
}

fn bound_of_rest(path: &str) -> String {
    let encoded = path.replace('/', "~1");
    format!("        - {{HttpMethod: POST, ResourcePath: \"/{encoded}\", {BOUND}}}{MARK}")
}

fn bound_of_http(path: &str) -> String {
    format!("        \"ANY {path}\": {{{BOUND}}}{MARK}")
}

const BOUND: &str = "ThrottlingRateLimit: !Ref LoginsPerSecond, ThrottlingBurstLimit: !Ref LoginsPerSecond";

fn insert_behind<const N: usize>(lines: &mut Vec<String>, sign: &str, added: [String; N]) -> Result<(), String> {
    let place = lines.iter().position(|line| line.contains(sign)).ok_or_else(|| format!("nothing has {sign}"))?;
    lines.splice(place + 1..place + 1, added);
    Ok(())
}

fn set_default(lines: &mut [String], routes: &str) -> Result<(), String> {
    let place = lines.iter().position(|line| line == "  Routes:").ok_or("template.yaml has no parameter Routes")?;
    let line = lines.get_mut(place + 1).ok_or("the parameter Routes is empty")?;
    let (before, after) = line.split_once("Default: \"").ok_or("the parameter Routes has no default")?;
    let (_, after) = after.split_once('"').ok_or("the default of the parameter Routes does not end")?;
    *line = format!("{before}Default: \"{routes}\"{after}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_written_anew_and_taken_away_again() {
        let read = |path: &str| std::fs::read_to_string(crate::tools::root().join(path)).expect("a template");
        let (template, differences) = (read("template.yaml"), read("infra/http-api.in.yaml"));
        let route = |verb: &str, path: &str| Route { verb: verb.to_owned(), path: path.to_owned() };
        let routes = [route("obtain", "/sign-in"), route("sessions", "/me/sessions")];
        let once = with_routes(&template, &routes).expect("routes");
        assert_eq!(with_routes(&once, &routes), Ok(once.clone()));
        assert_eq!(once.lines().filter(|line| line.contains("/sign-in") || line.contains("~1sign-in")).count(), 3);
        assert_eq!(with_routes(&once, &[]).as_deref(), Ok(template.as_str()));
        let bounded = with_bounds(&differences, &routes).expect("bounds");
        assert_eq!(bounded.matches("/sign-in").count(), 2);
        assert_eq!(with_bounds(&bounded, &[]).as_deref(), Ok(differences.as_str()));
    }

    #[test]
    fn every_verb_that_can_have_another_path_is_an_endpoint_without_a_variable() {
        for verb in settings::ROUTED {
            assert!(endpoint(verb).is_ok(), "{verb}");
        }
    }
}
