//! What can happen next, and what it does.

use crate::rotation::{
    on_its_way::{Call, Order, Run},
    operator, watch,
    world::{DELAY, PATIENCE, Rotation, State, Version, World},
};
use token::Step;

/// Something that happens.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Action {
    /// An execution makes its next call.
    Advance(usize),
    /// Its Lambda dies.
    Crash(usize),
    /// A deployment makes tokens live shorter.
    Deploy,
    /// Secrets Manager asks for a step.
    Invoke(Step),
    /// An operator reads the keys.
    Read(Order),
    /// Secrets Manager begins a rotation.
    Start,
    /// Time passes.
    Tick,
    /// The operator writes what he has made.
    Write,
}

/// What can happen.
pub(super) fn possible(world: &World, state: &State, actions: &mut Vec<Action>) {
    for at in 0..state.runs.len() {
        actions.push(Action::Advance(at));
        if state.left.crashes > 0 {
            actions.push(Action::Crash(at));
        }
    }
    of_secrets_manager(world, state, actions);
    of_operator(state, actions);
    // ASSUMPTION: a step, and an operator's command, end within the minute that is for clocks.
    if state.runs.is_empty() && state.operation.is_none() && state.now < world.last_tick {
        actions.push(Action::Tick);
    }
    if state.left.deployments > 0 {
        actions.push(Action::Deploy);
    }
}

fn of_secrets_manager(world: &World, state: &State, actions: &mut Vec<Action>) {
    if may_start(world, state) && state.left.rotations > 0 && state.runs.is_empty() {
        actions.push(Action::Start);
    }
    let Some(Rotation { began, due, .. }) = state.rotation else { return };
    if state.runs.len() >= world.at_once || state.now > began + PATIENCE {
        return;
    }
    let is_due = |step: Step| due == Some(step) && !state.runs.iter().any(|run| run.step == step);
    let was = |step: Step| due.is_none_or(|due| step <= due) && state.left.repeats > 0;
    let steps = [Step::Create, Step::Set, Step::Test, Step::Finish].into_iter();
    actions.extend(steps.filter(|step| is_due(*step) || was(*step)).map(Action::Invoke));
}

/// No other rotation is on its way. Nothing happens before the first.
fn may_start(world: &World, state: &State) -> bool {
    let Some(Rotation { version, began, .. }) = state.rotation else { return state.now == 0 };
    let is_pending = state.versions.get(version).is_some_and(|version| version.is_pending);
    state.now <= world.last_start && (state.current() == version || !is_pending || state.now > began + PATIENCE)
}

fn of_operator(state: &State, actions: &mut Vec<Action>) {
    if state.operation.is_some() {
        actions.push(Action::Write);
        return;
    }
    if state.left.by_hand > 0 {
        actions.push(Action::Read(Order::Rotate));
    }
    if state.left.revocations > 0 {
        let faces = state.set(state.current()).into_iter().flat_map(|set| set.faces());
        actions.extend(faces.map(|face| Action::Read(Order::Revoke(face.kid))));
    }
}

/// Does it.
pub(super) fn act(world: &World, state: &mut State, action: Action) {
    match action {
        Action::Advance(at) => advance(world, state, at),
        Action::Crash(at) => {
            state.left.crashes -= 1;
            state.runs.remove(at);
        }
        Action::Deploy => {
            state.left.deployments -= 1;
            state.lifetime = world.lifetimes.1;
        }
        Action::Invoke(step) => invoke(world, state, step),
        Action::Read(order) => {
            match order {
                Order::Rotate => state.left.by_hand -= 1,
                Order::Revoke(_) => state.left.revocations -= 1,
            }
            operator::read(world, state, order);
        }
        Action::Start => start(state),
        Action::Tick => state.now += 1,
        Action::Write => {
            if let Some(operation) = state.operation.take() {
                operator::write(world, state, operation);
            }
        }
    }
    watch::watch(world, state);
}

fn start(state: &mut State) {
    state.left.rotations -= 1;
    state.versions.iter_mut().for_each(|version| version.is_pending = false);
    state.versions.push(Version { set: None, is_pending: true });
    let (version, began) = (state.versions.len() - 1, state.now);
    state.rotation = Some(Rotation { version, began, due: Some(Step::Create) });
}

fn invoke(world: &World, state: &mut State, step: Step) {
    let Some(Rotation { version, due, .. }) = state.rotation else { return };
    if due != Some(step) || state.runs.iter().any(|run| run.step == step) {
        state.left.repeats -= 1;
    }
    let times = world.times(state.lifetime, DELAY);
    state.runs.push(Run { version, step, times, call: Call::Describe });
}

fn advance(world: &World, state: &mut State, at: usize) {
    if at >= state.runs.len() {
        return;
    }
    let mut run = state.runs.remove(at);
    match run.advance(world, state) {
        None => state.runs.insert(at, run),
        Some(is_taken) => taken(state, &run, is_taken),
    }
}

/// Secrets Manager goes on to the next step.
fn taken(state: &mut State, run: &Run, is_taken: bool) {
    let is_due = |rotation: &Rotation| rotation.version == run.version && rotation.due == Some(run.step);
    if let Some(rotation) = state.rotation.as_mut().filter(|rotation| is_taken && is_due(rotation)) {
        rotation.due = after(run.step);
    }
}

fn after(step: Step) -> Option<Step> {
    match step {
        Step::Create => Some(Step::Set),
        Step::Set => Some(Step::Test),
        Step::Test => Some(Step::Finish),
        Step::Finish => None,
    }
}
