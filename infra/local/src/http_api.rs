//! What an HTTP API answers by itself. It has no Gateway Responses: nobody can make it say anything else, and nothing of
//! it is an answer of this service.

use crate::refusal::Refusal;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

/// To a request that does not pass the authorizer.
pub(crate) fn refusal(refusal: &Refusal) -> Response<Bytes> {
    match refusal {
        Refusal::Denied(_) => said(403, "Forbidden"),
        Refusal::Failed(_) => said(500, "Internal Server Error"),
        Refusal::Unauthorized => said(401, "Unauthorized"),
    }
}

/// To a request that no route takes.
pub(crate) fn no_route() -> Response<Bytes> {
    said(404, "Not Found")
}

fn said(status: u16, message: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({"message": message}).to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
