//! Names and addresses: unique, kept, given up.

use crate::test_store::{NOW, TestStore, test_store, user};
use store::{
    Amended, Amendment, Changed, Created, ImportOutcome, NewUser, Registration, Renamed, Renewed, Replaced, User,
};

#[tokio::test]
async fn a_name_that_differs_by_case_is_taken() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    for name in ["alice", "ALICE", "ａｌｉｃｅ"] {
        let mut other = user("other");
        other.username = name.to_owned();
        assert_eq!(test_store.store.create_user(&other).await, Ok(Created::NameTaken), "{name}");
    }
    assert_eq!(test_store.store.user("id-other").await, Ok(None), "nothing of a refused user is written");
    assert_eq!(test_store.user_item("email#other@example.test").await, None);
}

#[tokio::test]
async fn an_id_is_taken() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    let mut other = user("other");
    other.id = alice.id.clone();
    assert_eq!(test_store.store.create_user(&other).await, Ok(Created::IdTaken));
    assert_eq!(test_store.store.user(&alice.id).await, Ok(Some(alice)));
    assert_eq!(test_store.user_item("name#other").await, None);
}

#[tokio::test]
async fn dd_06_a_user_who_is_there_to_the_letter_was_created() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    assert_eq!(test_store.store.create_user(&alice).await, Ok(Created::Created));
    let mut other = alice;
    other.password.push('x');
    assert_eq!(test_store.store.create_user(&other).await, Ok(Created::IdTaken));
}

#[tokio::test]
async fn the_first_owner_keeps_an_address() {
    let test_store = test_store().await;
    let (first, mut second) = (test_store.user("first").await, user("second"));
    second.email = "FIRST@example.test".to_owned();
    assert_eq!(test_store.store.create_user(&second).await, Ok(Created::Created));
    assert_eq!(test_store.store.user("id-second").await, Ok(Some(second.clone())));
    assert_eq!(test_store.store.user_with_email_folded(&first.email).await, Ok(Some(first.clone())));
    assert_eq!(test_store.store.user_with_email(&second.email).await, Ok(None));
    assert_eq!(test_store.store.create_user(&second).await, Ok(Created::Created), "also when it is done again");

    assert_eq!(test_store.store.delete_user("id-second", NOW).await, Ok(true));
    assert_eq!(test_store.store.user_with_email(&first.email).await, Ok(Some(first)), "who owns nothing frees nothing");
}

#[tokio::test]
async fn users_without_an_address_do_not_meet() {
    let test_store = test_store().await;
    for name in ["one", "two"] {
        let mut user = user(name);
        user.email = String::new();
        assert_eq!(test_store.store.create_user(&user).await, Ok(Created::Created));
    }
    assert_eq!(test_store.store.user_with_email("").await, Ok(None));
}

#[tokio::test]
async fn a_rename_moves_the_name() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    assert_eq!(test_store.store.rename("id-alice", "alice", "carol", NOW).await, Ok(Renamed::Renamed));
    assert_eq!(test_store.store.user_named("alice").await, Ok(None));
    assert_eq!(test_store.store.user_named("carol").await.unwrap().unwrap().id, "id-alice");
    assert_eq!(name_owner(&test_store, "alice").await, None);
    let mut next = user("next");
    next.username = "Alice".to_owned();
    assert_eq!(test_store.store.create_user(&next).await, Ok(Created::Created), "the old name is free");
}

#[tokio::test]
async fn a_rename_may_change_the_case_alone() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    assert_eq!(test_store.store.rename("id-alice", "alice", "Alice", NOW).await, Ok(Renamed::Renamed));
    assert_eq!(test_store.store.user_named("Alice").await.unwrap().unwrap().username, "Alice");
    assert_eq!(name_owner(&test_store, "alice").await.as_deref(), Some("id-alice"));
}

#[tokio::test]
async fn a_rename_meets_its_limits() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    test_store.user("bob").await;
    let store = &test_store.store;
    assert_eq!(store.rename("id-alice", "alice", "BOB", NOW).await, Ok(Renamed::NameTaken));
    assert_eq!(store.rename("id-alice", "elsewhere", "carol", NOW).await, Ok(Renamed::Stale));
    assert_eq!(store.rename("id-nobody", "nobody", "carol", NOW).await, Ok(Renamed::Missing));
    assert_eq!(store.rename("id-nobody", "nobody", "Nobody", NOW).await, Ok(Renamed::Missing));
    assert_eq!(store.user("id-alice").await, Ok(Some(user("alice"))));
    assert_eq!(name_owner(&test_store, "carol").await, None);
}

#[tokio::test]
async fn dd_06_a_rename_that_was_done_is_done() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    for _ in 0..2 {
        assert_eq!(test_store.store.rename("id-alice", "alice", "carol", NOW).await, Ok(Renamed::Renamed));
    }
}

#[tokio::test]
async fn a_deleted_user_frees_name_and_address() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    assert_eq!(test_store.store.delete_user("id-alice", NOW).await, Ok(true));
    assert_eq!(test_store.store.user("id-alice").await, Ok(None));
    for key in ["name#alice", "email#alice@example.test"] {
        assert_eq!(test_store.user_item(key).await, None, "{key}");
    }
    assert_eq!(test_store.store.delete_user("id-alice", NOW).await, Ok(false));
    assert_eq!(test_store.store.create_user(&alice).await, Ok(Created::Created));
}

#[tokio::test]
async fn the_id_of_a_deleted_user_is_held_while_tokens_may_say_it() {
    let test_store = test_store().await;
    let (alice, store) = (test_store.user("alice").await, &test_store.store);
    // As an import makes it: older than its tokens.
    let alice = User { epoch: 0, ..alice };
    assert_eq!(store.delete_user("id-alice", NOW + 300).await, Ok(true));
    assert_eq!(
        test_store.user_item("user#id-alice").await.unwrap().len(),
        2,
        "nothing but the key and the time is left"
    );
    assert_eq!(store.create_user(&alice).await, Ok(Created::IdHeld { until: NOW + 300 }));
    let newcomers = [NewUser { user: alice.clone(), claims_email: true }];
    let held = Ok(vec![ImportOutcome::IdHeld { until: NOW + 300 }]);
    assert_eq!(store.preview_users(&newcomers, NOW + 299).await, held);
    assert_eq!(store.create_users(&newcomers, NOW + 299).await, held);
    assert_eq!(store.user("id-alice").await, Ok(None));
    assert_eq!(store.users(None).await.unwrap().users, []);
    assert_eq!(store.token_status(None, "x", Some("id-alice")).await.unwrap().user, None);
    assert_eq!(store.bump_epoch("id-alice", NOW).await, Ok(Changed::Missing));
    assert_eq!(store.replace_password("id-alice", "x", "y").await, Ok(Replaced::Missing));
    assert_eq!(store.rename("id-alice", "alice", "carol", NOW).await, Ok(Renamed::Missing));
    assert_eq!(store.change_password(&alice, "new", None, NOW).await, Ok(Renewed::Missing));
    for _ in 0..2 {
        assert_eq!(store.create_users(&newcomers, NOW + 300).await, Ok(vec![ImportOutcome::Created]));
    }
    let dated = User { epoch: NOW + 300, ..alice };
    assert_eq!(store.user("id-alice").await, Ok(Some(dated)), "no token from before is theirs");
}

#[tokio::test]
async fn a_new_address_takes_the_place_of_the_old() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    assert_eq!(
        test_store.store.update_profile("id-alice", "new@example.test", "A", "B", None).await,
        Ok(Changed::Changed)
    );
    let alice = test_store.store.user("id-alice").await.unwrap().unwrap();
    assert_eq!(
        (alice.email.as_str(), alice.first_name.as_str(), alice.last_name.as_str()),
        ("new@example.test", "A", "B")
    );
    assert_eq!(test_store.store.user_with_email("new@example.test").await, Ok(Some(alice)));
    assert_eq!(test_store.user_item("email#alice@example.test").await, None);
}

#[tokio::test]
async fn a_new_address_ends_what_was_to_be_confirmed_and_a_new_name_does_not() {
    let test_store = test_store().await;
    let (alice, store) = (test_store.user("alice").await, &test_store.store);
    let account = store.account("id-alice").await.unwrap().unwrap();
    let given = Amendment { email: Some("given@example.test"), ..Amendment::default() };
    assert_eq!(store.amend(&account, &given, NOW).await, Ok(Amended::Amended));
    for (email, is_found) in [(alice.email.as_str(), true), ("new@example.test", false)] {
        assert_eq!(store.update_profile("id-alice", email, "A", "B", None).await, Ok(Changed::Changed));
        let row = test_store.user_item("unconfirmed#given@example.test").await;
        assert_eq!(row.is_some_and(|row| row.contains_key("user_ids")), is_found, "{email}");
    }
}

#[tokio::test]
async fn an_address_that_has_an_owner_is_shared_not_taken() {
    let test_store = test_store().await;
    let bob = test_store.user("bob").await;
    test_store.user("alice").await;
    assert_eq!(test_store.store.update_profile("id-alice", &bob.email, "", "", None).await, Ok(Changed::Changed));
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().email, bob.email);
    assert_eq!(test_store.store.user_with_email(&bob.email).await, Ok(Some(bob)));
    assert_eq!(test_store.store.update_profile("id-alice", "", "", "", None).await, Ok(Changed::Changed));
    assert!(test_store.user_item("email#bob@example.test").await.is_some(), "who owns nothing frees nothing");
    assert_eq!(test_store.store.update_profile("id-nobody", "", "", "", None).await, Ok(Changed::Missing));
}

#[tokio::test]
async fn a_deleted_user_is_not_among_those_who_gave_an_address() {
    for round in 0..20 {
        let test_store = test_store().await;
        test_store.user("alice").await;
        let store = &test_store.store;
        let account = store.account("id-alice").await.unwrap().unwrap();
        let amendment = Amendment { email: Some("new@example.test"), ..Amendment::default() };
        let amended = async {
            tokio::time::sleep(std::time::Duration::from_micros(round * 150)).await;
            store.amend(&account, &amendment, NOW).await
        };
        let (deleted, _) = tokio::join!(store.delete_user("id-alice", NOW), amended);
        assert_eq!(deleted, Ok(true));
        let given = test_store.user_item("unconfirmed#new@example.test").await;
        assert!(given.is_none_or(|row| !row.contains_key("user_ids")), "round {round}");
    }
}

#[tokio::test]
async fn an_amendment_takes_no_name_and_no_address_of_another() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    let (bob, store) = (test_store.user("bob").await, &test_store.store);
    let account = store.account("id-alice").await.unwrap().unwrap();
    let named = Amendment { username: Some("BOB"), ..Amendment::default() };
    assert_eq!(store.amend(&account, &named, NOW).await, Ok(Amended::NameTaken));
    let given = Amendment { email: Some(&bob.email), ..Amendment::default() };
    assert_eq!(store.amend(&account, &given, NOW).await, Ok(Amended::Amended));
    let account = store.account("id-alice").await.unwrap().unwrap();
    let confirmed = Amendment { confirm: true, ..Amendment::default() };
    assert_eq!(store.amend(&account, &confirmed, NOW).await, Ok(Amended::Stale));
    assert_eq!(store.user("id-alice").await, Ok(Some(user("alice"))));
    assert_eq!(store.user_with_email(&bob.email).await, Ok(Some(bob)));
    assert_eq!(store.delete_user("id-alice", NOW).await, Ok(true));
    assert_eq!(test_store.user_item("email#alice@example.test").await, None, "it was theirs throughout");
}

#[tokio::test]
async fn an_amendment_keeps_the_session_that_asks_if_it_lives() {
    let test_store = test_store().await;
    let (alice, store) = (test_store.user("alice").await, &test_store.store);
    let amended = async |kept| {
        let account = store.account(&alice.id).await.unwrap().unwrap();
        let amendment = Amendment { password: Some("new"), kept: Some(kept), ..Amendment::default() };
        store.amend(&account, &amendment, NOW).await
    };
    assert_eq!(amended("of-django").await, Ok(Amended::Amended), "a session without a row goes on");
    let sid = "0123456789abcdef";
    test_store.session(sid).await;
    assert_eq!(store.bump_epoch(&alice.id, NOW).await, Ok(Changed::Changed));
    assert_eq!(amended(sid).await, Ok(Amended::Over));
}

#[tokio::test]
async fn the_21st_who_gives_an_address_takes_the_place_of_the_first() {
    let test_store = test_store().await;
    let store = &test_store.store;
    for number in 10..31 {
        let name = format!("user{number}");
        test_store.user(&name).await;
        let account = store.account(&format!("id-{name}")).await.unwrap().unwrap();
        let given = Amendment { email: Some("new@example.test"), ..Amendment::default() };
        assert_eq!(store.amend(&account, &given, NOW).await, Ok(Amended::Amended), "{name}");
    }
    let found = store.accounts_at("new@example.test").await.unwrap();
    let names: Vec<_> = found.iter().map(|account| account.user.username.as_str()).collect();
    assert_eq!((names.len(), names.first(), names.last()), (20, Some(&"user11"), Some(&"user30")));
}

#[tokio::test]
async fn a_rename_ends_sessions_that_are_ahead_of_the_clock() {
    let test_store = test_store().await;
    let alice = User { epoch: NOW + 100, ..user("alice") };
    assert_eq!(test_store.store.create_user(&alice).await, Ok(Created::Created));
    assert_eq!(test_store.store.rename("id-alice", "alice", "carol", NOW).await, Ok(Renamed::Renamed));
    assert_eq!(test_store.store.user_named("carol").await.unwrap().unwrap().epoch, NOW + 101);
}

#[tokio::test]
async fn who_was_let_in_by_an_operator_waits_for_no_link_any_more() {
    let test_store = test_store().await;
    let store = &test_store.store;
    let new = |name: &str| User { email: String::new(), is_active: false, ..user(name) };
    let awaits = async |user: &User| store.account(&user.id).await.unwrap().unwrap().awaits_activation;
    let (first, second) = (new("first"), new("second"));
    for user in [&first, &second] {
        let unconfirmed_email = "new@example.test";
        let made = store.register(&Registration { user, unconfirmed_email, awaits_activation: true, mail: None }).await;
        assert_eq!((made, awaits(user).await), (Ok(Created::Created), true));
    }
    for is_active in [true, false] {
        assert_eq!(store.set_active(&first.id, is_active, None).await, Ok(Changed::Changed));
        let before = User { is_active: !is_active, ..second.clone() };
        let wanted = User { is_active, ..second.clone() };
        assert_eq!(store.set_rights(&before, &wanted, None).await, Ok(Replaced::Replaced));
    }
    assert!(!awaits(&first).await && !awaits(&second).await, "a link would let a disabled user in");
}

#[tokio::test]
async fn what_was_to_be_confirmed_is_taken_back_by_the_present_address_or_by_none() {
    let test_store = test_store().await;
    let (alice, store) = (test_store.user("alice").await, &test_store.store);
    for back in [alice.email.as_str(), ""] {
        for (email, unconfirmed) in [("new@example.test", Some("new@example.test")), (back, None)] {
            let account = store.account("id-alice").await.unwrap().unwrap();
            let amendment = Amendment { email: Some(email), ..Amendment::default() };
            assert_eq!(store.amend(&account, &amendment, NOW).await, Ok(Amended::Amended));
            let account = store.account("id-alice").await.unwrap().unwrap();
            assert_eq!((account.unconfirmed_email.as_deref(), &account.user.email), (unconfirmed, &alice.email));
        }
    }
}

async fn name_owner(test_store: &TestStore, name: &str) -> Option<String> {
    let guard = test_store.user_item(&format!("name#{name}")).await?;
    guard["user_id"].as_s().ok().cloned()
}
