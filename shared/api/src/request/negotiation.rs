//! Content negotiation as Django REST framework does it: `?format=` first, then `Accept`.

use crate::problem::Problem;
use http::{HeaderMap, header::ACCEPT};

/// What Django REST framework allows at most.
const MAX_INDENT: usize = 8;

/// Media ranges that allow JSON.
const JSON: &[&str] = &["*/*", "application/*", "application/json"];

/// Media ranges that allow the HTML pages of Django REST framework.
const HTML: &[&str] = &["*/*", "text/*", "text/html"];

/// Whether JSON may be answered, and by how many spaces it is to be indented (`Accept: application/json; indent=4`).
///
/// The browsable HTML pages have no counterpart: whoever asks for them (`text/html`, `?format=api`) gets the same
/// status, in JSON. As in Django REST framework `q` is not looked at, and a header that allows none of ours is 406.
pub(crate) fn negotiate(query: Option<&str>, headers: &HeaderMap) -> Result<Option<usize>, Problem> {
    match format(query).as_deref() {
        None | Some("") => accept(headers, &[JSON, HTML].concat()),
        Some("api") => accept(headers, HTML),
        Some("json") => accept(headers, JSON),
        Some(_) => Err(Problem::NotFound),
    }
}

fn format(query: Option<&str>) -> Option<String> {
    form_urlencoded::parse(query?.as_bytes()).filter(|(name, _)| name == "format").map(|(_, v)| v.into_owned()).last()
}

fn accept(headers: &HeaderMap, ours: &[&str]) -> Result<Option<usize>, Problem> {
    let Some(accept) = headers.get(ACCEPT) else { return Ok(None) };
    let ranges = accept.to_str().map_err(|_| Problem::NotAcceptable)?;
    let acceptable = ranges.split(',').map(str::trim).find(|range| is_one_of(ours, media(range)));
    acceptable.map(indent).ok_or(Problem::NotAcceptable)
}

fn media(range: &str) -> &str {
    range.split(';').next().unwrap_or_default().trim()
}

fn is_one_of(ranges: &[&str], media: &str) -> bool {
    ranges.iter().any(|range| media.eq_ignore_ascii_case(range))
}

fn indent(range: &str) -> Option<usize> {
    let wanted = range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("indent="))?;
    wanted.parse().ok().map(|indent: usize| indent.min(MAX_INDENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(accept: &str) -> Result<Option<usize>, u16> {
        let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
        negotiate(None, &headers).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn accepts_json_in_any_spelling() {
        assert_eq!(with("application/json"), Ok(None));
        assert_eq!(with("application/xml, */*;q=0.1"), Ok(None));
        assert_eq!(with("APPLICATION/JSON;q=0"), Ok(None));
        assert_eq!(negotiate(None, &HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn indents_by_at_most_eight() {
        assert_eq!(with("application/json; indent=4"), Ok(Some(4)));
        assert_eq!(with("application/json; indent=99"), Ok(Some(8)));
    }

    #[test]
    fn refuses_what_it_cannot_write() {
        assert_eq!(with("application/xml"), Err(406));
        assert_eq!(with(""), Err(406));
        assert_eq!(with("garbage"), Err(406));
    }

    #[test]
    fn lets_the_query_name_the_format() {
        assert!(negotiate(Some("format=json"), &HeaderMap::new()).is_ok());
        assert_eq!(negotiate(Some("format=xml"), &HeaderMap::new()).unwrap_err().status(), 404);
    }

    #[test]
    fn holds_the_header_against_the_format_that_the_query_names() {
        let text = HeaderMap::from_iter([(ACCEPT, "text/*".parse().unwrap())]);
        assert!(negotiate(Some("format=api"), &text).is_ok());
        assert_eq!(negotiate(Some("format=json"), &text).unwrap_err().status(), 406);
    }
}
