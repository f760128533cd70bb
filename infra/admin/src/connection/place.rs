//! Where the events of a service are kept.

use serde_json::{Value, json};
use std::path::PathBuf;
use store::Access;

/// What the options of a command say about that.
pub(crate) enum Place {
    /// In the file of a local folder.
    Folder(PathBuf),
    /// In the log groups of this stack.
    Stack(String, Access),
    /// Tables or a secret were named, which lead to no log.
    Unnamed,
}

impl Place {
    /// The service, for the operator's page: a stack, or what runs on this machine.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Stack(stack, access) => json!({"stack": stack, "region": access.region}),
            Self::Folder(_) | Self::Unnamed => json!({"stack": null, "region": null}),
        }
    }
}
