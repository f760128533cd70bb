//! What has to happen at some time in a world: what never happens proves nothing.

use crate::{
    request::{Request, Step},
    sessions::{
        act::{self, Action},
        world::{Origin, State, Who, World},
    },
    verdict::Verdict,
};
use store::EndReason;

/// Something that happens in some worlds.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence {
    /// Its name in reports.
    pub name: &'static str,
    /// Whether it has to happen in a world.
    pub is_expected: fn(&World) -> bool,
    /// Whether it can happen now, and so will.
    pub occurs: fn(&World, &State) -> bool,
}

/// Each action, and each decision of the product.
pub const OCCURRENCES: &[Occurrence] = &[
    on("a request writes", every, |world, state| acts(world, state, |action| matches!(action, Action::Advance(_)))),
    on("an answer arrives", every, |world, state| acts(world, state, |action| matches!(action, Action::Answer(_)))),
    on("an answer to a client is lost", with_losses, |world, state| {
        acts(world, state, |action| matches!(action, Action::AnswerLost(_)))
    }),
    on("a Lambda dies", with_crashes, |world, state| acts(world, state, |action| matches!(action, Action::Crash(_)))),
    on("DynamoDB deletes the row of a token", with_deleted_marks, |world, state| {
        acts(world, state, |action| matches!(action, Action::DeleteMark(_)))
    }),
    on("DynamoDB deletes the row of a session", with_deletions, |world, state| {
        acts(world, state, |action| matches!(action, Action::DeleteSession(_)))
    }),
    on("an operator ends the session", with_others, |world, state| {
        acts(world, state, |action| matches!(action, Action::EndByOperator))
    }),
    on("the user has a new password", with_others, |world, state| {
        acts(world, state, |action| matches!(action, Action::EndAll))
    }),
    on("the client logs out", with_others, |world, state| {
        acts(world, state, |action| matches!(action, Action::LogOut(Who::Client, ..)))
    }),
    on(
        "a thief logs out",
        |world| world.has_others && world.has_thief,
        |world, state| acts(world, state, |action| matches!(action, Action::LogOut(Who::Thief, ..))),
    ),
    on(
        "a replaced token logs out within the grace",
        |world| world.has_others && with_repeats(world),
        |_, state| state.pending.iter().any(|pending| pending.request.step == Step::End(EndReason::LoggedOut)),
    ),
    on(
        "a replaced token logs out after the grace",
        |world| world.has_others && world.has_thief && with_late_repeats(world),
        |_, state| state.pending.iter().any(|pending| is_late_logout(&pending.request)),
    ),
    on("an answer of DynamoDB is lost", with_losses, |world, state| {
        acts(world, state, |action| matches!(action, Action::Lose(_)))
    }),
    on("a client presents a token", every, |world, state| {
        acts(world, state, |action| matches!(action, Action::Present(Who::Client, ..)))
    }),
    on("a thief presents a token", with_thief, |world, state| {
        acts(world, state, |action| matches!(action, Action::Present(Who::Thief, ..)))
    }),
    on("a deployment makes tokens live shorter", with_shorter_lifetimes, |world, state| {
        acts(world, state, |action| matches!(action, Action::Shorten))
    }),
    on("a thief copies a token", with_thief, |world, state| {
        acts(world, state, |action| matches!(action, Action::Steal))
    }),
    on("time passes", every, |world, state| acts(world, state, |action| matches!(action, Action::Tick))),
    on(
        "decision Adopt",
        |world| world.origin != Origin::Login,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Adopt)),
    ),
    on("decision Again", every, |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Again))),
    on("decision Done", with_losses, |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Done))),
    on("decision Expired", with_early_ends, |world, state| {
        decides(world, state, |verdict| matches!(verdict, Verdict::Expired))
    }),
    on(
        "decision Follow",
        |world| world.origin == Origin::Odd,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Follow(_))),
    ),
    on(
        "decision Missing",
        |world| world.has_others && world.origin != Origin::Login,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Missing)),
    ),
    on("decision Outlived", with_others, |world, state| {
        decides(world, state, |verdict| matches!(verdict, Verdict::Outlived))
    }),
    on(
        "decision Overtaken",
        |world| world.losses > 0 && world.tokens > 3,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Overtaken)),
    ),
    on(
        "decision Replayed",
        |world| world.has_thief && world.tokens > 3 || with_late_repeats(world),
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Replayed)),
    ),
    on(
        "decision Revoked",
        |world| world.has_others || with_late_repeats(world) && world.tokens > 3,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Revoked)),
    ),
    on("decision Rotate", every, |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::Rotate))),
    on(
        "decision UsedUp",
        |world| with_repeats(world) && world.tokens > 3,
        |world, state| decides(world, state, |verdict| matches!(verdict, Verdict::UsedUp)),
    ),
];

const fn on(name: &'static str, is_expected: fn(&World) -> bool, occurs: fn(&World, &State) -> bool) -> Occurrence {
    Occurrence { name, is_expected, occurs }
}

fn acts(world: &World, state: &State, is_it: fn(&Action) -> bool) -> bool {
    let mut actions = Vec::new();
    act::possible(world, state, &mut actions);
    actions.iter().any(is_it)
}

fn is_late_logout(request: &Request) -> bool {
    request.is_logout() && request.step == Step::End(EndReason::Replayed)
}

fn decides(world: &World, state: &State, is_it: fn(&Verdict) -> bool) -> bool {
    let decided = |request: &Request| request.decides(&state.table, &world.terms);
    state.pending.iter().filter_map(|pending| decided(&pending.request)).any(|verdict| is_it(&verdict))
}

fn every(_: &World) -> bool {
    true
}

fn with_losses(world: &World) -> bool {
    world.losses > 0
}

fn with_crashes(world: &World) -> bool {
    world.crashes > 0
}

fn with_others(world: &World) -> bool {
    world.has_others
}

fn with_thief(world: &World) -> bool {
    world.has_thief
}

/// A token comes again after the answer to it.
fn with_repeats(world: &World) -> bool {
    world.has_thief || world.losses > 0
}

/// A token comes again after the grace, while its session goes on.
fn with_late_repeats(world: &World) -> bool {
    with_repeats(world) && world.terms.grace < world.terms.lifetime
}

/// The lifetime leaves room for a shorter one.
fn with_shorter_lifetimes(world: &World) -> bool {
    world.has_others && world.terms.lifetime > world.skew + 2
}

/// A session can be over by time while an earlier token lives.
fn with_early_ends(world: &World) -> bool {
    let is_early = world.first_lifetime > world.terms.lifetime || world.terms.longest.is_some();
    with_repeats(world) && (world.has_others || is_early)
}

/// Time goes on until DynamoDB deletes rows.
fn with_deletions(world: &World) -> bool {
    let lifetime = world.terms.lifetime.max(world.first_lifetime);
    world.last_tick + world.skew >= lifetime + world.terms.margin
}

fn with_deleted_marks(world: &World) -> bool {
    with_deletions(world) && world.origin != Origin::Login
}
