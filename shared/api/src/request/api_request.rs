//! A request as an endpoint reads it: more than the fields of its body.

use crate::{
    problem::Problem,
    request::{body::Body, field::Char},
};
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::{Map, Value};

/// What a request says: its method, the end of its path, its query, its headers and the fields of its body.
pub struct ApiRequest<'r> {
    body: Body,
    request: &'r Request<Bytes>,
}

impl<'r> ApiRequest<'r> {
    /// Reads the body by its Content-Type. That of a method for which a body means nothing (RFC 9110 sections 9.3.1, 9.3.2
    /// and 9.3.5) is not looked at, as no view of Django REST framework looks at it there.
    pub(crate) async fn read(request: &'r Request<Bytes>) -> Result<Self, Problem> {
        let body = match *request.method() {
            Method::DELETE | Method::GET | Method::HEAD => Body::default(),
            _ => Body::read(request.headers(), request.body()).await?,
        };
        Ok(Self { body, request })
    }

    /// The same with the fields of the body that came with a DELETE: djoser asks for a password there.
    ///
    /// # Errors
    /// As a body of another method.
    pub(crate) fn with_body_of_delete(&self) -> Result<Self, Problem> {
        Ok(Self { body: Body::read_simple(self.request.headers(), self.request.body())?, request: self.request })
    }

    /// The method, one of those that the endpoint allows.
    pub(crate) fn method(&self) -> &Method {
        self.request.method()
    }

    /// The path as the client knows it.
    pub(crate) fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// What stands for the `{id}` at the end of the endpoint's path.
    pub(crate) fn id(&self) -> &str {
        self.request.uri().path().rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default()
    }

    /// Whether the query switches `name` on, in one of the spellings of Django REST framework's `BooleanField`.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| is_true(&value))
    }

    /// What the query says for `name`; the last, where it says it twice.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let query = self.request.uri().query().unwrap_or_default();
        let values = form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known == name);
        values.last().map(|(_, value)| value.into_owned())
    }

    /// The headers as they came.
    pub(crate) fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The text of every named field, in order; see [`Body::require`].
    ///
    /// # Errors
    /// [`Problem::Fields`] with a message for each field that is missing or wrong.
    pub(crate) fn require<const N: usize>(&self, fields: [Char<'_>; N]) -> Result<[String; N], Problem> {
        self.body.require(fields)
    }

    /// The text of fields of which some may be left out; see [`Body::take`].
    ///
    /// # Errors
    /// As [`ApiRequest::require`].
    pub(crate) fn take<const N: usize>(&self, fields: [Char<'_>; N]) -> Result<[Option<String>; N], Problem> {
        self.body.take(fields)
    }

    /// Whether the body has a field of this name, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.body.value(name).is_some()
    }

    /// Whether a field is true, in one of the spellings of Django REST framework's `BooleanField`.
    pub(crate) fn is_switched_on(&self, name: &str) -> bool {
        match self.typed(name) {
            Some(Value::Bool(is_on)) => is_on,
            Some(Value::String(text)) => is_true(&text),
            _ => false,
        }
    }

    /// A field with the type that JSON gives it; what comes in a form is text. What is no text that can be kept is an object.
    pub(crate) fn typed(&self, name: &str) -> Option<Value> {
        self.body.value(name)?;
        let members: Option<Map<String, Value>> = serde_json::from_slice(self.request.body()).ok();
        let typed = members.and_then(|mut members| members.remove(name));
        Some(typed.unwrap_or_else(|| self.text(name).map_or_else(|| Value::Object(Map::new()), Value::from)))
    }

    /// The text of a field that need not be there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.text(name)
    }
}

fn is_true(text: &str) -> bool {
    ["1", "on", "t", "true", "y", "yes"].contains(&&*text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: &Request<Bytes>) -> ApiRequest<'_> {
        ApiRequest { body: Body::default(), request }
    }

    fn request(uri: &str) -> Request<Bytes> {
        Request::builder().uri(uri).body(Bytes::new()).unwrap()
    }

    #[test]
    fn finds_the_id_with_and_without_the_slash() {
        assert_eq!(read(&request("/api/sessions/ab12/")).id(), "ab12");
        assert_eq!(read(&request("/api/sessions/ab12?all=true")).id(), "ab12");
        assert_eq!(read(&request("/")).id(), "");
    }

    #[test]
    fn a_switch_in_the_query_is_on_or_off() {
        for query in ["all=true", "all=1", "all=TRUE", "x=0&all=yes", "all=0&all=on"] {
            assert!(read(&request(&format!("/x?{query}"))).is_on("all"), "{query}");
        }
        for query in ["", "all", "all=", "all=false", "all=2", "al=true", "all=true&all=no"] {
            assert!(!read(&request(&format!("/x?{query}"))).is_on("all"), "{query}");
        }
    }
}
