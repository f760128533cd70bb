//! Many hands on what is good once: a name, a link that lets in, a link that sets a password.

use crate::{Busy, RACERS, all_answered, answered, repeat, rounds};
use serde_json::json;
use std::sync::Arc;
use tests::{
    accounts::{GOOD, activating, djoser, link, log_in, post, register},
    app::TestApp,
    wire::{Answer, Request},
};
use tokio::task::JoinSet;

/// How many rounds there are: in a short run a part of them, since each hashes a password, or one for every racer.
fn fewer(share: usize) -> usize {
    if rounds() < 500 { rounds().div_ceil(share) } else { rounds() }
}

/// What `RACERS` are answered who ask at once, each with a request and an address of its own, so that nobody meets a bound.
async fn race(app: &Arc<TestApp>, request: impl Fn(u8) -> Request) -> Vec<Answer> {
    let mut racers = JoinSet::new();
    for racer in 0..u8::try_from(RACERS).unwrap() {
        let (app, request) = (Arc::clone(app), request(racer).from([127, 0, 1, 1 + racer]));
        racers.spawn(async move { app.send(request).await });
    }
    racers.join_all().await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// One is answered `won`, all others `lost`, whoever was answered at all.
fn one_wins(answers: &[Answer], won: u16, lost: u16) -> Result<(), Busy> {
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(count(answers, won) <= 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [won, lost, 503].contains(status)), "{statuses:?}");
    all_answered(answers)?;
    assert_eq!(count(answers, won), 1, "{statuses:?}");
    Ok(())
}

/// Uid and token of the link in the mail that was asked for last.
async fn mailed(app: &TestApp, asked: Answer) -> Result<(String, String), Busy> {
    let asked = answered(asked)?;
    assert!(matches!(asked.status, 201 | 204), "{}", asked.text());
    Ok(link(app).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_thirty_two_gets_a_name() {
    let round = async |_| {
        let app = Arc::new(djoser(&[]).await);
        let body =
            |racer: u8| json!({"username": "newuser", "email": format!("{racer}@example.com"), "password": GOOD});
        one_wins(&race(&app, |racer| Request::json("/auth/users/", &body(racer))).await, 201, 400)
    };
    repeat("one of thirty-two gets a name", fewer(10), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_thirty_two_is_let_in_by_a_link() {
    let round = async |_| {
        let app = Arc::new(activating().await);
        let asked = register(&app, "newuser", "new@example.com").await;
        let (uid, token) = mailed(&app, asked).await?;
        let body = json!({"uid": uid, "token": token});
        one_wins(&race(&app, |_| Request::json("/auth/users/activation/", &body)).await, 204, 403)
    };
    repeat("one of thirty-two is let in by a link", fewer(5), round).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_thirty_two_sets_a_password_by_a_link() {
    let round = async |round| {
        let app = Arc::new(djoser(&[]).await);
        let asked = post(&app, "reset_password/", json!({"email": "alice@example.com"})).await;
        let (uid, token) = mailed(&app, asked).await?;
        let password = |racer: u8| format!("{GOOD}-{racer}");
        let body = |racer: u8| json!({"uid": uid, "token": token, "new_password": password(racer)});
        let answers = race(&app, |racer| Request::json("/auth/users/reset_password_confirm/", &body(racer))).await;
        one_wins(&answers, 204, 400)?;
        let mut good = 0;
        for racer in 0..u8::try_from(RACERS).unwrap() {
            match log_in(&app, "alice", &password(racer)).await {
                503 => return Err(Busy),
                status => good += usize::from(status == 200),
            }
        }
        assert_eq!(good, 1, "round {round}: the password of the one who won");
        Ok(())
    };
    repeat("one of thirty-two sets a password by a link", fewer(10), round).await;
}
