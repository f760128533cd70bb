//! Every event is in `docs/events.md`, as it is written.

use super::project;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

const PAGE: &str = "docs/events.md";

/// What `shared/lambda/src/telemetry.rs` makes no metric of.
const COUNTED_ELSEWHERE: [&str; 3] = ["logout", "refresh_refused", "refreshed"];

/// An event as a source writes it.
struct Event {
    name: String,
    level: String,
    is_counted: bool,
    fields: Vec<String>,
}

#[test]
fn every_event_has_its_row() {
    let page = project::text(PAGE);
    let missing = events().into_iter().filter_map(|event| {
        let row = row(&event);
        (!page.lines().any(|line| line.starts_with(&row)))
            .then(|| format!("{PAGE} lacks a row that begins with:\n{row}"))
    });
    project::nothing_forgotten(&missing.collect::<Vec<_>>());
}

#[test]
fn every_row_has_its_event() {
    let (page, events) = (project::text(PAGE), events());
    let table = page.lines().skip_while(|line| !line.starts_with("| event |")).skip(2);
    let named = table.take_while(|line| line.starts_with('|')).filter_map(|line| line.split('`').nth(1));
    let gone = named.filter(|name| events.iter().all(|event| event.name != *name));
    project::nothing_forgotten(
        &gone.map(|name| format!("{PAGE} describes {name}, which nobody tells")).collect::<Vec<_>>(),
    );
}

/// What the command line records, `.did("users create", …)`.
#[test]
fn every_act_of_an_operator_has_its_row() {
    let page = project::text(PAGE);
    let (_, section) = page.split_once("\n## What operators did\n").unwrap_or_default();
    let rows: String = section.lines().filter(|line| line.starts_with("| `")).collect();
    let sources: Vec<String> = project::rust_files("infra/admin/src").iter().map(|path| project::text(path)).collect();
    let acts: Vec<&str> = sources.iter().flat_map(|text| text.split(".did(\"").skip(1)).collect();
    let acts: Vec<&str> = acts.into_iter().filter_map(|rest| rest.split('"').next()).collect();
    assert!(acts.len() > 15, "{acts:?}");
    let missing = acts.iter().filter(|act| !rows.contains(&format!("`{act}`")));
    project::nothing_forgotten(&missing.map(|act| format!("{PAGE} has no row for {act}")).collect::<Vec<_>>());
    let gone = rows.split('`').skip(1).step_by(2).filter(|word| word.contains(' ') && !acts.contains(word));
    project::nothing_forgotten(&gone.map(|act| format!("{PAGE} has {act}, which nobody records")).collect::<Vec<_>>());
}

#[test]
fn an_event_is_read_as_it_is_written() {
    let text = "fn f() { tracing::warn!(event = \"e\", at = call.now, %cause, user_id, wait = f(1, 2)); }";
    let [event] = &found(&text.parse().unwrap_or_default())[..] else { panic!("one event") };
    assert_eq!(row(event), "| `e` | warn | yes | `cause`, `user_id`, `wait` |");
}

#[test]
fn what_others_count_is_no_metric() {
    let list = format!("const COUNTED_ELSEWHERE: [&str; 3] = {COUNTED_ELSEWHERE:?};");
    let source = project::text("shared/lambda/src/telemetry.rs");
    assert!(source.contains(&list), "shared/lambda/src/telemetry.rs must have: {list}");
}

fn row(event: &Event) -> String {
    let Event { name, level, is_counted, fields } = event;
    let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    format!("| `{name}` | {level} | {} | {} |", if *is_counted { "yes" } else { "no" }, fields.join(", "))
}

fn events() -> Vec<Event> {
    let files = ["shared", "infra/local"].into_iter().flat_map(project::rust_files);
    let production = files.map(|path| project::text(&path)).filter_map(|text| {
        let (code, _tests) = text.split_once("#[cfg(test)]\nmod tests").unwrap_or((&text, ""));
        code.parse::<TokenStream>().ok()
    });
    let events: Vec<Event> = production.flat_map(|code| found(&code)).collect();
    assert!(events.len() > 15, "the events are not where they were");
    events
}

fn found(code: &TokenStream) -> Vec<Event> {
    let trees: Vec<TokenTree> = code.clone().into_iter().collect();
    let mut events = Vec::new();
    for (place, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        let before: String = trees.iter().take(place).skip(place.saturating_sub(5)).map(ToString::to_string).collect();
        match before.strip_prefix("tracing::").and_then(|call| call.strip_suffix('!')) {
            Some(level) if group.delimiter() == Delimiter::Parenthesis => events.extend(event(level, &group.stream())),
            _ => events.extend(found(&group.stream())),
        }
    }
    events
}

/// `None` for what has no name.
fn event(level: &str, arguments: &TokenStream) -> Option<Event> {
    let trees: Vec<TokenTree> = arguments.clone().into_iter().collect();
    let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(mark) if mark.as_char() == ',');
    let fields: Vec<&[TokenTree]> = trees.split(is_comma).filter(|field| !field.is_empty()).collect();
    let name_of =
        |field: &[TokenTree]| field.iter().find(|tree| matches!(tree, TokenTree::Ident(_))).map(ToString::to_string);
    let named = fields.iter().find(|field| name_of(field).as_deref() == Some("event"))?;
    let name = named.last()?.to_string().trim_matches('"').to_owned();
    let fields: Vec<String> =
        fields.iter().filter_map(|field| name_of(field)).filter(|field| field != "event").collect();
    let is_counted = fields.iter().any(|field| field == "at") && !COUNTED_ELSEWHERE.contains(&name.as_str());
    Some(Event {
        name,
        level: level.to_owned(),
        is_counted,
        fields: fields.into_iter().filter(|field| field != "at").collect(),
    })
}
