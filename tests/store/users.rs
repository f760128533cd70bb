//! Changes to one user.

use crate::{
    proxy::{Interference, Proxy},
    test_store::{NOW, test_store, user},
};
use serde_json::json;
use store::{Attributes, Changed, ImportOutcome, NewUser, Replaced, User};

#[tokio::test]
async fn what_is_created_is_read() {
    let test_store = test_store().await;
    let mut user = user("alice");
    user.last_login = Some(NOW - 5);
    test_store.store.create_user(&user).await.unwrap();
    assert_eq!(test_store.store.user("id-alice").await, Ok(Some(user)));
    assert_eq!(test_store.store.user("id-bob").await, Ok(None));
}

#[tokio::test]
async fn a_name_is_found_as_it_is_written() {
    let test_store = test_store().await;
    let user = test_store.user("Alice").await;
    assert_eq!(test_store.store.user_named("Alice").await, Ok(Some(user.clone())));
    assert_eq!(test_store.store.user_named("alice").await, Ok(None));
    assert_eq!(test_store.store.user_folded("aLICE").await, Ok(Some(user)));
    assert_eq!(test_store.store.user_folded("bob").await, Ok(None));
}

#[tokio::test]
async fn an_address_is_found_as_it_is_written() {
    let test_store = test_store().await;
    let user = test_store.user("Alice").await;
    assert_eq!(test_store.store.user_with_email("Alice@example.test").await, Ok(Some(user.clone())));
    assert_eq!(test_store.store.user_with_email("alice@example.test").await, Ok(None));
    assert_eq!(test_store.store.user_with_email_folded("ALICE@example.test").await, Ok(Some(user)));
}

#[tokio::test]
async fn dd_31_a_name_longer_than_a_key_is_nobody() {
    let test_store = test_store().await;
    assert_eq!(test_store.store.user_named(&"n".repeat(5_000)).await, Ok(None));
    assert_eq!(test_store.store.user(&"n".repeat(5_000)).await, Ok(None));
}

#[tokio::test]
async fn dd_31_a_long_name_is_unique_too() {
    let test_store = test_store().await;
    let name = "n".repeat(3_000);
    let (mut one, mut two) = (user("one"), user("two"));
    (one.username, two.username) = (name.clone(), name.to_uppercase());
    test_store.store.create_user(&one).await.unwrap();
    assert_eq!(test_store.store.create_user(&two).await, Ok(store::Created::NameTaken));
    assert_eq!(test_store.store.user_named(&name).await, Ok(Some(one)));
}

#[tokio::test]
async fn pw_10_a_password_is_hashed_again_only_if_it_is_the_same() {
    let test_store = test_store().await;
    let user = test_store.user("alice").await;
    let store = &test_store.store;
    assert_eq!(store.replace_password("id-alice", "another", "new").await, Ok(Replaced::Stale));
    assert_eq!(store.user("id-alice").await.unwrap().unwrap().password, user.password);
    assert_eq!(store.replace_password("id-alice", &user.password, "new").await, Ok(Replaced::Replaced));
    assert_eq!(store.user("id-alice").await.unwrap().unwrap().password, "new");
    assert_eq!(store.replace_password("id-bob", "old", "new").await, Ok(Replaced::Missing));
}

#[tokio::test]
async fn a_hash_that_is_there_already_is_replaced() {
    let test_store = test_store().await;
    let user = test_store.user("alice").await;
    for _ in 0..2 {
        let outcome = test_store.store.replace_password("id-alice", &user.password, "new").await;
        assert_eq!(outcome, Ok(Replaced::Replaced));
    }
}

#[tokio::test]
async fn rf_20_a_new_password_ends_all_sessions_in_one_write() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    assert_eq!(test_store.store.set_password("id-alice", "new", Some(NOW + 9)).await, Ok(Changed::Changed));
    let user = test_store.store.user("id-alice").await.unwrap().unwrap();
    assert_eq!((user.password.as_str(), user.epoch), ("new", NOW + 12));
}

#[tokio::test]
async fn a_new_password_can_leave_the_sessions() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    test_store.store.set_password("id-alice", "new", None).await.unwrap();
    let user = test_store.store.user("id-alice").await.unwrap().unwrap();
    assert_eq!((user.password.as_str(), user.epoch), ("new", NOW));
}

#[tokio::test]
async fn rf_21_the_epoch_always_grows() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    for (now, epoch) in [(NOW, NOW + 3), (NOW, NOW + 4), (NOW - 100, NOW + 5), (NOW + 50, NOW + 53)] {
        assert_eq!(test_store.store.bump_epoch("id-alice", now).await, Ok(Changed::Changed));
        assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().epoch, epoch);
    }
}

#[tokio::test]
async fn a_user_is_disabled_and_enabled() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    for (active, epoch, expected) in
        [(false, Some(NOW + 1), NOW + 4), (true, None, NOW + 4), (false, Some(NOW), NOW + 5)]
    {
        assert_eq!(test_store.store.set_active("id-alice", active, epoch).await, Ok(Changed::Changed));
        let user = test_store.store.user("id-alice").await.unwrap().unwrap();
        assert_eq!((user.is_active, user.epoch), (active, expected));
    }
}

#[tokio::test]
async fn a_login_is_recorded() {
    let test_store = test_store().await;
    test_store.user("alice").await;
    assert_eq!(test_store.store.touch_login("id-alice", NOW + 3).await, Ok(Changed::Changed));
    assert_eq!(test_store.store.user("id-alice").await.unwrap().unwrap().last_login, Some(NOW + 3));
}

#[tokio::test]
async fn a_change_makes_no_user() {
    let test_store = test_store().await;
    let store = &test_store.store;
    assert_eq!(store.set_password("id-bob", "new", Some(NOW)).await, Ok(Changed::Missing));
    assert_eq!(store.set_active("id-bob", true, None).await, Ok(Changed::Missing));
    assert_eq!(store.bump_epoch("id-bob", NOW).await, Ok(Changed::Missing));
    assert_eq!(store.touch_login("id-bob", NOW).await, Ok(Changed::Missing));
    assert_eq!(test_store.user_item("user#id-bob").await, None);
}

#[tokio::test]
async fn all_users_are_listed_page_by_page() {
    let test_store = test_store().await;
    let mut names: Vec<String> = (0..120).map(|number| format!("user-{number:03}")).collect();
    for name in &names {
        test_store.user(name).await;
    }
    names.push("x".repeat(1_000));
    test_store.user(&"x".repeat(1_000)).await;
    let (mut found, mut next, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let page = test_store.store.users(next.as_deref()).await.unwrap();
        found.extend(page.users.into_iter().map(|user| user.username));
        pages += 1;
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    found.sort();
    assert_eq!(found, names);
    assert!(pages > 1, "a page holds 200 rows, and every user has three");
}

#[tokio::test]
async fn of_newcomers_the_first_owns_an_address() {
    let test_store = test_store().await;
    let (store, there) = (&test_store.store, test_store.user("there").await);
    let newcomer = |name: &str, email: &str, claims_email| {
        let user = User { email: email.to_owned(), ..user(name) };
        NewUser { user, claims_email }
    };
    let newcomers = [
        newcomer("taken", &there.email, true),
        newcomer("first", "new@example.test", true),
        newcomer("second", "new@example.test", true),
        newcomer("modest", "own@example.test", false),
        newcomer("nobody", "", true),
        newcomer("somebody", "", true),
    ];
    for _ in 0..2 {
        assert_eq!(store.create_users(&newcomers, NOW).await, Ok(vec![ImportOutcome::Created; 6]));
    }
    assert_eq!(store.user_with_email(&there.email).await, Ok(Some(there)));
    assert_eq!(store.user_with_email("new@example.test").await.unwrap().unwrap().id, "id-first");
    assert_eq!(store.user_with_email("own@example.test").await, Ok(None));
    let mut without = store.users(None).await.unwrap().without_email;
    without.sort();
    assert_eq!(without, ["id-modest", "id-second", "id-taken"]);
}

#[tokio::test]
async fn a_newcomer_takes_no_id_of_another() {
    let test_store = test_store().await;
    let (store, alice) = (&test_store.store, test_store.user("alice").await);
    let taken = ImportOutcome::IdTaken { username: "alice".to_owned() };
    let same = [NewUser { user: alice.clone(), claims_email: true }];
    let other = [NewUser { user: User { password: "x".to_owned(), ..alice }, claims_email: true }];
    assert_eq!(store.preview_users(&same, NOW).await, Ok(vec![taken.clone()]));
    assert_eq!(store.create_users(&other, NOW).await, Ok(vec![taken]));
    let twins = [0; 2].map(|_| NewUser { user: user("twin"), claims_email: true });
    let taken = ImportOutcome::IdTaken { username: "twin".to_owned() };
    assert_eq!(store.create_users(&twins, NOW).await, Ok(vec![ImportOutcome::Created, taken]));
}

#[tokio::test]
async fn lg_01_debug_prints_no_password() {
    assert!(!format!("{:?}", user("alice")).contains("argon2"));
}

#[tokio::test]
async fn rights_are_ones_own_when_the_answer_is_lost_and_stale_when_somebody_else_wrote_them() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    let wanted = User { is_staff: true, groups: vec!["editors".to_owned()], ..alice.clone() };
    let gold = Attributes::of_json(json!({"plan": "gold"}).as_object().unwrap()).unwrap();
    for ended in [None, Some(NOW)] {
        let losing = test_store.through(&Proxy::first(Interference::Lost).await.url);
        assert_eq!(losing.set_rights(&alice, &wanted, ended).await, Ok(Replaced::Replaced), "{ended:?}");
        assert_eq!(losing.set_rights(&alice, &wanted, ended).await, Ok(Replaced::Replaced), "it is so already");
        let now = test_store.store.user(&alice.id).await.unwrap().unwrap();
        assert_eq!((now.is_staff, now.epoch > alice.epoch), (true, ended.is_some()));
        let others = [
            User { is_active: false, ..wanted.clone() },
            User { is_staff: false, ..wanted.clone() },
            User { is_superuser: true, ..wanted.clone() },
            User { groups: Vec::new(), ..wanted.clone() },
            User { attributes: gold.clone(), ..wanted.clone() },
        ];
        for other in others {
            assert_eq!(test_store.store.set_rights(&alice, &other, ended).await, Ok(Replaced::Stale), "{other:?}");
        }
        let later = Some(NOW + 9);
        assert_eq!(test_store.store.set_rights(&alice, &wanted, later).await, Ok(Replaced::Stale), "sessions go on");
        assert_eq!(test_store.store.set_rights(&now, &alice, None).await, Ok(Replaced::Replaced));
    }
    let nobody = user("nobody");
    assert_eq!(test_store.store.set_rights(&nobody, &nobody, None).await, Ok(Replaced::Missing));
}

#[tokio::test]
async fn a_profile_is_ones_own_when_the_answer_is_lost_and_stale_when_somebody_else_wrote_it() {
    let test_store = test_store().await;
    let alice = test_store.user("alice").await;
    let wanted = User { first_name: "Alice".to_owned(), ..alice.clone() };
    let losing = test_store.through(&Proxy::first(Interference::Lost).await.url);
    assert_eq!(losing.edit_user(&alice, &wanted).await, Ok(Replaced::Replaced));
    let other = User { first_name: "Alicia".to_owned(), ..alice.clone() };
    assert_eq!(test_store.store.edit_user(&alice, &other).await, Ok(Replaced::Stale));
}
