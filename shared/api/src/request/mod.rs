//! What was asked: the parts of a request, and its body in every form.

pub(crate) mod asked;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod negotiation;
