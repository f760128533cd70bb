//! What was asked: the parts of a request, and its body in every form.

pub(crate) mod api_request;
pub(crate) mod body;
pub(crate) mod field;
pub(crate) mod json;
pub(crate) mod multipart;
pub(crate) mod negotiation;
