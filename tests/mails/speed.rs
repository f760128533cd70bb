//! How fast mails go through, against the stub: printed, and no reason to fail.

use crate::world::World;
use ::mail::Delivered;
use store::MailKind;

#[tokio::test]
async fn a_hundred_mails_one_after_the_other() {
    let world = World::new().await;
    for number in 0..100 {
        world.ask(&number.to_string(), "alice@example.com").await;
    }
    let (sender, begun) = (world.sender(), std::time::Instant::now());
    let post = world.post(&sender);
    for number in 0..100 {
        let delivered = post.deliver(&number.to_string(), world.times(0)).await;
        assert_eq!(delivered, Delivered::Sent(MailKind::PasswordReset, 1));
    }
    let took = begun.elapsed();
    assert_eq!(world.ses.asked().len(), 100);
    println!("100 mails in {took:?}: {:.0} a second", 100.0 / took.as_secs_f64());
}
