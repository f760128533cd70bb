//! A world of a model, explored as far as it is asked for.

use stateright::{Checker, HasDiscoveries, Model};
use std::{collections::BTreeMap, fmt::Debug, hash::Hash};

/// What was found in a world.
pub(crate) struct Found {
    /// What is broken, with the way there.
    pub(crate) broken: BTreeMap<&'static str, String>,
    /// What has to happen in it, and never did.
    pub(crate) missing: Vec<&'static str>,
    pub(crate) states: usize,
    /// Whether all of its states were explored.
    pub(crate) is_whole: bool,
}

/// Explores a world in which all that is expected has to happen. Deep worlds have no end that anybody would wait for: of each only
/// so many states, the nearest to its beginning, are met.
pub(crate) fn explored<W>(
    world: W,
    expected: impl Iterator<Item = &'static str>,
    most: usize,
    until: HasDiscoveries,
) -> Found
where
    W: Model<State: Clone + Debug + Hash + PartialEq + Send + Sync, Action: Clone + Debug + PartialEq + Send + Sync>
        + Send
        + Sync
        + 'static,
{
    let checker = world.checker().threads(2).finish_when(until).target_state_count(most).spawn_bfs().join();
    let mut found = checker.discoveries();
    let missing = expected.filter(|name| found.remove(name).is_none()).collect();
    let broken = found.into_iter().map(|(name, path)| (name, format!("{:?}", path.into_actions()))).collect();
    Found { broken, missing, states: checker.unique_state_count(), is_whole: checker.state_count() < most }
}

/// Whether more is explored than on every run (`make models`).
#[expect(clippy::disallowed_methods, reason = "how deep to look is told to the test, not to the service")]
pub(crate) fn is_deep() -> bool {
    std::env::var_os("LATCHKEY_DEEP").is_some()
}
