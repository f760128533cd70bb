//! What an operator may see and do beside the API, by a page of the console. A deployed stack has none of it.

pub(crate) mod desk;
pub(crate) mod mails;
