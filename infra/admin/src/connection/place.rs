//! Where the events of a service are kept.

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
