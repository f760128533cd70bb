//! Lives drawn by chance: the store decides, answers and keeps what the model of `infra/model` does, also while answers are lost.

use crate::{
    proxy::{Call, Interference, Proxy},
    test_store::{NOW, TestStore, test_store},
};
use model::{
    request::{Outcome, Request, Step},
    sessions::Origin,
    table::{Row, Table},
    terms::{Ask, Id, Terms, USER, name},
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};
use store::{
    Blacklisted, EndReason, Ended, Opened, Revocation, Revoked, Reworded, Rotated, Session, Spent, Store,
    decide_logout, is_reuse_after_logout,
};

/// How many tokens there are in a life.
const TOKENS: Id = 24;

/// What the store adds to the last expiry of a row.
const MARGIN: i64 = 2 * 86_400;

/// `REFRESH_TOKEN_LIFETIME` after a deployment.
const SHORTER: i64 = 5;

const TERMS: Terms = Terms { grace: 3, uses: 2, lifetime: 8, longest: Some(20), margin: MARGIN, without: None };

/// Something that happens in a life.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// Of the tokens that there are, one is presented; the end of all sessions may have been read or not.
    Refresh(Id, bool),
    /// Of the tokens that there are, one logs out.
    LogOut(Id),
    End,
    EndAll,
    /// A deployment makes refresh tokens live shorter.
    Shorten,
    Wait(i64),
}

/// A life: where its first token comes from, what happens, and which calls lose their answer.
type Life = (Origin, Vec<Event>, Vec<bool>);

fn life(losses: std::ops::Range<usize>) -> impl Strategy<Value = Life> {
    let origin = prop_oneof![2 => Just(Origin::Login), 1 => Just(Origin::Moved), 1 => Just(Origin::Odd)];
    let event = prop_oneof![
        24 => (0..TOKENS, any::<bool>()).prop_map(|(token, reads)| Event::Refresh(token, reads)),
        3 => (0..TOKENS).prop_map(Event::LogOut),
        1 => Just(Event::End),
        1 => Just(Event::EndAll),
        1 => Just(Event::Shorten),
        12 => (1..5_i64).prop_map(Event::Wait),
    ];
    (origin, vec(event, 1..18), vec(any::<bool>(), losses))
}

#[test]
fn equal_those_of_the_model() {
    run(32, &life(0..1));
}

#[test]
fn equal_those_of_the_model_while_answers_are_lost() {
    run(8, &life(4..12));
}

/// What must happen in a long run: what never happens is not compared.
const EVERYTHING: [&str; 19] = [
    "Adopt",
    "Again",
    "Blacklist",
    "End(GraceUsedUp)",
    "End(LoggedOut)",
    "End(Replayed)",
    "Expired",
    "Follow",
    "Keep",
    "LogOut",
    "Look",
    "Missing",
    "Outlived",
    "Replayed",
    "Revoked",
    "Reword",
    "Rotate",
    "Tell",
    "UsedUp",
];

/// Draws lives until there were `cases` of them, and says how many had each step and each decision.
fn run(cases: u32, lives: &impl Strategy<Value = Life>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let cases = asked_for().unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let counts = Mutex::new((0_u32, BTreeMap::<String, u32>::new()));
    let outcome = TestRunner::new(config).run(lives, |life| {
        let happened = runtime.block_on(live(life));
        let mut counts = counts.lock().unwrap();
        counts.0 += 1;
        happened.into_iter().for_each(|what| *counts.1.entry(what).or_default() += 1);
        if counts.0.is_multiple_of(500) {
            println!("{} of {cases} session histories", counts.0);
        }
        Ok(())
    });
    outcome.unwrap();
    let (_, happened) = counts.into_inner().unwrap();
    println!("{happened:?}");
    if cases >= 1_000 {
        let missing: Vec<_> = EVERYTHING.iter().filter(|what| !happened.contains_key(**what)).collect();
        assert!(missing.is_empty(), "never happens: {missing:?}");
    }
}

#[expect(clippy::disallowed_methods, reason = "how many lives to draw is told to the tests, not to the service")]
fn asked_for() -> Option<u32> {
    std::env::var("LATCHKEY_CASES").ok()?.parse().ok()
}

/// A token that was issued.
#[derive(Clone, Copy)]
struct Issued {
    token: Id,
    expiry: i64,
    /// The session that its id names.
    sid: Option<Id>,
}

/// Leads a life in the store and in the model; which steps and decisions the model had.
async fn live((origin, events, mut losses): Life) -> BTreeSet<String> {
    let test_store = test_store().await;
    // Each life has a client of its own: one for all would have used up what it may ask again.
    // A try that is made again is answered: no more of them are made than a store that is away costs.
    let interfere = move |call: &Call| match losses.pop() {
        Some(true) if !call.is_again => Interference::Lost,
        _ => Interference::Made,
    };
    let proxy = Proxy::start(interfere).await;
    let (store, mut table, mut now, mut epoch) = (test_store.through(&proxy.url), Table::default(), NOW, NOW);
    if origin == Origin::Login {
        let row = first();
        assert_eq!(test_store.store.open_session(&row.session(0)).await, Ok(Opened::Opened));
        table.sessions.insert(0, row);
    }
    let sid = (origin != Origin::Odd).then_some(0);
    let mut issued = vec![Issued { token: 0, expiry: NOW + TERMS.lifetime, sid }];
    let (mut lifetime, mut happened) = (TERMS.lifetime, BTreeSet::new());
    for (event, successor) in events.into_iter().zip(1..TOKENS) {
        let drawn = |token: Id| issued[usize::from(token) % issued.len()];
        // An id that names no session lends its request a new one.
        let ask = |presented: Issued, epoch: i64| Ask {
            sid: presented.sid.unwrap_or(successor),
            presented: presented.token,
            presented_expiry: presented.expiry,
            successor,
            now,
            epoch,
            lifetime,
            may_begin: epoch == NOW,
        };
        match event {
            Event::Wait(span) => now += span,
            Event::EndAll => epoch += 1,
            Event::Shorten => lifetime = SHORTER,
            Event::End => {
                for sid in table.sessions.keys().copied().collect::<Vec<_>>() {
                    let ended = test_store.store.end_session(name(sid), now, EndReason::Operator).await.unwrap();
                    assert_eq!(ended == Ended::Ended, table.end(sid, now, EndReason::Operator, successor));
                }
            }
            Event::LogOut(token) => {
                let presented = drawn(token);
                let ask = ask(presented, epoch);
                let expected = finished(Request::logout(ask, presented.sid.is_some()), &mut table, &mut happened);
                assert_eq!(log_out(&store, &ask, presented.sid).await, expected, "{ask:?}");
            }
            Event::Refresh(token, reads) => {
                let ask = ask(drawn(token), if reads { epoch } else { NOW });
                let request = Request::new(ask, &table, &TERMS);
                let expected = finished(request, &mut table, &mut happened);
                assert_eq!(refresh(&store, &ask).await, expected, "{ask:?}");
                if expected == Outcome::Tokens(successor) {
                    let row = table.sessions.iter().find(|(_, row)| row.jti == successor);
                    issued.push(Issued { token: successor, expiry: now + lifetime, sid: row.map(|(sid, _)| *sid) });
                }
            }
        }
        compare(&test_store, &table, &issued, successor).await;
    }
    happened
}

/// Takes every step of a request in the model, and writes down which, and what was decided at each.
fn finished(mut request: Request, table: &mut Table, happened: &mut BTreeSet<String>) -> Outcome {
    loop {
        if let Step::Over(outcome) = request.step {
            return outcome;
        }
        if let Some(verdict) = request.decides(table, &TERMS) {
            happened.insert(format!("{verdict:?}").split('(').next().unwrap_or_default().to_owned());
        }
        if !matches!(request.step, Step::Adopt | Step::Count(_) | Step::Extend) {
            happened.insert(format!("{:?}", request.step));
        }
        request.advance(table, &TERMS);
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
    match store.rotate(&ask.rotation(&TERMS)).await.unwrap() {
        Rotated::Adopted(session) | Rotated::Again(session) | Rotated::Fresh(session) => {
            return Outcome::Tokens(session.jti.parse().unwrap());
        }
        Rotated::Replayed(session) => end(store, &session, ask.now, EndReason::Replayed).await,
        Rotated::UsedUp(session) => end(store, &session, ask.now, EndReason::GraceUsedUp).await,
        Rotated::Revoked(session) if is_reuse_after_logout(&session, ask.now, TERMS.grace) => {
            let reason = EndReason::ReplayedAfterLogout;
            assert_eq!(store.reword_end(&session.sid, EndReason::LoggedOut, reason).await, Ok(Reworded::Reworded));
        }
        Rotated::Expired | Rotated::Missing | Rotated::Outlived | Rotated::Revoked(_) => (),
    }
    Outcome::Refused
}

/// Ends a session that is open, and sees that its end is not put in another's place.
async fn end(store: &Store, session: &Session, now: i64, reason: EndReason) {
    assert_eq!(store.end_session(&session.sid, now, reason).await, Ok(Ended::Ended));
    let again = store.reword_end(&session.sid, EndReason::LoggedOut, reason).await;
    assert_eq!(again, Ok(Reworded::Otherwise));
}

/// A logout as the endpoint asks for it.
async fn log_out(store: &Store, ask: &Ask, sid: Option<Id>) -> Outcome {
    let (presented, now) = (name(ask.presented), ask.now);
    let followed_by = if let Some(sid) = sid {
        let (sid, expiry, reason) = (name(sid), ask.presented_expiry, EndReason::LoggedOut);
        let revocation = Revocation { sid, user_id: USER, presented, expiry, now, reason, ip: None };
        match store.revoke_session(&revocation).await.unwrap() {
            Revoked::Already => return Outcome::Refused,
            Revoked::NotCurrent => sid.to_owned(),
            Revoked::Revoked => return Outcome::LoggedOut,
        }
    } else {
        match store.blacklist_jti(presented, ask.presented_expiry, now).await.unwrap() {
            Blacklisted::Already => return Outcome::Refused,
            Blacklisted::Blacklisted => return Outcome::LoggedOut,
            Blacklisted::Followed(sid) => sid,
        }
    };
    let session = store.session(&followed_by).await.unwrap().unwrap();
    match decide_logout(&session, presented, now, TERMS.grace) {
        None => Outcome::Refused,
        Some(EndReason::LoggedOut) => {
            let ended = store.end_session_of(USER, &session.sid, now, EndReason::LoggedOut).await;
            assert_eq!(ended, Ok(Ended::Ended));
            Outcome::LoggedOut
        }
        Some(reason) => {
            end(store, &session, now, reason).await;
            Outcome::Refused
        }
    }
}

/// Holds the rows of the engine against those of the model: all sessions, and the one that the last request could have begun.
async fn compare(test_store: &TestStore, table: &Table, issued: &[Issued], last: Id) {
    let facts = |session: Session| {
        let times = (session.expiry, session.rotated_at, session.absolute_expiry, session.revoked_at, session.epoch);
        (session.user_id, session.jti, session.previous_jti, session.reason, times)
    };
    for sid in table.sessions.keys().copied().chain([0, last]).collect::<BTreeSet<_>>() {
        let row = table.sessions.get(&sid);
        let kept = test_store.store.session(name(sid)).await.unwrap();
        assert_eq!(kept.map(facts), row.map(|row| facts(row.session(sid))));
        if let Some(row) = row {
            let item = test_store.session_item(&format!("session#{}", name(sid))).await.unwrap();
            let repeats = item.get("repeats").map_or(0, |set| set.as_ss().unwrap().len());
            assert_eq!((item["ttl"].as_n().unwrap(), repeats), (&row.ttl.to_string(), row.repeats.len()));
            assert_eq!(item["user_id"].as_s().unwrap(), USER);
        }
    }
    for Issued { token, .. } in issued.iter().copied() {
        let spent = test_store.store.token_status(None, name(token), None).await.unwrap().spent;
        let mark = table.marks.get(&token);
        assert_eq!(spent, mark.map(|mark| Spent { followed_by: mark.followed_by.map(|sid| name(sid).to_owned()) }));
        let item = test_store.session_item(&format!("jti#{}", name(token))).await;
        let ttl = item.map(|item| item["ttl"].as_n().unwrap().clone());
        assert_eq!(ttl, mark.map(|mark| mark.ttl.to_string()));
    }
}
