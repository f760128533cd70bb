//! Rows of sessions drawn by chance, as they lie in the table: the write of a refresh is done where `store::decide` says that it may be, and
//! nowhere else, and whatever is refused leaves the row as it was.

use crate::test_store::{NOW, TestStore, rotation, session, test_store};
use proptest::{
    option,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::cell::Cell;
use store::{Decision, EndReason, Met, Opened, Rotated, Rotation, Session, decide};

/// A row, and what is asked of it.
#[derive(Clone, Debug)]
struct Drawn {
    row: Session,
    user: &'static str,
    presented: String,
    successor: String,
    epoch: i64,
    grace: i64,
    uses: u64,
    leeway: i64,
    now: i64,
}

fn jti() -> impl Strategy<Value = String> {
    (0..4_u8).prop_map(|number| format!("s-{number}"))
}

/// A time near to now.
fn near() -> impl Strategy<Value = i64> {
    NOW - 3..NOW + 4
}

fn row() -> impl Strategy<Value = Session> {
    let ends = (near(), option::of(near()), option::weighted(0.2, near()));
    let ids = (jti(), option::of(jti()), option::of(near()), near());
    (ends, ids).prop_map(|((expiry, absolute_expiry, revoked_at), (jti, previous_jti, rotated_at, epoch))| Session {
        jti,
        previous_jti,
        rotated_at,
        epoch,
        expiry,
        absolute_expiry,
        revoked_at,
        reason: revoked_at.map(|_| EndReason::Operator),
        ..session("s")
    })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let user = prop_oneof![9 => Just("id-alice"), 1 => Just("id-bob")];
    let presented = option::of(jti());
    let asked = (user, presented, jti(), near(), 0..4_i64, 0..2_u64, 0..3_i64, near());
    let drawn = (row(), asked).prop_map(|(row, (user, presented, successor, epoch, grace, uses, leeway, now))| Drawn {
        user,
        // Half of them are the current one.
        presented: presented.unwrap_or_else(|| row.jti.clone()),
        row,
        successor,
        epoch,
        grace,
        uses,
        leeway,
        now,
    });
    // A successor is drawn anew for each request: no row has it before the presented token was followed.
    drawn.prop_filter("a successor that is older than its token", |drawn| {
        let is_older = drawn.row.previous_jti.as_ref() == Some(&drawn.successor) || drawn.successor == drawn.presented;
        drawn.row.jti != drawn.presented || !is_older
    })
}

#[test]
fn are_followed_where_the_decision_says_so_and_nowhere_else() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let test_store = runtime.block_on(test_store());
    let (written, number) = (Cell::new(0), Cell::new(0));
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&drawn(), |drawn| {
        number.set(number.get() + 1);
        let is_written = runtime.block_on(follows(&test_store, number.get(), drawn));
        written.set(written.get() + usize::from(is_written));
        Ok(())
    });
    outcome.unwrap();
    let (written, number) = (written.get(), number.get());
    println!("{number} rows, {written} of them followed");
    assert!(written > 0 && written < number, "{written} of {number} rows were followed");
}

/// Whether the row was followed, after both have said the same.
async fn follows(test_store: &TestStore, number: usize, drawn: Drawn) -> bool {
    let sid = format!("s{number}");
    let row = Session { sid: sid.clone(), ..drawn.row };
    assert_eq!(test_store.store.open_session(&row).await, Ok(Opened::Opened));
    let before = test_store.store.session(&sid).await.unwrap();
    let rotation = Rotation {
        sid: &sid,
        user_id: drawn.user,
        epoch: drawn.epoch,
        grace: drawn.grace,
        repeats: drawn.uses,
        leeway: drawn.leeway,
        ..rotation(&drawn.presented, &drawn.successor, drawn.now)
    };
    let met = Met { session: before.clone(), ..Met::default() };
    let decision = decide(&met, &rotation);
    let outcome = test_store.store.rotate(&rotation).await.unwrap();
    let after = test_store.store.session(&sid).await.unwrap();
    let is_written = matches!(outcome, Rotated::Fresh(_)) && after != before;
    // Where the request meets its own write, it is told what it wrote, and writes no more.
    let is_own = matches!(decision, Decision::Done | Decision::Overtaken);
    assert_eq!(is_written, decision == Decision::Rotate, "{rotation:?} of {before:?}: {decision:?}, {outcome:?}");
    assert!(is_written || after == before, "{rotation:?} of {before:?}: {after:?}");
    assert!(is_written || is_own || !matches!(outcome, Rotated::Fresh(_)), "{decision:?}: {outcome:?}");
    is_written
}
