//! Mails that wait: each is begun by one, and ended by who began it.

use crate::test_store::{NOW, TestStore, test_store, user};
use std::collections::HashSet;
use store::{AT_WORK, Addressee, Begun, Created, Mail, MailKind, MailState, Registration, Turn, User};

async fn waiting(store: &TestStore, id: &str) -> Mail {
    let to = Addressee::Address("a@example.test".to_owned());
    let mail = Mail { id: format!("{}-{id}", store.tables.users), kind: MailKind::PasswordReset, to, created_at: NOW };
    store.store.enqueue(&mail).await.unwrap();
    mail
}

async fn begun(store: &TestStore, mail: &Mail) -> String {
    match store.store.begin_mail(&mail.id, NOW).await.unwrap() {
        Begun::Begun(turn) => turn.mark,
        Begun::Otherwise => panic!("nobody began it before"),
    }
}

#[tokio::test]
async fn one_of_many_who_begin_a_mail_sends_it() {
    let store = test_store().await;
    let mail = waiting(&store, "one").await;
    let begin = (0..16).map(|_| store.store.begin_mail(&mail.id, NOW));
    let outcomes = futures_util::future::join_all(begin).await;
    let began = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Begun::Begun(_)))).count();
    assert_eq!(began, 1, "{outcomes:?}");
    assert_eq!(store.store.mail(&mail.id).await, Ok(Some((mail, MailState::Begun(NOW)))));
}

#[tokio::test]
async fn a_mail_that_is_out_is_not_sent_again() {
    let store = test_store().await;
    let mail = waiting(&store, "out").await;
    let mark = begun(&store, &mail).await;
    assert_eq!(store.store.mail_sent(&mail.id, "another", NOW).await, Ok(false));
    assert_eq!(store.store.mail_sent(&mail.id, &mark, NOW + 1).await, Ok(true));
    assert_eq!(store.store.mail_sent(&mail.id, &mark, NOW + 1).await, Ok(true), "also when the answer was lost");
    assert_eq!(store.store.begin_mail(&mail.id, NOW).await, Ok(Begun::Otherwise));
    assert_eq!(store.store.resend_mail(&mail.id, NOW + 99).await, Ok(false));
    assert_eq!(store.store.mail(&mail.id).await, Ok(Some((mail, MailState::Sent(NOW + 1)))));
}

#[tokio::test]
async fn a_mail_that_is_put_again_stays_as_it_is() {
    let store = test_store().await;
    let mail = waiting(&store, "again").await;
    begun(&store, &mail).await;
    assert_eq!(store.store.enqueue(&mail).await, Ok(()), "the answer was lost");
    assert_eq!(store.store.mail(&mail.id).await, Ok(Some((mail, MailState::Begun(NOW)))));
}

#[tokio::test]
async fn a_mail_that_failed_is_kept_and_can_be_tried_again() {
    let store = test_store().await;
    let mail = waiting(&store, "failed").await;
    let turn = Turn { mark: begun(&store, &mail).await, reached: Vec::new(), refused_at: None };
    assert_eq!(store.store.mail_postponed(&mail.id, &turn).await, Ok(true));
    let mark = begun(&store, &mail).await;
    assert_eq!(store.store.mail_failed(&mail.id, &mark, &[], "MessageRejected", NOW).await, Ok(true));
    let (_, state) = store.store.mail(&mail.id).await.unwrap().unwrap();
    assert_eq!(state, MailState::Failed("MessageRejected".to_owned()));
    assert_eq!(store.store.resend_mail(&mail.id, NOW).await, Ok(true));
    begun(&store, &mail).await;
    assert_eq!(store.store.resend_mail(&mail.id, NOW + AT_WORK).await, Ok(false), "somebody is about to send it");
    assert_eq!(store.store.resend_mail(&mail.id, NOW + AT_WORK + 1).await, Ok(true), "who began it is gone");
    let (again, state) = store.store.mail(&mail.id).await.unwrap().unwrap();
    assert_eq!((again.created_at, state), (NOW + AT_WORK + 1, MailState::Waiting), "its link is a new one");
}

#[tokio::test]
async fn who_was_reached_in_an_earlier_turn_is_known_in_the_next() {
    let store = test_store().await;
    let mail = waiting(&store, "reached").await;
    for (reached, known) in [(vec!["1"], vec![]), (vec!["2", "3"], vec!["1"]), (vec![], vec!["1", "2", "3"])] {
        let Begun::Begun(mut turn) = store.store.begin_mail(&mail.id, NOW).await.unwrap() else {
            panic!("nobody began")
        };
        turn.reached.sort();
        assert_eq!(turn.reached, known);
        turn.reached = reached.into_iter().map(str::to_owned).collect();
        assert_eq!(store.store.mail_postponed(&mail.id, &turn).await, Ok(true));
    }
}

#[tokio::test]
async fn a_mail_that_somebody_began_and_left_has_failed() {
    let store = test_store().await;
    let mail = waiting(&store, "left").await;
    let mark = begun(&store, &mail).await;
    assert_eq!(store.store.mail_abandoned(&mail.id, NOW + AT_WORK).await, Ok(false), "somebody is about to send it");
    assert_eq!(store.store.mail_abandoned(&mail.id, NOW + AT_WORK + 1).await, Ok(true));
    assert_eq!(store.store.mail_sent(&mail.id, &mark, NOW + 300).await, Ok(false), "too late");
    let (_, state) = store.store.mail(&mail.id).await.unwrap().unwrap();
    assert!(matches!(state, MailState::Failed(cause) if cause.starts_with("interrupted")));
}

#[tokio::test]
async fn one_of_32_who_register_a_name_gets_it_and_nothing_of_the_others_is_written() {
    let store = test_store().await;
    let racers: Vec<(User, Mail)> = (0..32)
        .map(|number| {
            let id = format!("{}-{number}", store.tables.users);
            let user = User { id: id.clone(), email: String::new(), ..user("newuser") };
            let to = Addressee::User(id.clone());
            (user, Mail { id, kind: MailKind::Activation, to, created_at: NOW })
        })
        .collect();
    let made = racers.iter().map(async |(user, mail)| {
        let registration =
            Registration { user, unconfirmed_email: "a@example.test", awaits_activation: true, mail: Some(mail) };
        store.store.register(&registration).await
    });
    let outcomes = futures_util::future::join_all(made).await;
    let won: Vec<usize> = (0..32).filter(|number| outcomes[*number] == Ok(Created::Created)).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    let accounts = store.store.accounts_at("a@example.test").await.unwrap();
    let ids: HashSet<String> = accounts.into_iter().map(|account| account.user.id).collect();
    assert_eq!(ids, HashSet::from([racers[won[0]].0.id.clone()]));
    for (number, (_, mail)) in racers.iter().enumerate() {
        let is_there = store.store.mail(&mail.id).await.unwrap().is_some();
        assert_eq!(is_there, won.contains(&number), "{number}");
    }
}

#[tokio::test]
async fn mails_are_told_page_by_page_to_the_last() {
    let store = test_store().await;
    let mut ids = HashSet::new();
    for number in 0..201 {
        ids.insert(waiting(&store, &number.to_string()).await.id);
    }
    let mut from = None;
    loop {
        let page = store.store.mails(from.as_deref()).await.unwrap();
        for (mail, _) in page.mails {
            ids.remove(&mail.id);
        }
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert!(ids.is_empty(), "{ids:?}");
}
