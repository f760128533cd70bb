//! What was asked and answered, and whether that can be.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// What is asked of a session.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    LogIn,
    LogOut,
    Refresh,
    /// A refresh with a token whose successor has one, too.
    Replay,
    Verify,
}

/// What is answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// 200, with this refresh token where there is one.
    Done(Option<String>),
    /// 401.
    Refused,
    /// 503: it took place or not.
    Unknown,
}

/// A request: when it was made and when it was answered, on a clock that counts requests and answers.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) session: u64,
    pub(crate) act: Act,
    pub(crate) token: String,
    pub(crate) invoked: u64,
    pub(crate) answered: u64,
    pub(crate) outcome: Outcome,
}

impl Event {
    fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done(_))
    }

    /// Whether it tells that the session is over.
    fn tells_the_end(&self) -> bool {
        self.outcome == Outcome::Refused || (self.act == Act::LogOut && self.is_done())
    }
}

/// All requests so far.
#[derive(Default)]
pub(crate) struct History {
    clock: AtomicU64,
    events: Mutex<Vec<Event>>,
}

impl History {
    /// The next moment.
    pub(crate) fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn record(&self, event: Event) {
        self.events.lock().unwrap().push(event);
    }

    /// How many requests were answered 503.
    pub(crate) fn unknown(&self) -> usize {
        self.events.lock().unwrap().iter().filter(|event| event.outcome == Outcome::Unknown).count()
    }

    pub(crate) fn len(&self) -> usize {
        self.events.lock().unwrap().len()
    }

    /// The refresh tokens that each session is known to have had, oldest first.
    pub(crate) fn chains(&self) -> Vec<(u64, Vec<String>)> {
        let mut chains: BTreeMap<u64, Vec<(u64, String)>> = BTreeMap::new();
        for event in self.events.lock().unwrap().iter() {
            let Outcome::Done(Some(token)) = &event.outcome else { continue };
            let chain = chains.entry(event.session).or_default();
            if chain.iter().all(|(_, known)| known != token) {
                chain.push((event.answered, token.clone()));
            }
        }
        let in_order = |mut chain: Vec<(u64, String)>| {
            chain.sort();
            chain.into_iter().map(|(_, token)| token).collect()
        };
        chains.into_iter().map(|(session, chain)| (session, in_order(chain))).collect()
    }

    /// What cannot be, a sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut sessions: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
        for event in self.events.lock().unwrap().iter() {
            sessions.entry(event.session).or_default().push(event.clone());
        }
        sessions.values().flat_map(|events| [forks(events), revivals(events), expulsions(events)].concat()).collect()
    }
}

/// I1: a token has one successor, however often it is asked for, and none when that has one.
fn forks(events: &[Event]) -> Vec<String> {
    let mut successors: HashMap<&str, &str> = HashMap::new();
    let mut faults = Vec::new();
    for event in events {
        let Outcome::Done(Some(successor)) = &event.outcome else { continue };
        if event.act == Act::Replay {
            faults.push(format!("I1: a token was good that was followed twice: {event:?}"));
        }
        if event.act == Act::Refresh && *successors.entry(&event.token).or_insert(successor) != successor {
            faults.push(format!("I1: a token has two successors: {event:?}"));
        }
    }
    faults
}

/// I2: when the end was told, nothing that begins later succeeds.
fn revivals(events: &[Event]) -> Vec<String> {
    let ends = events.iter().filter(|event| event.tells_the_end());
    let Some(end) = ends.map(|event| event.answered).min() else { return Vec::new() };
    let late = events.iter().filter(|event| event.invoked > end && event.is_done());
    late.map(|event| format!("I2: the session was over at {end}: {event:?}")).collect()
}

/// I3: nobody is refused before somebody logged out or replayed.
fn expulsions(events: &[Event]) -> Vec<String> {
    let threats = events.iter().filter(|event| matches!(event.act, Act::LogOut | Act::Replay));
    let threat = threats.map(|event| event.invoked).min().unwrap_or(u64::MAX);
    let first = |event: &&Event| matches!(event.act, Act::LogOut | Act::Replay) && event.invoked == threat;
    let refused = events.iter().filter(|event| event.outcome == Outcome::Refused);
    // The first logout ends what was never ended: it cannot hear that it comes too late.
    let wrongly = refused.filter(|event| event.answered < threat || (first(event) && event.act == Act::LogOut));
    wrongly.map(|event| format!("I3: refused without a cause: {event:?}")).collect()
}

#[test]
fn dd_28_the_checker_sees_what_cannot_be() {
    let given = |token: &str| Outcome::Done(Some(token.to_owned()));
    let told = |acts: &[(Act, &str, Outcome)]| {
        let history = History::default();
        for (act, token, outcome) in acts {
            let (act, token, outcome) = (*act, (*token).to_owned(), outcome.clone());
            let (invoked, answered) = (history.tick(), history.tick());
            history.record(Event { session: 1, act, token, invoked, answered, outcome });
        }
        history.faults().iter().map(|fault| fault.chars().take(2).collect()).collect::<Vec<String>>()
    };
    let begun = (Act::LogIn, "", given("a"));
    let again = (Act::Refresh, "a", given("b"));
    let log_out = (Act::LogOut, "b", Outcome::Done(None));
    assert!(told(&[begun.clone(), again.clone(), again.clone(), log_out.clone()]).is_empty());
    assert_eq!(told(&[begun.clone(), again.clone(), (Act::Refresh, "a", given("c"))]), ["I1"]);
    assert_eq!(told(&[begun.clone(), again.clone(), (Act::Replay, "a", given("c"))]), ["I1"]);
    assert_eq!(told(&[begun.clone(), log_out.clone(), (Act::Verify, "x", Outcome::Done(None))]), ["I2"]);
    assert_eq!(told(&[begun.clone(), (Act::Replay, "a", Outcome::Refused), again.clone()]), ["I2"]);
    assert_eq!(told(&[begun.clone(), (Act::Refresh, "a", Outcome::Refused)]), ["I3"]);
    assert_eq!(told(&[begun.clone(), (Act::LogOut, "a", Outcome::Refused)]), ["I3"]);
    let unheard = (Act::LogOut, "b", Outcome::Unknown);
    assert!(told(&[begun, again, unheard, (Act::LogOut, "b", Outcome::Refused)]).is_empty());
}
