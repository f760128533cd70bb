//! Lives drawn by chance: the store decides, answers and keeps what the model of `infra/model` does, also while answers are lost.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{NOW, TestStore, test_store},
};
use model::{
    request::{Outcome, Request},
    table::{Row, Table},
    terms::{Ask, Id, Terms, USER, name},
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
};
use store::{EndReason, Ended, Opened, Reworded, Rotated, Spent, Store};

/// How many tokens there are in a life.
const TOKENS: Id = 24;

/// What the store adds to the last expiry of a row.
const MARGIN: i64 = 2 * 86_400;

const TERMS: Terms = Terms { grace: 3, uses: 2, lifetime: 8, longest: Some(20), margin: MARGIN, without: None };

/// Something that happens in a life.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Of the tokens that there are, one is presented; the end of all sessions may have been read or not.
    Refresh(Id, bool),
    End,
    EndAll,
    Wait(i64),
}

/// A life: whether it begins with a login, what happens, and which calls lose their answer.
type Life = (bool, Vec<Event>, Vec<bool>);

fn life(losses: std::ops::Range<usize>) -> impl Strategy<Value = Life> {
    let event = prop_oneof![
        12 => (0..TOKENS, any::<bool>()).prop_map(|(token, reads)| Event::Refresh(token, reads)),
        1 => Just(Event::End),
        1 => Just(Event::EndAll),
        6 => (1..5_i64).prop_map(Event::Wait),
    ];
    (any::<bool>(), vec(event, 1..18), vec(any::<bool>(), losses))
}

#[test]
fn equal_those_of_the_model() {
    run(32, &life(0..1));
}

#[test]
fn equal_those_of_the_model_while_answers_are_lost() {
    run(8, &life(4..12));
}

fn run(cases: u32, lives: &impl Strategy<Value = Life>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let cases = asked_for().unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let done = AtomicU32::new(0);
    let outcome = TestRunner::new(config).run(lives, |life| {
        runtime.block_on(live(life));
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(500) {
            println!("{done} of {cases} session histories");
        }
        Ok(())
    });
    outcome.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "how many lives to draw is told to the tests, not to the service")]
fn asked_for() -> Option<u32> {
    std::env::var("LATCHKEY_CASES").ok()?.parse().ok()
}

async fn live((has_login, events, mut losses): Life) {
    let test_store = test_store().await;
    // Each life has a client of its own: one for all would have used up what it may ask again.
    // A try that is made again is answered: no more of them are made than a store that is away costs.
    let interfere = move |call: &Call| match losses.pop() {
        Some(true) if !call.is_again => Interference::Lost,
        _ => Interference::Made,
    };
    let proxy = Proxy::start(interfere).await;
    let (store, mut table, mut now, mut epoch) = (test_store.through(&proxy.url), Table::default(), NOW, NOW);
    if has_login {
        let row = first();
        assert_eq!(test_store.store.open_session(&row.session(0)).await, Ok(Opened::Opened));
        table.sessions.insert(0, row);
    }
    let mut issued = vec![(0, NOW + TERMS.lifetime)];
    for (event, successor) in events.into_iter().zip(1..TOKENS) {
        match event {
            Event::Wait(span) => now += span,
            Event::EndAll => epoch += 1,
            Event::End => {
                let ended = test_store.store.end_session(name(0), now, EndReason::Operator).await.unwrap();
                assert_eq!(ended == Ended::Ended, table.end(0, now, EndReason::Operator, successor));
            }
            Event::Refresh(token, reads) => {
                let (presented, presented_expiry) = issued[usize::from(token) % issued.len()];
                let epoch = if reads { epoch } else { NOW };
                let (sid, lifetime) = (0, TERMS.lifetime);
                let ask =
                    Ask { sid, presented, presented_expiry, successor, now, epoch, lifetime, may_begin: epoch == NOW };
                let expected = Request::new(ask, &table, &TERMS).finish(&mut table, &TERMS);
                assert_eq!(refresh(&store, &ask).await, expected, "{ask:?}");
                if expected == Outcome::Tokens(successor) {
                    issued.push((successor, now + lifetime));
                }
            }
        }
        compare(&test_store, &table, issued.iter().map(|(token, _)| *token)).await;
    }
}

/// The row of a login.
fn first() -> Row {
    Row {
        jti: 0,
        previous: None,
        expiry: NOW + TERMS.lifetime,
        rotated_at: None,
        absolute: TERMS.longest.map(|longest| NOW + longest),
        end: None,
        ended_by: None,
        epoch: NOW,
        ttl: NOW + TERMS.lifetime + MARGIN,
        repeats: BTreeSet::new(),
    }
}

/// A refresh as the endpoint asks for it.
async fn refresh(store: &Store, ask: &Ask) -> Outcome {
    let (session, reason) = match store.rotate(&ask.rotation(&TERMS)).await.unwrap() {
        Rotated::Adopted(session) | Rotated::Again(session) | Rotated::Fresh(session) => {
            return Outcome::Tokens(session.jti.parse().unwrap());
        }
        Rotated::Replayed(session) => (session, EndReason::Replayed),
        Rotated::UsedUp(session) => (session, EndReason::GraceUsedUp),
        Rotated::Expired | Rotated::Missing | Rotated::Outlived | Rotated::Revoked(_) => return Outcome::Refused,
    };
    assert_eq!(store.end_session(&session.sid, ask.now, reason).await, Ok(Ended::Ended));
    let again = store.reword_end(&session.sid, EndReason::LoggedOut, reason).await;
    assert_eq!(again, Ok(Reworded::Otherwise));
    Outcome::Refused
}

/// Holds the rows of the engine against those of the model.
async fn compare(test_store: &TestStore, table: &Table, tokens: impl Iterator<Item = Id>) {
    let kept = test_store.store.session(name(0)).await.unwrap();
    let facts = |session: store::Session| {
        let times = (session.expiry, session.rotated_at, session.absolute_expiry, session.revoked_at, session.epoch);
        (session.user_id, session.jti, session.previous_jti, session.reason, times)
    };
    let row = table.sessions.get(&0);
    assert_eq!(kept.map(facts), row.map(|row| facts(row.session(0))));
    if let Some(row) = row {
        let item = test_store.session_item("session#0").await.unwrap();
        let repeats = item.get("repeats").map_or(0, |set| set.as_ss().unwrap().len());
        assert_eq!((item["ttl"].as_n().unwrap(), repeats), (&row.ttl.to_string(), row.repeats.len()));
        assert_eq!(item["user_id"].as_s().unwrap(), USER);
    }
    for token in tokens {
        let spent = test_store.store.token_status(None, name(token), None).await.unwrap().spent;
        let mark = table.marks.get(&token);
        assert_eq!(spent, mark.map(|mark| Spent { followed_by: mark.followed_by.map(|sid| name(sid).to_owned()) }));
    }
}
