//! What becomes of one row of an import.

use crate::django::rows::Row;
use store::NewUser;

/// Why two names are one.
pub(super) const BY_CASE: &str = "; names must differ by more than case: rename one of the two in Django";

/// What became of one row.
pub(super) enum RowOutcome {
    /// A new user whose address an earlier row has: nobody logs in by it but that one.
    AddressTaken,
    /// Not taken over, and why not.
    Bad(String),
    /// A new user.
    Created,
    /// There already, and left as it is.
    Present,
}

/// A row, the user in it, if it is one, and what became of it.
pub(super) type Handled = (Row, Option<NewUser>, RowOutcome);
