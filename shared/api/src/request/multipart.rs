//! The two kinds of forms that browsers send.

use crate::{
    problem::Problem,
    request::field::{Fields, Value},
};
use bytes::Bytes;

/// Form fields beyond this number are an attack on whoever loops over them (Django: DATA_UPLOAD_MAX_NUMBER_FIELDS).
const MAX_FIELDS: usize = 1000;

/// `application/x-www-form-urlencoded`.
pub(crate) fn urlencoded(body: &Bytes) -> Result<Fields, Problem> {
    let fields: Vec<_> = form_urlencoded::parse(body)
        .take(MAX_FIELDS + 1)
        .map(|(name, value)| (name.into_owned(), Value::Text(value.into_owned())))
        .collect();
    bounded(fields)
}

/// `multipart/form-data`; a file is not text.
pub(crate) async fn multipart(content_type: &str, body: Bytes) -> Result<Fields, Problem> {
    let boundary = multer::parse_boundary(content_type)
        .map_err(|_| Problem::FormParse("Invalid boundary in multipart: None".to_owned()))?;
    let whole = futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let text = String::from_utf8_lossy(&part.bytes().await.map_err(unreadable)?).into_owned();
        fields.push((name, if is_file { Value::NotAString } else { Value::Text(text) }));
    }
    bounded(fields)
}

fn unreadable(fault: multer::Error) -> Problem {
    Problem::FormParse(fault.to_string())
}

fn bounded(fields: Fields) -> Result<Fields, Problem> {
    if fields.len() > MAX_FIELDS {
        return Err(Problem::FormParse(format!("more than {MAX_FIELDS} fields")));
    }
    Ok(fields)
}
