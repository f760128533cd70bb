//! Many at once: one wins, whatever the race.

use crate::test_store::{DAY, NOW, rotation, session, test_store, user};
use std::{sync::Arc, time::Duration};
use store::{
    Blacklisted, Created, EndReason, Ended, Error, Opened, Renamed, Replaced, Revocation, Revoked, Reworded, Rotated,
    Rotation, Store,
};
use tokio::sync::Barrier;

const RACERS: usize = 32;
const ROUNDS: usize = 100;

/// How often a racer asks at most who is told to ask again later, and how much later.
const TRIES: usize = 10;
const LATER: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_creates_a_name() {
    let test_store = test_store().await;
    for round in 0..ROUNDS {
        let outcomes = race(&test_store.store, move |store, racer| async move {
            let mut user = user(&format!("r{round}-{racer}"));
            user.username = if racer % 2 == 0 { format!("name-{round}") } else { format!("NAME-{round}") };
            persist(|| store.create_user(&user)).await
        })
        .await;
        assert_one(&outcomes, &Created::Created, &Created::NameTaken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_creates_an_id() {
    let test_store = test_store().await;
    for round in 0..ROUNDS / 4 {
        let outcomes = race(&test_store.store, move |store, racer| async move {
            let mut user = user(&format!("r{round}-{racer}"));
            user.id = format!("id-{round}");
            persist(|| store.create_user(&user)).await
        })
        .await;
        assert_one(&outcomes, &Created::Created, &Created::IdTaken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_blacklists_a_token() {
    let test_store = test_store().await;
    for round in 0..ROUNDS {
        let outcomes = race(&test_store.store, move |store, _| async move {
            store.blacklist_jti(&format!("j{round}"), NOW + 300, NOW).await.unwrap()
        })
        .await;
        assert_one(&outcomes, &Blacklisted::Blacklisted, &Blacklisted::Already);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_replaces_a_password() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    let mut old = user("alice").password;
    for round in 0..ROUNDS {
        let before = old.clone();
        let outcomes = race(&test_store.store, move |store, racer| {
            let before = before.clone();
            async move { store.replace_password("id-alice", &before, &format!("p{round}-{racer}")).await.unwrap() }
        })
        .await;
        assert_one(&outcomes, &Replaced::Replaced, &Replaced::Stale);
        old = test_store.store.user("id-alice").await.unwrap().unwrap().password;
        let winner = outcomes.iter().position(|outcome| *outcome == Replaced::Replaced).unwrap();
        assert_eq!(old, format!("p{round}-{winner}"), "what the winner wrote is kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_rotates_a_session() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let mut current = "s-0".to_owned();
    for round in 0..ROUNDS {
        let presented = current.clone();
        let outcomes = race(&test_store.store, move |store, racer| {
            let (presented, successor) = (presented.clone(), format!("s-{round}-{racer}"));
            async move { store.rotate(&rotation(&presented, &successor, NOW)).await.unwrap() }
        })
        .await;
        let winners: Vec<_> = outcomes.iter().filter(|outcome| matches!(outcome, Rotated::Fresh(_))).collect();
        let losers = outcomes.iter().filter(|outcome| matches!(outcome, Rotated::Replayed(_))).count();
        assert_eq!((winners.len(), losers), (1, RACERS - 1));
        let Rotated::Fresh(session) = winners[0] else { panic!() };
        current = session.jti.clone();
    }
    assert_eq!(test_store.store.session("s").await.unwrap().unwrap().generation, u64::try_from(ROUNDS).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_the_grace_all_get_the_one_successor() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let mut current = "s-0".to_owned();
    for round in 0..ROUNDS / 4 {
        let presented = current.clone();
        let outcomes = race(&test_store.store, move |store, racer| {
            let (presented, successor) = (presented.clone(), format!("s-{round}-{racer}"));
            async move { store.rotate(&Rotation { grace: 10, ..rotation(&presented, &successor, NOW) }).await.unwrap() }
        })
        .await;
        let mut fresh = 0;
        let jtis: std::collections::HashSet<String> = outcomes
            .into_iter()
            .map(|outcome| match outcome {
                Rotated::Fresh(session) => {
                    fresh += 1;
                    session.jti
                }
                Rotated::Again(session) => session.jti,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!((fresh, jtis.len()), (1, 1));
        current = jtis.into_iter().next().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_13_so_many_get_it_again_and_no_more() {
    let test_store = test_store().await;
    for round in 0..ROUNDS / 4 {
        let sid = format!("s{round}");
        test_store.session(&sid).await;
        let outcomes = race(&test_store.store, move |store, racer| {
            let (sid, presented, successor) =
                (format!("s{round}"), format!("s{round}-0"), format!("s{round}-n{racer}"));
            async move {
                let rotation = Rotation { sid: &sid, grace: 10, repeats: 5, ..rotation(&presented, &successor, NOW) };
                store.rotate(&rotation).await.unwrap()
            }
        })
        .await;
        let count = |wanted: fn(&Rotated) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
        let fresh = count(|outcome| matches!(outcome, Rotated::Fresh(_)));
        let again = count(|outcome| matches!(outcome, Rotated::Again(_)));
        let used_up = count(|outcome| matches!(outcome, Rotated::UsedUp(_)));
        assert_eq!((fresh, again, used_up), (1, 5, RACERS - 6));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_ends_all_sessions_of_a_user_and_one_rewords_why() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    for round in 0..ROUNDS / 4 {
        let sid = format!("s{round}");
        let epoch = test_store.store.user("id-alice").await.unwrap().unwrap().epoch;
        let stolen = store::Session { epoch, ..session(&sid) };
        test_store.store.open_session(&stolen).await.unwrap();
        let ended = race(&test_store.store, move |store, _| {
            let stolen = stolen.clone();
            async move { store.end_sessions_beside(&stolen, NOW).await.unwrap() }
        })
        .await;
        assert_one(&ended, &Ended::Ended, &Ended::Already);
        assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().epoch, (NOW + 3).max(epoch + 1));
        test_store.store.end_session(&sid, NOW, EndReason::LoggedOut).await.unwrap();
        let reworded = race(&test_store.store, move |store, _| {
            let sid = sid.clone();
            async move { store.reword_end(&sid, EndReason::LoggedOut, EndReason::Operator).await.unwrap() }
        })
        .await;
        assert_one(&reworded, &Reworded::Reworded, &Reworded::Otherwise);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_opens_ends_and_leaves_a_session() {
    let test_store = test_store().await;
    for round in 0..ROUNDS / 4 {
        let opened = race(&test_store.store, move |store, racer| async move {
            let mut session = session(&format!("s{round}"));
            session.jti = format!("s{round}-{racer}");
            store.open_session(&session).await.unwrap()
        })
        .await;
        assert_one(&opened, &Opened::Opened, &Opened::Taken);
        let ended = race(&test_store.store, move |store, _| async move {
            store.end_session(&format!("s{round}"), NOW, EndReason::Operator).await.unwrap()
        })
        .await;
        assert_one(&ended, &Ended::Ended, &Ended::Already);
        let revoked =
            race(&test_store.store, move |store, _| async move { logout(&store, &format!("t{round}"), "t").await })
                .await;
        assert_one(&revoked, &Revoked::Revoked, &Revoked::Already);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_takes_a_name_by_rename() {
    let test_store = test_store().await;
    for racer in 0..RACERS {
        test_store.user(&format!("u{racer}")).await;
    }
    let outcomes = race(&test_store.store, |store, racer| async move {
        let (id, name) = (format!("id-u{racer}"), format!("u{racer}"));
        persist(|| store.rename(&id, &name, "wanted", NOW)).await
    })
    .await;
    assert_one(&outcomes, &Renamed::Renamed, &Renamed::NameTaken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_07_after_a_logout_nothing_goes_on() {
    let test_store = test_store().await;
    for round in 0..ROUNDS {
        let sid = format!("s{round}");
        test_store.session(&sid).await;
        let (current, next) = (format!("{sid}-0"), format!("{sid}-1"));
        let refresh = Rotation { sid: &sid, ..rotation(&current, &next, NOW) };
        let (rotated, revoked) =
            tokio::join!(test_store.store.rotate(&refresh), logout(&test_store.store, &sid, &current));
        let follow = Rotation { sid: &sid, ..rotation(&next, "x", NOW) };
        let followed = test_store.store.rotate(&follow).await.unwrap();
        match (rotated.unwrap(), revoked) {
            (Rotated::Fresh(_), Revoked::NotCurrent) => assert!(matches!(followed, Rotated::Fresh(_))),
            (Rotated::Revoked(_), Revoked::Revoked) => assert!(matches!(followed, Rotated::Revoked(_))),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rf_10_after_a_replay_nothing_goes_on() {
    let test_store = test_store().await;
    for round in 0..ROUNDS {
        let sid = format!("s{round}");
        test_store.session(&sid).await;
        let jtis: Vec<String> = (0..3).map(|number| format!("{sid}-{number}")).collect();
        let refresh = |from: usize, to: usize| Rotation { sid: &sid, ..rotation(&jtis[from], &jtis[to], NOW) };
        test_store.store.rotate(&refresh(0, 1)).await.unwrap();
        let (step, ended) = (refresh(1, 2), test_store.store.end_session(&sid, NOW, EndReason::Replayed));
        let (rotated, ended) = tokio::join!(test_store.store.rotate(&step), ended);
        assert!(matches!(rotated.unwrap(), Rotated::Fresh(_) | Rotated::Revoked(_)));
        assert_eq!(ended, Ok(Ended::Ended));
        for jti in &jtis {
            let follow = Rotation { sid: &sid, ..rotation(jti, "x", NOW) };
            assert!(matches!(test_store.store.rotate(&follow).await, Ok(Rotated::Revoked(_))));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pw_23_every_failure_counts() {
    let test_store = test_store().await;
    for round in 0..ROUNDS / 10 {
        // Every second round in a window that has just ended.
        let now = NOW + 60 * i64::try_from(round).unwrap();
        let counts =
            race(
                &test_store.store,
                move |store, _| async move { store.count_failure("k", 60, now).await.unwrap().count },
            )
            .await;
        let mut sorted = counts;
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=u64::try_from(RACERS).unwrap()).collect::<Vec<_>>());
    }
}

async fn logout(store: &Store, sid: &str, presented: &str) -> Revoked {
    let revocation = Revocation {
        sid,
        user_id: "id-alice",
        presented,
        expiry: NOW + DAY,
        now: NOW,
        reason: EndReason::LoggedOut,
        ip: None,
    };
    store.revoke_session(&revocation).await.unwrap()
}

/// The outcomes of an act that all racers do at once, in the order of the racers. They wait longer for an answer than a service does:
/// who wins is asked here, and not how soon.
async fn race<T, F>(store: &Store, act: impl Fn(Store, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (start, store) = (Arc::new(Barrier::new(RACERS)), store.patient());
    let begin = |racer| {
        let (start, act) = (Arc::clone(&start), act(store.clone(), racer));
        tokio::spawn(async move {
            start.wait().await;
            act.await
        })
    };
    let racers: Vec<_> = (0..RACERS).map(begin).collect();
    let mut outcomes = Vec::new();
    for racer in racers {
        outcomes.push(racer.await.unwrap());
    }
    outcomes
}

/// Asks again where the store was too busy for an answer, as a client may: what is done once stays done, and is told as done.
async fn persist<T, F: Future<Output = Result<T, Error>>>(act: impl Fn() -> F) -> T {
    for _ in 1..TRIES {
        match act().await {
            Err(Error::Unavailable { .. }) => tokio::time::sleep(LATER).await,
            answer => return answer.unwrap(),
        }
    }
    act().await.unwrap()
}

fn assert_one<T: PartialEq + std::fmt::Debug>(outcomes: &[T], won: &T, lost: &T) {
    let count = |wanted: &T| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((count(won), count(lost)), (1, RACERS - 1), "{outcomes:?}");
}
