//! What SES does not take: later, never, or nobody knows.

use crate::world::World;
use ::mail::{Delivered, Failure, LAST_TURN, PATIENCE, Sender, Times};
use aws_sdk_dynamodb::types::AttributeValue;
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};
use store::{Addressee, Mail, MailKind, MailState, User};
use tests::{accounts::register, app::user, ses::Fate, tools::free_port};

/// For these a moment is enough.
const TOO_FAST: [(u16, &str); 4] =
    [(429, "TooManyRequestsException"), (429, "Unknown"), (400, "ThrottlingException"), (400, "Throttling")];

const LATER: [(u16, &str); 7] = [
    (400, "MailFromDomainNotVerifiedException"),
    (400, "LimitExceededException"),
    (400, "SendingPausedException"),
    (403, "AccessDeniedException"),
    (403, "ExpiredTokenException"),
    (500, "InternalFailure"),
    (503, "ServiceUnavailable"),
];

const NEVER: [(u16, &str); 5] = [
    (400, "MessageRejected"),
    (400, "AccountSuspendedException"),
    (400, "BadRequestException"),
    (400, "InvalidParameterValue"),
    (404, "NotFoundException"),
];

#[tokio::test]
async fn what_may_be_taken_later_is_sent_when_it_is_taken() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    for (status, code) in LATER {
        world.ses.plan(&[Fate::Refused(status, code)]);
        assert_eq!(world.deliver(&id).await, Delivered::Postponed(code.to_owned()));
        assert_eq!(world.state(&id).await, MailState::Waiting);
    }
    assert_eq!(world.deliver(&id).await, Delivered::Sent(MailKind::PasswordReset, 1));
    assert_eq!(world.ses.asked().len(), LATER.len() + 1, "and nothing is repeated in between");
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_may_be_later() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let access = store::Access { endpoint_url: Some(format!("http://{}", free_port())), ..world.ses.access() };
    let nowhere = Sender::new(&access, store::http_client(), "noreply@example.com".to_owned());
    let delivered = world.post(&nowhere).deliver(&id, world.times(0)).await;
    assert_eq!(delivered, Delivered::Postponed("NoConnection".to_owned()));
    assert_eq!(world.deliver(&id).await, Delivered::Sent(MailKind::PasswordReset, 1));
}

#[tokio::test]
async fn what_came_too_fast_is_sent_a_moment_later() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let fates = TOO_FAST.map(|(status, code)| Fate::Refused(status, code));
    world.ses.plan(&fates);
    assert_eq!(world.deliver(&id).await, Delivered::Sent(MailKind::PasswordReset, 1));
    assert_eq!(world.ses.asked().len(), TOO_FAST.len() + 1);
}

#[tokio::test]
async fn what_comes_too_fast_for_long_is_put_off() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let throttled = Fate::Refused(429, "TooManyRequestsException");
    world.ses.plan(&[throttled; 5]);
    assert_eq!(world.deliver(&id).await, Delivered::Postponed("TooManyRequestsException".to_owned()));
    assert_eq!(world.ses.asked().len(), 5, "a batch does not wait for ever");
}

#[tokio::test]
async fn six_hours_after_the_first_refusal_a_mail_is_given_up_and_kept_until_somebody_wants_it_sent() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let paused = Fate::Refused(400, "SendingPausedException");
    world.ses.plan(&[paused; 5]);
    // It waited behind others for all that time.
    for later in [PATIENCE, PATIENCE + 1, 2 * PATIENCE - 1] {
        assert!(matches!(world.deliver_later(&id, later).await, Delivered::Postponed(_)), "{later}");
    }
    let delivered = world.deliver_later(&id, 2 * PATIENCE).await;
    assert_eq!(delivered, Delivered::Failed(Failure::GivenUp, "SendingPausedException".to_owned()));
    assert_eq!(world.deliver_later(&id, 2 * PATIENCE + 1).await, Delivered::Settled);
    assert_eq!(world.app.service.store.resend_mail(&id, world.app.now()).await, Ok(true));
    let later = world.deliver_later(&id, 2 * PATIENCE + 1).await;
    assert!(matches!(later, Delivered::Postponed(_)), "six hours begin again: {later:?}");
    assert_eq!(world.deliver_later(&id, 2 * PATIENCE + 1).await, Delivered::Sent(MailKind::PasswordReset, 1));
}

/// A link is as old as its mail. What has no link is never too old.
#[tokio::test]
async fn a_mail_whose_link_is_dead_is_not_sent() {
    let mut world = World::new().await;
    world.settings.password_reset_timeout = 600;
    let store = &world.app.service.store;
    for (kind, id) in [(MailKind::PasswordReset, "reset"), (MailKind::PasswordChanged, "changed")] {
        for (later, is_dead) in [(600, false), (601, kind == MailKind::PasswordReset)] {
            let mail = Mail { id: format!("{id}-{later}"), kind, ..mail_to_alice(&world) };
            store.enqueue(&mail).await.unwrap();
            let expired = Delivered::Failed(Failure::Expired, String::new());
            let wanted = if is_dead { expired } else { Delivered::Sent(kind, 1) };
            assert_eq!(world.deliver_later(&mail.id, later).await, wanted);
        }
    }
    let says = "expired: its link is older than PASSWORD_RESET_TIMEOUT";
    assert_eq!(world.state("reset-601").await, MailState::Failed(says.to_owned()));
    assert_eq!(store.resend_mail("reset-601", world.app.now() + 601).await, Ok(true));
    assert_eq!(world.deliver_later("reset-601", 602).await, Delivered::Sent(MailKind::PasswordReset, 1));
}

fn mail_to_alice(world: &World) -> Mail {
    let to = Addressee::Address("alice@example.com".to_owned());
    Mail { id: String::new(), kind: MailKind::PasswordReset, to, created_at: world.app.now() }
}

/// The stream forgets after a day, and those behind a mail must have had their turn by then.
#[tokio::test]
async fn a_mail_of_18_hours_is_given_up_at_its_first_refusal() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    world.ses.plan(&[Fate::Refused(400, "SendingPausedException")]);
    let delivered = world.deliver_later(&id, LAST_TURN).await;
    assert_eq!(delivered, Delivered::Failed(Failure::GivenUp, "SendingPausedException".to_owned()));
}

#[tokio::test]
async fn a_mail_without_time_is_never_given_up_and_not_begun() {
    let world = World::new().await;
    let id = world.ask("1", "alice@example.com").await;
    let (sender, soon) = (world.sender(), Instant::now() + Duration::from_secs(9));
    for later in [0, PATIENCE, LAST_TURN] {
        let delivered = world.post(&sender).deliver(&id, Times { until: soon, ..world.times(later) }).await;
        assert_eq!(delivered, Delivered::Postponed("the time is up".to_owned()));
    }
    assert!(!outbox(&world).await[0].contains_key("attempts"), "nobody began");
    assert_eq!(world.deliver_later(&id, LAST_TURN).await, Delivered::Sent(MailKind::PasswordReset, 1));
}

#[tokio::test]
async fn what_is_never_taken_fails_at_once_and_says_why() {
    let world = World::new().await;
    for (status, code) in NEVER {
        let id = world.ask(code, "alice@example.com").await;
        world.ses.plan(&[Fate::Refused(status, code)]);
        assert_eq!(world.deliver(&id).await, Delivered::Failed(Failure::Refused, code.to_owned()));
        assert_eq!(world.state(&id).await, MailState::Failed(format!("{code}: no: new@example.com")));
        assert_eq!(world.deliver(&id).await, Delivered::Settled);
    }
    assert_eq!(world.ses.asked().len(), NEVER.len());
}

/// What stands before Amazon SES does not know what became of the mail.
#[tokio::test]
async fn a_mail_that_may_be_out_is_not_handed_over_again() {
    let world = World::new().await;
    for (status, code) in [(502, "BadGateway"), (504, "GatewayTimeout")] {
        let id = world.ask(code, "alice@example.com").await;
        world.ses.plan(&[Fate::Refused(status, code)]);
        let delivered = world.deliver(&id).await;
        assert!(matches!(delivered, Delivered::Failed(Failure::Unanswered, _)), "{delivered:?}");
        assert_eq!(world.deliver(&id).await, Delivered::Settled);
    }
}

#[tokio::test]
async fn nobody_gets_what_was_asked_for_by_an_address_that_nobody_has() {
    let world = World::new().await;
    let (known, unknown) = (world.ask("1", "alice@example.com").await, world.ask("2", "nobody@example.com").await);
    assert_eq!(world.deliver(&known).await, Delivered::Sent(MailKind::PasswordReset, 1));
    assert_eq!(world.deliver(&unknown).await, Delivered::Sent(MailKind::PasswordReset, 0));
    assert_eq!(world.ses.asked().len(), 1);
    assert_eq!(world.state(&known).await, world.state(&unknown).await, "the rows tell nothing");
    let rows = outbox(&world).await;
    let names = |row: &HashMap<String, AttributeValue>| row.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&rows[0]), names(&rows[1]));
}

#[tokio::test]
async fn who_is_gone_or_kept_out_meanwhile_gets_nothing() {
    let world = World::new().await;
    let store = &world.app.service.store;
    register(&world.app, "newuser", "new@example.com").await;
    let activation = world.only().await;
    let deleted = store.user_named("newuser").await.unwrap().unwrap();
    store.delete_user(&deleted.id, 0).await.unwrap();
    assert_eq!(world.deliver(&activation.id).await, Delivered::Sent(MailKind::Activation, 0));
    let reset = world.ask("1", "alice@example.com").await;
    store.set_active("1", false, None).await.unwrap();
    assert_eq!(world.deliver(&reset).await, Delivered::Sent(MailKind::PasswordReset, 0));
    assert_eq!(world.ses.asked().len(), 0);
}

#[tokio::test]
async fn who_has_no_address_gets_nothing() {
    let world = World::new().await;
    let store = &world.app.service.store;
    store.create_user(&User { email: String::new(), ..user("9", "guest", true) }).await.unwrap();
    let to = Addressee::User("9".to_owned());
    store.enqueue(&Mail { id: "1".to_owned(), kind: MailKind::PasswordChanged, to, created_at: 0 }).await.unwrap();
    assert_eq!(world.deliver("1").await, Delivered::Sent(MailKind::PasswordChanged, 0));
}

/// Its rows as they lie there.
async fn outbox(world: &World) -> Vec<HashMap<String, AttributeValue>> {
    let client = store::client(&store::Access::local(&world.app.service.engine()));
    client.scan().table_name("latchkey-outbox").send().await.unwrap().items.unwrap()
}
