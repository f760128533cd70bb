//! One refresh token has one successor.

use crate::test_store::{DAY, NOW, TestStore, rotation, session, test_store};
use store::{Adoption, EndReason, Ended, Rotated, Rotation, Session};

#[tokio::test]
async fn a_token_is_followed_by_its_successor() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let Ok(Rotated::Fresh(rotated)) = test_store.store.rotate(&rotation("s-0", "s-1", NOW + 9)).await else { panic!() };
    let expected = Session {
        jti: "s-1".to_owned(),
        previous_jti: Some("s-0".to_owned()),
        kid: Some("key-2".to_owned()),
        generation: 1,
        issued_at: NOW + 9,
        expiry: NOW + 9 + DAY,
        rotated_at: Some(NOW + 9),
        last_ip: Some("192.0.2.2".to_owned()),
        ..session("s")
    };
    assert_eq!(rotated, expected);
    assert_eq!(test_store.store.session("s").await, Ok(Some(expected)));
    let item = test_store.session_item("session#s").await.unwrap();
    assert_eq!(item["ttl"].as_n().unwrap(), &(NOW + 9 + 3 * DAY).to_string());
}

#[tokio::test]
async fn the_row_outlives_tokens_from_before_that_live_longer() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let rotation = Rotation { expiry: NOW + 60, kept_until: NOW + 30 * DAY, ..rotation("s-0", "s-1", NOW) };
    let Ok(Rotated::Fresh(rotated)) = test_store.store.rotate(&rotation).await else { panic!() };
    assert_eq!(rotated.expiry, NOW + 60);
    let item = test_store.session_item("session#s").await.unwrap();
    assert_eq!(item["ttl"].as_n().unwrap(), &(NOW + 32 * DAY).to_string());
}

#[tokio::test]
async fn a_signing_key_without_a_name_leaves_none() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let rotation = Rotation { kid: None, ip: None, ..rotation("s-0", "s-1", NOW) };
    let Ok(Rotated::Fresh(rotated)) = test_store.store.rotate(&rotation).await else { panic!() };
    assert_eq!((rotated.kid, rotated.last_ip), (None, None));
}

#[tokio::test]
async fn rf_02_a_token_from_any_time_before_is_a_replay() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let jtis: Vec<String> = (0..10).map(|number| format!("s-{number}")).collect();
    for pair in jtis.windows(2) {
        assert!(matches!(test_store.store.rotate(&rotation(&pair[0], &pair[1], NOW)).await, Ok(Rotated::Fresh(_))));
    }
    for old in ["s-0", "s-4", "s-8"] {
        let Ok(Rotated::Replayed(met)) = test_store.store.rotate(&rotation(old, "x", NOW)).await else {
            panic!("{old}")
        };
        assert_eq!((met.jti.as_str(), met.generation), ("s-9", 9));
    }
    assert_eq!(test_store.store.end_session("s", NOW, EndReason::Replayed).await, Ok(Ended::Ended));
    assert!(matches!(test_store.store.rotate(&rotation("s-9", "x", NOW)).await, Ok(Rotated::Revoked(_))));
}

#[tokio::test]
async fn rf_14_within_the_grace_the_same_successor_comes_again() {
    let test_store = rotated().await;
    let first = test_store.store.session("s").await.unwrap().unwrap();
    for since in [-3, 0, 1, 9] {
        let outcome = test_store.store.rotate(&again("s-0", NOW + since)).await;
        assert_eq!(outcome, Ok(Rotated::Again(first.clone())), "{since} s after");
    }
    assert_eq!(test_store.store.session("s").await, Ok(Some(first)), "asking again changes nothing");
}

#[tokio::test]
async fn the_grace_ends_and_is_not_extended() {
    let test_store = rotated().await;
    assert!(matches!(test_store.store.rotate(&again("s-0", NOW + 9)).await, Ok(Rotated::Again(_))));
    assert!(matches!(test_store.store.rotate(&again("s-0", NOW + 10)).await, Ok(Rotated::Replayed(_))));
}

#[tokio::test]
async fn the_grace_is_for_the_token_before_alone() {
    let test_store = rotated().await;
    assert!(matches!(test_store.store.rotate(&rotation("s-1", "s-2", NOW + 1)).await, Ok(Rotated::Fresh(_))));
    assert!(matches!(test_store.store.rotate(&again("s-0", NOW + 2)).await, Ok(Rotated::Replayed(_))));
    assert!(matches!(test_store.store.rotate(&again("s-1", NOW + 2)).await, Ok(Rotated::Again(_))));
}

#[tokio::test]
async fn without_a_grace_nothing_comes_again() {
    let test_store = rotated().await;
    for now in [NOW - 5, NOW, NOW + 1] {
        assert!(matches!(test_store.store.rotate(&rotation("s-0", "x", now)).await, Ok(Rotated::Replayed(_))));
    }
}

#[tokio::test]
async fn rf_12_the_grace_does_not_outlive_the_session() {
    let test_store = rotated().await;
    test_store.store.end_session("s", NOW, EndReason::Operator).await.unwrap();
    assert!(matches!(test_store.store.rotate(&again("s-0", NOW + 1)).await, Ok(Rotated::Revoked(_))));

    let mut brief = session("b");
    brief.absolute_expiry = Some(NOW + 3);
    test_store.store.open_session(&brief).await.unwrap();
    let of_brief = |presented, successor, now| Rotation { sid: "b", grace: 10, ..rotation(presented, successor, now) };
    assert!(matches!(test_store.store.rotate(&of_brief("b-0", "b-1", NOW)).await, Ok(Rotated::Fresh(_))));
    assert_eq!(test_store.store.rotate(&of_brief("b-0", "x", NOW + 3)).await, Ok(Rotated::Expired));
}

#[tokio::test]
async fn rf_16_a_session_expires() {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert_eq!(test_store.store.rotate(&rotation("s-0", "x", NOW + DAY)).await, Ok(Rotated::Expired));
    let late = Rotation { leeway: 10, ..rotation("s-0", "s-1", NOW + DAY + 9) };
    assert!(
        matches!(test_store.store.rotate(&late).await, Ok(Rotated::Fresh(_))),
        "within the leeway it is still good"
    );
    assert_eq!(test_store.store.rotate(&rotation("s-0", "x", NOW + 9 * DAY)).await, Ok(Rotated::Expired));
}

#[tokio::test]
async fn an_absolute_expiry_does_not_move() {
    let test_store = test_store().await;
    let mut session = session("s");
    session.absolute_expiry = Some(NOW + DAY + 100);
    test_store.store.open_session(&session).await.unwrap();
    let Ok(Rotated::Fresh(rotated)) = test_store.store.rotate(&rotation("s-0", "s-1", NOW + 200)).await else {
        panic!()
    };
    assert_eq!((rotated.expiry, rotated.absolute_expiry), (NOW + DAY + 100, Some(NOW + DAY + 100)));
    assert_eq!(test_store.store.rotate(&rotation("s-1", "x", NOW + DAY + 100)).await, Ok(Rotated::Expired));
}

#[tokio::test]
async fn rf_25_a_row_that_is_gone_lets_nobody_in() {
    let test_store = test_store().await;
    assert_eq!(test_store.store.rotate(&rotation("s-0", "s-1", NOW)).await, Ok(Rotated::Missing));
    assert_eq!(test_store.store.session("s").await, Ok(None));
}

#[tokio::test]
async fn the_session_of_another_user_is_missing() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let strange = Rotation { user_id: "id-bob", ..rotation("s-0", "s-1", NOW) };
    assert_eq!(test_store.store.rotate(&strange).await, Ok(Rotated::Missing));
}

#[tokio::test]
async fn a_rotation_that_was_done_is_done() {
    let test_store = rotated().await;
    let first = test_store.store.session("s").await.unwrap().unwrap();
    assert_eq!(test_store.store.rotate(&rotation("s-0", "s-1", NOW)).await, Ok(Rotated::Fresh(first)));
}

#[tokio::test]
async fn rf_09_a_session_that_was_outlived_does_not_go_on() {
    let test_store = rotated().await;
    let before = test_store.store.session("s").await;
    for presented in ["s-1", "s-0", "s-9"] {
        let later = Rotation { epoch: NOW + 1, grace: 10, ..rotation(presented, "x", NOW) };
        assert_eq!(test_store.store.rotate(&later).await, Ok(Rotated::Outlived), "{presented}");
    }
    assert_eq!(test_store.store.session("s").await, before, "a client that tries again is no thief");
}

#[tokio::test]
async fn rf_09_a_session_is_as_old_as_the_user_it_read() {
    let session = session("s");
    assert!(session.survives(NOW) && session.survives(NOW - 1));
    assert!(!session.survives(NOW + 1));
}

#[tokio::test]
async fn a_token_without_a_session_is_adopted_once() {
    let test_store = test_store().await;
    let foreign = |rotation| Rotation { adoption: Some(BEGINS), ..rotation };
    let Ok(Rotated::Adopted(session)) = test_store.store.rotate(&foreign(rotation("s-0", "s-1", NOW))).await else {
        panic!()
    };
    assert_eq!((session.jti.as_str(), session.previous_jti.as_deref(), session.epoch), ("s-1", Some("s-0"), NOW));
    assert_eq!(test_store.store.session("s").await, Ok(Some(session.clone())));

    let second = test_store.store.rotate(&foreign(rotation("s-0", "s-1", NOW))).await;
    assert_eq!(second, Ok(Rotated::Fresh(session.clone())), "our own write");
    let second = test_store.store.rotate(&foreign(again("s-0", NOW + 1))).await;
    assert_eq!(second, Ok(Rotated::Again(session)));
    let replayed = test_store.store.rotate(&foreign(rotation("s-0", "x", NOW))).await;
    assert!(matches!(replayed, Ok(Rotated::Replayed(_))));
    assert!(matches!(test_store.store.rotate(&rotation("s-1", "s-2", NOW)).await, Ok(Rotated::Fresh(_))));
}

#[tokio::test]
async fn a_token_that_outlives_its_session_s_row_begins_no_second_one() {
    let test_store = test_store().await;
    let long = Rotation { adoption: Some(BEGINS), presented_expiry: NOW + 90 * DAY, ..rotation("s-0", "s-1", NOW) };
    assert!(matches!(test_store.store.rotate(&long).await, Ok(Rotated::Adopted(_))));
    for key in ["session#s", "jti#s-0"] {
        let item = test_store.session_item(key).await.unwrap();
        assert_eq!(item["ttl"].as_n().unwrap(), &(NOW + 92 * DAY).to_string(), "{key}");
    }
    let key = aws_sdk_dynamodb::types::AttributeValue::S("session#s".to_owned());
    test_store.client.delete_item().table_name(&test_store.tables.sessions).key("pk", key).send().await.unwrap();
    assert_eq!(test_store.store.rotate(&Rotation { successor: "s-2", ..long }).await, Ok(Rotated::Missing));
    assert_eq!(test_store.store.session("s").await, Ok(None));
}

#[tokio::test]
async fn a_token_whose_id_names_no_session_leads_to_the_one_that_followed_it() {
    let test_store = test_store().await;
    let first = Rotation { sid: "t", adoption: Some(BEGINS), grace: 10, ..rotation("odd", "t-1", NOW) };
    let Ok(Rotated::Adopted(session)) = test_store.store.rotate(&first).await else { panic!() };
    let second = Rotation { sid: "u", successor: "u-1", now: NOW + 1, ..first };
    assert_eq!(test_store.store.rotate(&second).await, Ok(Rotated::Again(session)));
    assert_eq!(test_store.store.session("u").await, Ok(None));
    let late = test_store.store.rotate(&Rotation { now: NOW + 10, ..second }).await;
    assert!(matches!(late, Ok(Rotated::Replayed(Session { sid, .. })) if sid == "t"));
}

#[tokio::test]
async fn a_blacklisted_token_without_a_session_begins_none() {
    let test_store = test_store().await;
    test_store.store.blacklist_jti("s-0", NOW + DAY, NOW).await.unwrap();
    let foreign = Rotation { adoption: Some(BEGINS), ..rotation("s-0", "s-1", NOW) };
    assert_eq!(test_store.store.rotate(&foreign).await, Ok(Rotated::Missing));
    assert_eq!(test_store.store.session("s").await, Ok(None));
}

#[tokio::test]
async fn a_row_is_never_kept_shorter_than_before() {
    let test_store = test_store().await;
    test_store.session("s").await;
    let long = Rotation { kept_until: NOW + 30 * DAY, ..rotation("s-0", "s-1", NOW) };
    assert!(matches!(test_store.store.rotate(&long).await, Ok(Rotated::Fresh(_))));
    assert!(
        matches!(test_store.store.rotate(&rotation("s-1", "s-2", NOW)).await, Ok(Rotated::Fresh(_))),
        "lifetimes are shorter now"
    );
    let item = test_store.session_item("session#s").await.unwrap();
    assert_eq!(item["ttl"].as_n().unwrap(), &(NOW + 32 * DAY).to_string(), "the first token may live so long");
}

/// How the sessions of these tests begin that follow a token from elsewhere.
const BEGINS: Adoption<'static> = Adoption { absolute_expiry: Some(NOW + 90 * DAY), user_agent: None };

/// A session that went on from `s-0` to `s-1` just now.
async fn rotated() -> TestStore {
    let test_store = test_store().await;
    test_store.session("s").await;
    assert!(matches!(test_store.store.rotate(&rotation("s-0", "s-1", NOW)).await, Ok(Rotated::Fresh(_))));
    test_store
}

/// A refresh with ten seconds of grace.
fn again(presented: &str, now: i64) -> Rotation<'_> {
    Rotation { grace: 10, ..rotation(presented, "another", now) }
}
