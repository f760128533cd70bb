//! What an operator may see and do beside the API, by a page: a part of the console of local mode, and alone for a stack. A deployed
//! stack has none of it.

pub(crate) mod backend;
pub(crate) mod console;
pub(crate) mod mails;
