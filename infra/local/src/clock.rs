//! What time it is for the service: the machine's, or that of a test.

use api::Ambient;
use std::sync::Arc;

/// Tells the present Unix second.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The clock of the machine.
pub fn system_clock() -> Clock {
    Arc::new(Ambient::time)
}
