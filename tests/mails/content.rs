//! What SES is asked to send.

use crate::world::World;
use ::mail::{Delivered, Failure};
use serde_json::json;
use settings::Settings;
use store::{MailKind, MailState, User};
use tests::{
    accounts::{DJOSER, GOOD, log_in, post, register},
    app::{SECRET, user},
};

#[tokio::test]
async fn a_link_from_the_mail_lets_its_user_in() {
    let world = World::new().await;
    register(&world.app, "newuser", "new@example.com").await;
    world.deliver(&world.only().await.id).await;
    let asked = world.ses.asked();
    let [request] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(request["FromEmailAddress"], "Example <noreply@example.com>");
    assert_eq!(request["Destination"], json!({"ToAddresses": ["new@example.com"]}));
    let message = &request["Content"]["Simple"];
    assert_eq!(message["Subject"], json!({"Data": "Account activation on Example", "Charset": "UTF-8"}));
    let text = message["Body"]["Text"]["Data"].as_str().unwrap();
    let link = text.lines().find(|line| line.starts_with("https://app.example.com/activate/")).unwrap();
    let [token, uid] = link.rsplit('/').take(2).collect::<Vec<_>>()[..] else { panic!("{link}") };
    assert_eq!(log_in(&world.app, "newuser", GOOD).await, 401);
    assert_eq!(post(&world.app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    assert_eq!(log_in(&world.app, "newuser", GOOD).await, 200);
}

/// Names come from imports, too, where no rule of ours was asked.
#[tokio::test]
async fn a_hostile_name_adds_no_header_no_recipient_and_no_element() {
    let world = World::new().await;
    let hostile = "x\r\nBcc: all@example.org\r\n\r\n<a href=\"https://evil.example\">{{ url }}";
    let guest = User { first_name: hostile.to_owned(), ..user("9", hostile, true) };
    let guest = User { email: "guest@example.com".to_owned(), ..guest };
    world.app.service.store.create_user(&guest).await.unwrap();
    let id = world.ask("1", "guest@example.com").await;
    assert_eq!(world.deliver(&id).await, Delivered::Sent(MailKind::PasswordReset, 1));
    let request = world.ses.asked().remove(0);
    assert_eq!(request["Destination"], json!({"ToAddresses": ["guest@example.com"]}));
    let message = &request["Content"]["Simple"];
    assert_eq!(message["Subject"]["Data"], "Password reset on Example");
    let html = message["Body"]["Html"]["Data"].as_str().unwrap();
    assert!(!html.contains("<a href=\"https://evil") && html.matches("<a ").count() == 1, "{html}");
    let text = message["Body"]["Text"]["Data"].as_str().unwrap();
    assert!(!text.contains("\nBcc") && text.contains("{{ url }}"), "{text}");
}

#[tokio::test]
async fn an_address_that_no_mail_reaches_fails_as_such() {
    let world = World::new().await;
    let long = format!("{}@example.com", "a".repeat(65));
    for (id, to) in ["a@example.com,b@example.com", "a@localhost", "a@[127.0.0.1]", &long].into_iter().enumerate() {
        let id = id.to_string();
        let guest = User { email: to.to_owned(), ..user(&format!("9{id}"), &format!("guest{id}"), true) };
        world.app.service.store.create_user(&guest).await.unwrap();
        world.ask(&id, to).await;
        assert_eq!(world.deliver(&id).await, Delivered::Failed(Failure::Undeliverable, String::new()));
        let says = "undeliverable: no mail reaches this address";
        assert_eq!(world.state(&id).await, MailState::Failed(says.to_owned()));
    }
    assert_eq!(world.ses.asked().len(), 0);
}

#[tokio::test]
async fn a_domain_with_other_letters_goes_out_in_those_of_ascii() {
    let world = World::new().await;
    assert_eq!(register(&world.app, "newuser", "new@ex\u{e4}mple.com").await.status, 201);
    assert_eq!(world.deliver(&world.only().await.id).await, Delivered::Sent(MailKind::Activation, 1));
    let asked = world.ses.asked();
    assert_eq!(asked[0]["Destination"], json!({"ToAddresses": ["new@xn--exmple-cua.com"]}));
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_not_sent() {
    let mut world = World::new().await;
    let without: Vec<_> = DJOSER.into_iter().filter(|(name, _)| !name.starts_with("PASSWORD")).collect();
    world.settings = Settings::of(&[&without[..], &[("SIGNING_KEY", SECRET)]].concat()).unwrap();
    let id = world.ask("1", "alice@example.com").await;
    let says = "the link leads nowhere; set PASSWORD_RESET_CONFIRM_URL, and DOMAIN where it is a path";
    assert_eq!(world.deliver(&id).await, Delivered::Failed(Failure::Faulty, says.to_owned()));
}
