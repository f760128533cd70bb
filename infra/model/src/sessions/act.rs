//! What can happen next, and what it does.

use crate::{
    request::{Outcome, Request, Step},
    sessions::{
        broken::Invariant,
        world::{Issued, Origin, Pending, State, Who, World},
    },
    terms::{Ask, Guard, Id},
};
use store::EndReason;

/// Something that happens.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Action {
    /// A request makes its next write, and hears of it.
    Advance(usize),
    /// A client gets its answer.
    Answer(usize),
    /// The answer does not reach the client.
    AnswerLost(usize),
    /// The Lambda dies between two writes.
    Crash(usize),
    /// DynamoDB deletes the row of a token's own id.
    DeleteMark(Id),
    /// DynamoDB deletes the row of a session.
    DeleteSession(Id),
    /// An operator ends the session.
    EndByOperator,
    /// The user has a new password, or is disabled.
    EndAll,
    /// A token logs out at a Lambda whose clock is so far ahead.
    LogOut(Who, Id, i64),
    /// A request makes its next write, and DynamoDB's answer is lost: the SDK makes it again.
    Lose(usize),
    /// A token is presented to a Lambda whose clock is so far ahead.
    Present(Who, Id, i64),
    /// A deployment makes refresh tokens live shorter.
    Shorten,
    /// A thief copies the token that the client holds.
    Steal,
    /// Time passes.
    Tick,
}

/// What can happen.
pub(super) fn possible(world: &World, state: &State, actions: &mut Vec<Action>) {
    // ASSUMPTION: a request ends within its time-outs: these and the difference of clocks are less than the grace.
    if state.now < world.last_tick && state.pending.iter().all(|pending| pending.began == state.now) {
        actions.push(Action::Tick);
    }
    presentations(world, state, actions);
    for (at, pending) in state.pending.iter().enumerate() {
        of_request(state, at, pending, actions);
    }
    let is_old = |ttl: i64| state.now >= ttl - world.skew;
    actions.extend(
        state.table.sessions.iter().filter(|(_, row)| is_old(row.ttl)).map(|(id, _)| Action::DeleteSession(*id)),
    );
    actions
        .extend(state.table.marks.iter().filter(|(_, mark)| is_old(mark.ttl)).map(|(id, _)| Action::DeleteMark(*id)));
    if world.has_thief && !state.stolen.contains(&state.holds) {
        actions.push(Action::Steal);
    }
    if world.has_others {
        others(world, state, actions);
    }
}

fn others(world: &World, state: &State, actions: &mut Vec<Action>) {
    let goes_on = state.table.sessions.values().any(|row| row.end.is_none());
    if goes_on {
        actions.push(Action::EndByOperator);
    }
    if goes_on || state.table.sessions.is_empty() {
        logouts(world, state, actions);
    }
    if state.epoch == 0 {
        actions.push(Action::EndAll);
    }
    if state.lifetime == world.terms.lifetime && world.terms.lifetime > world.skew + 2 {
        actions.push(Action::Shorten);
    }
}

/// A logout with a token that was followed takes more than one write. It is then one of the requests on their way, and at most one of
/// them is a logout.
fn logouts(world: &World, state: &State, actions: &mut Vec<Action>) {
    let has_room =
        state.pending.len() < world.at_once && !state.pending.iter().any(|pending| pending.request.is_logout());
    let is_possible = |token: &Id| has_room || !state.history.followed.contains_key(token);
    let stolen = state.stolen.iter().filter(|token| **token != state.holds).map(|token| (Who::Thief, *token));
    let all = std::iter::once((Who::Client, state.holds)).chain(stolen);
    for (who, token) in all.filter(|(_, token)| is_possible(token)) {
        actions.extend(skews(world, state, token).map(|skew| Action::LogOut(who, token, skew)));
    }
}

fn presentations(world: &World, state: &State, actions: &mut Vec<Action>) {
    if state.pending.len() >= world.at_once || state.next >= world.tokens {
        return;
    }
    // ASSUMPTION: an honest client uses a successor once its requests with the token before have done their write.
    let is_settled = state.pending.iter().all(|pending| {
        pending.who == Who::Thief || pending.request.ask.presented == state.holds || pending.request.has_followed
    });
    let mut tokens: Vec<(Who, Id)> = state.stolen.iter().map(|token| (Who::Thief, *token)).collect();
    if is_settled {
        tokens.push((Who::Client, state.holds));
    }
    for (who, token) in tokens {
        actions.extend(skews(world, state, token).map(|skew| Action::Present(who, token, skew)));
    }
}

/// By how much the clock of a Lambda can be ahead that does not refuse the token as expired.
fn skews(world: &World, state: &State, token: Id) -> impl Iterator<Item = i64> + use<> {
    let (now, expiry) = (state.now, state.issued.get(&token).map_or(0, |issued| issued.expiry));
    (0..=world.skew).filter(move |skew| now + skew < expiry)
}

fn of_request(state: &State, at: usize, pending: &Pending, actions: &mut Vec<Action>) {
    if matches!(pending.request.step, Step::Over(_)) {
        actions.push(Action::Answer(at));
        if state.losses > 0 {
            actions.push(Action::AnswerLost(at));
        }
        return;
    }
    actions.push(Action::Advance(at));
    if state.losses > 0 && !matches!(pending.request.step, Step::Look | Step::Tell) {
        actions.push(Action::Lose(at));
    }
    if state.crashes > 0 {
        actions.push(Action::Crash(at));
    }
}

/// Does it.
pub(super) fn act(world: &World, state: &mut State, action: Action) {
    match action {
        Action::Advance(at) => advance(world, state, at, false),
        Action::Lose(at) => {
            state.losses -= 1;
            advance(world, state, at, true);
        }
        Action::Answer(at) => answer(world, state, at, true),
        Action::AnswerLost(at) => {
            state.losses -= 1;
            answer(world, state, at, false);
        }
        Action::Crash(at) => {
            state.crashes -= 1;
            let pending = state.pending.remove(at);
            state.history.crash(&pending, &state.table);
        }
        Action::DeleteMark(token) => drop(state.table.marks.remove(&token)),
        Action::DeleteSession(sid) => drop(state.table.sessions.remove(&sid)),
        Action::EndByOperator => {
            let now = state.now;
            let sids: Vec<Id> = state.table.sessions.keys().copied().collect();
            for sid in sids {
                state.table.end(sid, now, EndReason::Operator, 0);
            }
            state.history.end(true);
        }
        Action::EndAll => {
            state.epoch += 1;
            state.history.end_all();
        }
        Action::LogOut(who, token, skew) => log_out(world, state, (who, token, skew)),
        Action::Present(who, token, skew) => present(world, state, (who, token, skew)),
        Action::Shorten => state.lifetime = world.skew + 2,
        Action::Steal => drop(state.stolen.insert(state.holds)),
        Action::Tick => state.now += 1,
    }
}

fn ask(world: &World, state: &State, token: Id, skew: i64) -> Ask {
    let issued = state.issued.get(&token).copied().unwrap_or(Issued { expiry: 0, sid: None });
    let is_after = world.terms.without == Some(Guard::AdoptionAfterEpoch) || state.epoch == 0;
    Ask {
        // An id that names no session lends its request a new one.
        sid: issued.sid.unwrap_or(state.next),
        presented: token,
        presented_expiry: issued.expiry,
        successor: state.next,
        now: state.now + skew,
        epoch: state.epoch,
        lifetime: state.lifetime,
        may_begin: is_after,
    }
}

fn present(world: &World, state: &mut State, (who, token, skew): (Who, Id, i64)) {
    let mut history = state.history.clone();
    let theft = history.theft(token, state, world, state.now + skew);
    history.is_suspect |= who == Who::Thief || theft.is_some();
    let (dead, is_due) = history.present(who, token, state, world);
    state.history = history;
    let request = Request::new(ask(world, state, token, skew), &state.table, &world.terms);
    state.next += 1;
    state.pending.push(Pending { who, request, began: state.now, dead, is_due, theft });
}

fn advance(world: &World, state: &mut State, at: usize, is_lost: bool) {
    let Some(pending) = state.pending.get_mut(at) else { return };
    let before = pending.request.step;
    if is_lost {
        pending.request.lose(&mut state.table, &world.terms);
    } else {
        pending.request.advance(&mut state.table, &world.terms);
    }
    let (ask, after, has_followed) = (pending.request.ask, pending.request.step, pending.request.has_followed);
    let is_theft = pending.theft.is_some();
    let mut broken: Vec<Invariant> = Vec::new();
    if has_followed && !state.issued.contains_key(&ask.successor) {
        let row = state.table.sessions.get(&ask.sid);
        let limit = row.and_then(|row| row.absolute);
        let expiry = row.map_or(0, |row| row.absolute.map_or(row.expiry, |end| end.min(row.expiry)));
        let expiry = if world.terms.without == Some(Guard::LongestLifetime) { ask.now + ask.lifetime } else { expiry };
        state.issued.insert(ask.successor, Issued { expiry, sid: Some(ask.sid) });
        broken.extend(state.history.follow(&ask, limit, state.now));
    }
    if before == Step::Tell {
        broken.extend(state.history.tell());
    }
    if before == Step::Look && after == Step::End(EndReason::LoggedOut) && is_theft {
        broken.push(Invariant::TheftToldOnce);
    }
    if before == Step::End(EndReason::LoggedOut) {
        let ended_by = state.table.sessions.get(&ask.sid).and_then(|row| row.ended_by);
        if ended_by == Some(ask.successor) {
            state.history.end(true);
            state.history.logged_out_at = state.history.logged_out_at.or(Some(ask.now));
        }
    } else if matches!(before, Step::End(_) | Step::Reword) && (after == Step::Tell || is_lost) {
        state.history.end(false);
    }
    state.broken.extend(broken);
}

fn answer(world: &World, state: &mut State, at: usize, arrives: bool) {
    let mut history = state.history.clone();
    state.broken.extend(history.answer(at, state, world));
    state.history = history;
    let pending = state.pending.remove(at);
    if !arrives {
        return;
    }
    if let Step::Over(Outcome::Tokens(given)) = pending.request.step {
        match pending.who {
            Who::Client if pending.request.ask.presented == state.holds => state.holds = given,
            Who::Client => {}
            Who::Thief => drop(state.stolen.insert(given)),
        }
    }
}

/// The first write ends the session of a current token, and blacklists one that has no session. Before it nothing of the request can be
/// seen, so it is made at once. A token that was followed reads the session then, and ends it: by a logout within the grace, and as a
/// theft after it.
fn log_out(world: &World, state: &mut State, (who, token, skew): (Who, Id, i64)) {
    let clock = state.now + skew;
    let theft = state.history.theft_at_logout(token, state, world, clock);
    state.history.is_suspect |= who == Who::Thief || state.history.is_too_old(token, world, clock);
    state.history.is_excused = true;
    let is_odd = world.origin == Origin::Odd && token == 0;
    let mut request = Request::logout(ask(world, state, token, skew), !is_odd);
    request.advance(&mut state.table, &world.terms);
    match request.step {
        // Only a session that goes on can be stolen, and its row says so.
        Step::Over(_) if theft.is_some() => drop(state.broken.insert(Invariant::TheftToldOnce)),
        Step::Over(Outcome::LoggedOut) => {
            state.history.end(true);
            state.history.logged_out_at = state.history.logged_out_at.or((!is_odd).then_some(clock));
        }
        Step::Over(_) => {}
        _ => {
            // What the end does not depend on is the same for all: fewer states differ.
            request.ask = Ask { presented_expiry: 0, epoch: 0, lifetime: 0, may_begin: false, ..request.ask };
            state.pending.push(Pending { who, request, began: state.now, dead: None, is_due: false, theft });
        }
    }
}
