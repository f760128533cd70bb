//! `/auth/users/me/`: `GET`, `PUT`, `PATCH` and `DELETE`

use crate::app::{NOT_PROVIDED, PASSWORD, user};
use serde_json::json;
use tests::{
    accounts::{GOOD, access, activating, djoser, link, log_in, mails, post, post_as, send_as},
    app::TestApp,
    wire::{Answer, Request},
};

fn asking(method: &str, body: &serde_json::Value) -> Request {
    let request = Request::new(method, "/auth/users/me/").header("Content-Type", "application/json");
    request.body(body.to_string())
}

#[tokio::test]
async fn shows_the_caller() {
    let app = djoser(&[]).await;
    let own = access(&app, "alice", PASSWORD).await;
    let answer = send_as(&app, &own, Request::new("GET", "/auth/users/me/")).await;
    let body = r#"{"email":"alice@example.com","id":1,"username":"alice"}"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, body));
    let silent = app.send(Request::new("GET", "/auth/users/me/")).await;
    assert_eq!((silent.status, silent.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn a_new_address_counts_when_its_link_was_used() {
    let app = activating().await;
    let own = access(&app, "alice", PASSWORD).await;
    let answer = give(&app, &own, "other@example.com").await;
    assert_eq!((answer.status, answer.json()["email"].as_str()), (200, Some("other@example.com")));
    let find = async |email: &str| app.service.store.user_with_email(email).await.unwrap().map(|user| user.id);
    assert_eq!(
        [find("alice@example.com").await.as_deref(), find("other@example.com").await.as_deref()],
        [Some("1"), None]
    );
    let [message] = &mails(&app).await[..] else { panic!("one mail") };
    assert_eq!(message.to, "other@example.com");
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    assert_eq!(
        [find("alice@example.com").await.as_deref(), find("other@example.com").await.as_deref()],
        [None, Some("1")]
    );
}

async fn give(app: &TestApp, access: &str, email: &str) -> Answer {
    send_as(app, access, asking("PATCH", &json!({"email": email, "current_password": PASSWORD}))).await
}

#[tokio::test]
async fn no_link_goes_to_an_address_that_a_stolen_token_gives() {
    let app = activating().await;
    let own = access(&app, "alice", PASSWORD).await;
    for (typed, fault) in
        [(json!({}), "This field is required."), (json!({"current_password": "x"}), "Invalid password.")]
    {
        for method in ["PATCH", "PUT"] {
            let mut body = typed.clone();
            body["email"] = json!("evil@example.com");
            let answer = send_as(&app, &own, asking(method, &body)).await;
            let told = format!(r#"{{"current_password":["{fault}"]}}"#);
            assert_eq!((answer.status, answer.text()), (400, told));
        }
    }
    assert!(mails(&app).await.is_empty());
    let same = send_as(&app, &own, asking("PATCH", &json!({"email": "alice@example.com"}))).await;
    assert_eq!(same.status, 200, "nothing changes: {}", same.text());
}

/// To whom mails went that were asked for since `before` were there.
async fn reached(app: &TestApp, before: usize) -> Vec<String> {
    mails(app).await.into_iter().skip(before).map(|message| message.to).collect()
}

#[tokio::test]
async fn an_address_that_a_stolen_token_gives_gets_no_link_for_a_password_or_a_name() {
    let app = djoser(&[]).await;
    let bare = store::User { email: String::new(), ..user("9", "bare", true) };
    app.service.store.create_user(&bare).await.unwrap();
    let (alice, bare) = (access(&app, "alice", PASSWORD).await, access(&app, "bare", PASSWORD).await);
    let blank = give(&app, &alice, "").await;
    assert_eq!((blank.status, blank.text().as_str()), (400, r#"{"email":["This field may not be blank."]}"#));
    let literal = give(&app, &alice, "new@[127.0.0.1]").await;
    assert_eq!((literal.status, literal.text().as_str()), (400, r#"{"email":["Enter a valid email address."]}"#));
    for (own, evil) in [(&alice, "evil@example.com"), (&bare, "worse@example.com")] {
        assert_eq!(give(&app, own, evil).await.status, 200);
        for action in ["reset_password/", "reset_username/"] {
            assert_eq!(post(&app, action, json!({"email": evil})).await.status, 204);
        }
    }
    assert_eq!(reached(&app, 0).await, Vec::<String>::new());
    post(&app, "reset_password/", json!({"email": "alice@example.com"})).await;
    assert_eq!(reached(&app, 0).await, ["alice@example.com"], "the owner is not locked out");
}

#[tokio::test]
async fn the_present_address_given_again_takes_back_the_other() {
    let app = activating().await;
    let own = access(&app, "alice", PASSWORD).await;
    give(&app, &own, "other@example.com").await;
    let link = link(&app).await;
    let answer = give(&app, &own, "alice@example.com").await;
    assert_eq!((answer.status, answer.json()["email"].as_str()), (200, Some("alice@example.com")));
    assert_eq!(post(&app, "activation/", json!({"uid": link.0, "token": link.1})).await.status, 400);
}

#[tokio::test]
async fn an_address_to_be_confirmed_does_not_outlive_what_ends_all_sessions() {
    for recovery in ["set_password", "reset_password", "operator's password", "operator's address", "end of sessions"] {
        let app = activating().await;
        let own = access(&app, "alice", PASSWORD).await;
        assert_eq!(give(&app, &own, "evil@example.com").await.status, 200);
        let (stolen, store) = (link(&app).await, &app.service.store);
        app.advance("1s");
        match recovery {
            "set_password" => {
                let body = json!({"current_password": PASSWORD, "new_password": GOOD});
                assert_eq!(post_as(&app, &own, "set_password/", body).await.status, 204);
            }
            "reset_password" => {
                post(&app, "reset_password/", json!({"email": "alice@example.com"})).await;
                let (uid, token) = link(&app).await;
                let body = json!({"uid": uid, "token": token, "new_password": GOOD});
                assert_eq!(post(&app, "reset_password_confirm/", body).await.status, 204);
            }
            "operator's password" => _ = store.set_password("1", "argon2$another", Some(app.now())).await.unwrap(),
            "operator's address" => {
                _ = store.update_profile("1", "safe@example.com", "", "", None).await.unwrap();
            }
            _ => _ = store.bump_epoch("1", app.now()).await.unwrap(),
        }
        let before = mails(&app).await.len();
        post(&app, "resend_activation/", json!({"email": "evil@example.com"})).await;
        assert_eq!(reached(&app, before).await, Vec::<String>::new(), "{recovery}");
        let body = json!({"uid": stolen.0, "token": stolen.1});
        assert_eq!(post(&app, "activation/", body).await.status, 400, "{recovery}");
    }
}

#[tokio::test]
async fn is_deleted_by_who_knows_the_password() {
    let app = djoser(&[]).await;
    let own = access(&app, "alice", PASSWORD).await;
    let wrong = send_as(&app, &own, asking("DELETE", &json!({"current_password": "wrong"}))).await;
    assert_eq!((wrong.status, wrong.text().as_str()), (400, r#"{"current_password":["Invalid password."]}"#));
    let nothing = send_as(&app, &own, asking("DELETE", &json!({}))).await;
    assert_eq!(nothing.text(), r#"{"current_password":["This field is required."]}"#);
    let gone = send_as(&app, &own, asking("DELETE", &json!({"current_password": PASSWORD}))).await;
    assert_eq!((gone.status, gone.text().as_str()), (204, ""));
    assert_eq!(log_in(&app, "alice", PASSWORD).await, 401);
    let after = send_as(&app, &own, Request::new("GET", "/auth/users/me/")).await;
    assert_eq!(after.json()["code"], "user_not_found");
}
