//! `template.yaml`, line by line: the pages that it leads somewhere, and `infra/http-api.yaml`, the same stack behind an HTTP
//! API, in which comments and order stay.

use crate::tools;

/// What an HTTP API has other words for.
const WORDS: [(&str, &str); 8] = [
    ("CodeUri: functions/", "CodeUri: ../functions/"),
    ("MetricName: 5XXError", "MetricName: 5xx"),
    ("RestApiId:", "ApiId:"),
    ("Type: Api", "Type: HttpApi"),
    ("{Name: ApiName, Value: !Ref AWS::StackName}", "{Name: ApiId, Value: !Ref Api}"),
    ("\"4XXError\"", "\"4xx\""),
    ("\"5XXError\"", "\"5xx\""),
    ("\"ApiName\", \"${AWS::StackName}\"", "\"ApiId\", \"${Api}\""),
];

/// An entry of a section, such as one parameter, with the comment and the blank line before it; or what a section begins
/// with.
struct Entry<'t> {
    lines: Vec<&'t str>,
    name: &'t str,
    section: &'t str,
}

/// The paths that `template.yaml` leads to the function `pages`.
///
/// # Panics
/// There is no template.
pub fn pages() -> Vec<String> {
    let template = std::fs::read_to_string(tools::root().join("template.yaml")).expect("the template");
    let pages = template.lines().filter(|line| line.trim().ends_with("Method: get}}"));
    pages.filter_map(|line| Some(line.split_once("Path: ")?.1.split(',').next()?.to_owned())).collect()
}

/// The template `rest` of a REST API, with the entries of `differences` in place of its own of the same name, or added to
/// their section; `Name: ~` leaves one out.
pub fn http_api(rest: &str, differences: &str) -> String {
    let (mut own, others) = (entries(rest), entries(differences));
    let (replacing, added): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|other| other.name.is_empty() || own.iter().any(|entry| entry.is(other)));
    for other in added {
        let end = own.iter().rposition(|entry| entry.section == other.section);
        own.insert(end.map_or(own.len(), |end| end + 1), other);
    }
    let left_out: Vec<_> = replacing.iter().filter(|other| other.is_nothing()).map(|other| other.name).collect();
    let entries = own.iter().map(|entry| match replacing.iter().find(|other| other.is(entry)) {
        Some(other) if other.is_nothing() => String::new(),
        // A section begins as it did; only what is but one line is another.
        Some(other) if !entry.is_heading() => other.lines.join("\n") + "\n",
        _ => entry.behind_an_http_api(&left_out),
    });
    entries.collect()
}

/// The entries of a template in their order.
fn entries(template: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut before = Vec::new();
    for line in template.lines() {
        let depth = line.len() - line.trim_start().len();
        if line.trim().is_empty() || (depth <= 2 && line.trim_start().starts_with('#')) {
            before.push(line);
            continue;
        }
        before.push(line);
        let key = line.trim_start().split(": ").next().unwrap_or_default().trim_end_matches(':');
        let section = entries.last().map_or("", |entry| entry.section);
        match (depth, entries.last_mut()) {
            (0, _) => entries.push(Entry { lines: std::mem::take(&mut before), name: "", section: key }),
            (2, _) => entries.push(Entry { lines: std::mem::take(&mut before), name: key, section }),
            (_, Some(entry)) => entry.lines.append(&mut before),
            (_, None) => {}
        }
    }
    entries
}

impl Entry<'_> {
    fn is(&self, other: &Entry) -> bool {
        (self.section, self.name) == (other.section, other.name)
    }

    fn is_heading(&self) -> bool {
        self.name.is_empty() && self.lines.last().is_some_and(|line| line.ends_with(':'))
    }

    fn is_nothing(&self) -> bool {
        self.lines.last().is_some_and(|line| line.ends_with(": ~"))
    }

    /// The entry in an HTTP API's words, without the names that are left out, and with each route twice: an HTTP API leads
    /// `/api/token/` only to a route that goes on behind the slash.
    fn behind_an_http_api(&self, left_out: &[&str]) -> String {
        let kept = self.lines.iter().filter(|line| !left_out.iter().any(|name| line.trim() == format!("{name},")));
        let lines = kept.map(|line| in_other_words(line)).flat_map(|line| {
            let again = behind_the_slash(&line);
            [Some(line), again].into_iter().flatten()
        });
        lines.map(|line| line + "\n").collect()
    }
}

fn in_other_words(line: &str) -> String {
    WORDS.iter().fold(line.to_owned(), |line, (rest, http)| line.replace(rest, http))
}

/// The second route of an event that is no page; no other line has one.
fn behind_the_slash(line: &str) -> Option<String> {
    let (name, event) = line.split_once(": {Type: HttpApi, ")?;
    let (before, after) = event.split_once(", Method: ").filter(|(_, after)| !after.starts_with("get"))?;
    let (begin, path) = before.split_once("Path: ")?;
    let path = path.trim_matches('"');
    Some(format!("{name}Slash: {{Type: HttpApi, {begin}Path: \"{path}/{{proxy+}}\", Method: {after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "\
Description: one

# Said of all.
Parameters:
  # Said of A.
  A:
    Default: 1
  B:
    Default: 2

Resources:
  F:
    CodeUri: functions/f
    Names: [
        A,
        B,
      ]
      Events:
        Call: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /f, Method: any, Auth: {Authorizer: Token}}}
        Asked: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /f, Method: options}}
        Page: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /p, Method: get}}
";
    const DIFFERENCES: &str = "\
# Other.
Description: two

Parameters:
  A: ~
  B:
    Default: 3
  C:
    Default: 4
";
    const HTTP: &str = r#"# Other.
Description: two

# Said of all.
Parameters:
  B:
    Default: 3
  C:
    Default: 4

Resources:
  F:
    CodeUri: ../functions/f
    Names: [
        B,
      ]
      Events:
        Call: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /f, Method: any, Auth: {Authorizer: Token}}}
        CallSlash: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: "/f/{proxy+}", Method: any, Auth: {Authorizer: Token}}}
        Asked: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /f, Method: options}}
        AskedSlash: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: "/f/{proxy+}", Method: options}}
        Page: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /p, Method: get}}
"#;

    #[test]
    fn an_entry_is_another_one_or_new_or_gone_and_the_rest_stays() {
        assert_eq!(http_api(REST, DIFFERENCES), HTTP);
    }
}
