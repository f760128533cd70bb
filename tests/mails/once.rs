//! One mail, one message: however often it is told of, by however many, whoever ends in between.

use crate::world::World;
use ::mail::{Delivered, Failure, Post};
use serde_json::json;
use store::{AT_WORK, Addressee, Begun, MailKind, MailState};
use tests::{
    accounts::{GOOD, log_in, post, register},
    proxy::{Interference, Proxy},
    ses::Fate,
};

#[tokio::test]
async fn a_stream_that_tells_of_a_mail_again_sends_it_once() {
    let world = World::new().await;
    register(&world.app, "newuser", "new@example.com").await;
    let mail = world.only().await;
    assert_eq!(world.deliver(&mail.id).await, Delivered::Sent(MailKind::Activation, 1));
    assert_eq!(world.deliver(&mail.id).await, Delivered::Settled);
    assert_eq!(world.deliver_later(&mail.id, 86_400).await, Delivered::Settled);
    assert_eq!(world.ses.asked().len(), 1);
}

#[tokio::test]
async fn of_sixteen_who_send_a_mail_at_once_one_does() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let sender = world.sender();
    let post = world.post(&sender);
    let all = (0..16).map(|_| post.deliver(&id, world.times(0)));
    let outcomes = futures_util::future::join_all(all).await;
    let sent = outcomes.iter().filter(|outcome| matches!(outcome, Delivered::Sent(_, 1))).count();
    assert_eq!((sent, world.ses.asked().len()), (1, 1), "{outcomes:?}");
    // The others are told of it again, and learn that it is out.
    assert!(outcomes.iter().all(|outcome| !matches!(outcome, Delivered::Failed(..))), "{outcomes:?}");
    assert_eq!(world.deliver(&id).await, Delivered::Settled);
}

#[tokio::test]
async fn a_mail_that_somebody_began_and_left_is_not_sent_and_not_lost() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let begun = world.app.service.store.begin_mail(&id, world.app.now()).await;
    assert!(matches!(begun, Ok(Begun::Begun(_))));
    assert!(matches!(world.deliver_later(&id, AT_WORK).await, Delivered::Postponed(_)), "somebody is about to");
    let delivered = world.deliver_later(&id, AT_WORK + 1).await;
    assert_eq!(delivered, Delivered::Failed(Failure::Interrupted, String::new()));
    assert_eq!(world.deliver_later(&id, AT_WORK + 2).await, Delivered::Settled);
    assert_eq!(world.ses.asked().len(), 0);
    // The operator wants it sent.
    assert_eq!(world.app.service.store.resend_mail(&id, world.app.now() + 300).await, Ok(true));
    assert_eq!(world.deliver_later(&id, 300).await, Delivered::Sent(MailKind::PasswordReset, 1));
}

#[tokio::test]
async fn an_answer_that_is_lost_leads_to_no_second_message() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    world.ses.plan(&[Fate::Lost]);
    assert_eq!(world.deliver(&id).await, Delivered::Failed(Failure::Unanswered, String::new()));
    assert_eq!(world.deliver(&id).await, Delivered::Settled);
    assert_eq!(world.ses.asked().len(), 1);
    let MailState::Failed(cause) = world.state(&id).await else { panic!("it must have failed") };
    assert_eq!(cause, "SES did not answer: it may be out or not");
}

/// SES took the mail, and the store does not take the mark: seven calls of three attempts each.
#[tokio::test]
async fn a_mark_that_the_store_does_not_take_is_repeated() {
    for (fate, state) in [(Fate::Taken, "sent"), (Fate::Refused(400, "SendingPausedException"), "waiting")] {
        let world = World::new().await;
        let id = world.ask("1", "alice@example.com").await;
        let mut ends = 0;
        let engine = world.app.service.engine();
        let proxy = Proxy::start(&engine, move |call| {
            ends += usize::from(call.body["UpdateExpression"].to_string().contains("REMOVE begun_at"));
            let is_lost = (1..=21).contains(&ends);
            if is_lost { Interference::Answered(500, "{}".to_owned()) } else { Interference::Made }
        });
        let proxy = proxy.await;
        let (sender, store) = (world.sender(), world.app.service.through(&proxy.url));
        world.ses.plan(&[fate]);
        let post = Post { store: &store, ..world.post(&sender) };
        let delivered = post.deliver(&id, world.times(0)).await;
        assert_eq!(world.state(&id).await.word(), state, "{delivered:?}");
        // Nothing has to wait for two minutes, and nobody for the operator.
        let sent = world.deliver(&id).await;
        assert!(matches!(sent, Delivered::Settled | Delivered::Sent(..)), "{sent:?}");
        assert_eq!(world.ses.asked().len(), if state == "sent" { 1 } else { 2 });
    }
}

/// Two have given an address, and nobody has confirmed it: each gets a mail, and SES falters between them.
#[tokio::test]
async fn who_has_got_it_does_not_get_it_again_for_the_sake_of_another() {
    let world = World::new().await;
    for name in ["first", "second"] {
        assert_eq!(register(&world.app, name, "new@example.com").await.status, 201);
    }
    post(&world.app, "resend_activation/", json!({"email": "new@example.com"})).await;
    let mails = world.app.service.store.mails(None).await.unwrap().mails;
    let asked = mails.into_iter().map(|(mail, _)| mail).find(|mail| matches!(mail.to, Addressee::Address(_)));
    let mail = asked.unwrap();
    for (fates, wanted) in [
        (&[Fate::Taken, Fate::Refused(400, "SendingPausedException")][..], 2),
        (&[Fate::Refused(400, "MessageRejected")], 1),
    ] {
        world.ses.plan(fates);
        world.deliver(&mail.id).await;
        assert_eq!(world.ses.asked().len(), wanted);
    }
    assert_eq!(world.app.service.store.resend_mail(&mail.id, world.app.now()).await, Ok(true));
    assert_eq!(world.deliver(&mail.id).await, Delivered::Sent(MailKind::Activation, 1));
    let asked = world.ses.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(log_in(&world.app, "first", GOOD).await, 401, "a mail confirms nothing");
}
