//! `POST /auth/users/` and `GET /auth/users/`

use crate::app::{NOT_PROVIDED, PASSWORD, user};
use serde_json::json;
use std::{collections::HashSet, sync::Arc};
use tests::{
    accounts::{GOOD, access, activating, djoser, link, log_in, mails, post, register, send_as},
    wire::Request,
};

#[tokio::test]
async fn makes_an_account_that_can_log_in() {
    let app = djoser(&[]).await;
    let answer = register(&app, "newuser", "New@EXAMPLE.com").await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let body = format!(r#"{{"email":"New@example.com","username":"newuser","id":"{id}"}}"#);
    assert_eq!((answer.status, answer.text()), (201, body));
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
}

#[tokio::test]
async fn lets_a_user_in_only_after_the_link_in_the_mail() {
    let app = activating().await;
    assert_eq!(register(&app, "newuser", "new@example.com").await.status, 201);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 401);
    let [message] = &mails(&app).await[..] else { panic!("one mail") };
    assert_eq!((message.to.as_str(), message.subject.as_str()), ("new@example.com", "Account activation on Example"));
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    assert_eq!(log_in(&app, "newuser", GOOD).await, 200);
}

#[tokio::test]
async fn tells_all_that_is_wrong_in_djosers_words() {
    let app = djoser(&[]).await;
    let nothing = r#"{"username":["This field is required."],"password":["This field is required."]}"#;
    let name = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
    let email = || r#"{"email":["Enter a valid email address."]}"#.to_owned();
    for (body, faults) in [
        (json!({}), nothing.to_owned()),
        (
            json!({"username": "alice", "email": "x", "password": "12345"}),
            r#"{"username":["A user with that username already exists."],"email":["Enter a valid email address."]}"#.to_owned(),
        ),
        (json!({"username": "a b", "password": GOOD}), format!(r#"{{"username":["{name}"]}}"#)),
        (
            json!({"username": "x".repeat(16_384), "password": GOOD}),
            r#"{"username":["Ensure this field has no more than 150 characters."]}"#.to_owned(),
        ),
        (
            json!({"username": "newuser", "password": "newuser"}),
            r#"{"password":["The password is too similar to the username.","This password is too short. It must contain at least 8 characters.","This password is too common."]}"#.to_owned(),
        ),
        (
            json!({"username": "newuser", "email": format!("{}@example.com", "a".repeat(243)), "password": GOOD}),
            r#"{"email":["Ensure this field has no more than 254 characters."]}"#.to_owned(),
        ),
        (json!({"username": "newuser", "email": format!("{}@example.com", "a".repeat(65)), "password": GOOD}), email()),
        (json!({"username": "newuser", "email": "new@[127.0.0.1]", "password": GOOD}), email()),
        // As Django REST framework, which looks for all that is wrong.
        (
            json!({"username": "newuser", "email": format!("{}@example.com", "a".repeat(309)), "password": GOOD}),
            r#"{"email":["Ensure this field has no more than 254 characters.","Enter a valid email address."]}"#.to_owned(),
        ),
        (
            json!({"username": " x".repeat(76) + "!", "password": GOOD}),
            format!(r#"{{"username":["{name}","Ensure this field has no more than 150 characters."]}}"#),
        ),
        (
            json!({"username": "new\0user", "password": GOOD}),
            format!(r#"{{"username":["{name}","Null characters are not allowed."]}}"#),
        ),
        // A mark is no letter, also where it would make one with that before it (NFKC).
        (json!({"username": "e\u{301}lodie", "password": GOOD}), format!(r#"{{"username":["{name}"]}}"#)),
        (json!({"username": "\u{939}\u{93f}\u{928}", "password": GOOD}), format!(r#"{{"username":["{name}"]}}"#)),
    ] {
        let answer = post(&app, "", body).await;
        assert_eq!((answer.status, answer.text()), (400, faults));
    }
    assert_eq!(mails(&app).await.len(), 0);
    for email in [format!("{}@example.com", "a".repeat(64)), "new@localhost".to_owned()] {
        let body = json!({"username": format!("newuser{}", email.len()), "email": email, "password": GOOD});
        assert_eq!(post(&app, "", body).await.status, 201, "as Django");
    }
}

#[tokio::test]
async fn asks_for_the_password_again_where_it_is_set_so() {
    let app = djoser(&[("USER_CREATE_PASSWORD_RETYPE", "true")]).await;
    let asked = |again: &str| json!({"username": "newuser", "password": GOOD, "re_password": again});
    let answer = post(&app, "", asked("another")).await;
    assert_eq!(answer.text(), r#"{"non_field_errors":["The two password fields didn't match."]}"#);
    assert_eq!(post(&app, "", asked(GOOD)).await.status, 201);
}

#[tokio::test]
async fn one_of_32_racers_gets_a_name() {
    let app = Arc::new(djoser(&[]).await);
    let racers = (0..32_u8).map(|number| {
        let body = json!({"username": "newuser", "email": format!("{number}@example.com"), "password": GOOD});
        // So many callers that none meets its bound.
        let request = Request::json("/auth/users/", &body).from([127, 0, 0, 1 + number]);
        let app = Arc::clone(&app);
        tokio::spawn(async move { app.send(request).await.status })
    });
    let mut won = 0;
    for racer in racers.collect::<Vec<_>>() {
        won += u32::from(racer.await.unwrap() == 201);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_address_gains_nothing_before_it_is_confirmed_and_is_no_obstacle_to_its_owner() {
    let app = djoser(&[("TOKEN_CLAIMS", "email"), ("SEND_ACTIVATION_EMAIL", "true")]).await;
    assert_eq!(register(&app, "thief", "victim@example.com").await.status, 201);
    app.advance("1s");
    assert_eq!(register(&app, "victim", "victim@example.com").await.status, 201);
    assert_eq!(app.service.store.user_with_email("victim@example.com").await, Ok(None));
    let (uid, token) = link(&app).await;
    assert_eq!(post(&app, "activation/", json!({"uid": uid, "token": token})).await.status, 204);
    let owner = app.service.store.user_with_email("victim@example.com").await.unwrap().unwrap();
    assert_eq!(owner.username, "victim");
    assert_eq!(log_in(&app, "thief", GOOD).await, 401);
}

/// The names of the accounts that the mails are for, from the `before`th on.
async fn named(app: &tests::app::TestApp, before: usize) -> Vec<String> {
    let mails = mails(app).await.into_iter().skip(before);
    let told = |text: &str| ["thief", "victim"].into_iter().filter(|name| text.contains(name)).collect::<String>();
    let mut names: Vec<String> = mails.map(|message| told(&message.text.replace(&message.to, ""))).collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_account_that_gave_an_address_gets_a_mail_of_its_own() {
    for (settings, action) in
        [(&[("SEND_ACTIVATION_EMAIL", "true")][..], "resend_activation/"), (&[], "reset_password/")]
    {
        let app = djoser(settings).await;
        for name in ["thief", "victim"] {
            register(&app, name, "v@example.com").await;
            app.advance("1s");
        }
        let before = mails(&app).await.len();
        post(&app, action, json!({"email": "v@example.com"})).await;
        assert_eq!(named(&app, before).await, ["thief", "victim"], "who gave it first is not who has it");
        let (uid, token) = link(&app).await;
        let confirm = if settings.is_empty() { "reset_password_confirm/" } else { "activation/" };
        let body = json!({"uid": uid, "token": token, "new_password": "another-quartz-lamp"});
        assert_eq!(post(&app, confirm, body).await.status, 204);
        app.advance("1s");
        let before = mails(&app).await.len();
        post(&app, "reset_password/", json!({"email": "v@example.com"})).await;
        assert_eq!(named(&app, before).await, ["victim"], "whose it is now gets a link, and nobody else");
    }
}

#[tokio::test]
async fn those_who_gave_an_address_before_keep_nobody_from_it() {
    let app = djoser(&[]).await;
    for number in 0..25 {
        let squatter =
            store::User { email: String::new(), ..user(&format!("00{number}"), &format!("n{number}"), true) };
        let registration = store::Registration {
            user: &squatter,
            unconfirmed_email: "v@example.com",
            awaits_activation: false,
            mail: None,
        };
        app.service.store.register(&registration).await.unwrap();
    }
    register(&app, "victim", "v@example.com").await;
    post(&app, "reset_password/", json!({"email": "v@example.com"})).await;
    let own = mails(&app).await.into_iter().filter(|message| message.text.contains("victim")).count();
    assert_eq!((own, mails(&app).await.len()), (1, 20));
}

#[tokio::test]
async fn an_address_that_is_not_confirmed_is_in_no_token() {
    let app = djoser(&[("TOKEN_CLAIMS", "email")]).await;
    register(&app, "thief", "victim@example.com").await;
    let claims = crate::app::claims(&access(&app, "thief", GOOD).await);
    assert_eq!(claims["email"], "");
}

#[tokio::test]
async fn a_caller_makes_so_many_accounts_and_no_more() {
    let app = djoser(&[]).await;
    for number in 0..20 {
        assert_eq!(post(&app, "", json!({"username": format!("n{number}"), "password": "1"})).await.status, 400);
    }
    let answer = post(&app, "", json!({"username": "more", "password": GOOD})).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("3600")));
    app.advance("1h");
    assert_eq!(post(&app, "", json!({"username": "more", "password": GOOD})).await.status, 201);
}

#[tokio::test]
async fn who_registers_with_an_address_over_its_bound_has_an_account_and_no_mail() {
    let app = activating().await;
    for number in 0..7 {
        assert_eq!(register(&app, &format!("n{number}"), "v@example.com").await.status, 201);
    }
    assert_eq!(mails(&app).await.len(), 5);
}

#[tokio::test]
async fn a_name_is_judged_as_it_is_stored() {
    let app = djoser(&[]).await;
    let invalid = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
    let long = "Ensure this field has no more than 150 characters.";
    // One half is a digit, a slash and a digit; the ligature is three letters.
    for (name, told) in [("a\u{bd}".to_owned(), invalid), ("\u{fb03}".repeat(60), long)] {
        let answer = post(&app, "", json!({"username": name, "password": GOOD})).await;
        assert_eq!((answer.status, answer.json()), (400, json!({"username": [told]})));
    }
    let answer = post(&app, "", json!({"username": "\u{fb03}", "password": GOOD})).await;
    assert_eq!((answer.status, answer.json()["username"].as_str()), (201, Some("ffi")));
}

#[tokio::test]
async fn lists_oneself_and_for_staff_all_but_superusers() {
    let app = djoser(&[]).await;
    for (id, name, above) in [("3", "staff", false), ("4", "root", true)] {
        let user = store::User { is_staff: true, is_superuser: above, ..user(id, name, true) };
        app.service.store.create_user(&user).await.unwrap();
    }
    let list = Request::new("GET", "/auth/users/");
    let names = async |who: &str| {
        let answer = send_as(&app, &access(&app, who, PASSWORD).await, list.clone()).await;
        let users = answer.json();
        users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("alice").await, ["alice"]);
    assert_eq!(names("staff").await, ["alice", "bob", "staff"]);
    assert_eq!(names("root").await.into_iter().collect::<HashSet<_>>().len(), 4);
    let silent = app.send(list).await;
    assert_eq!((silent.status, silent.text().as_str()), (401, NOT_PROVIDED));
}

#[tokio::test]
async fn superusers_take_no_place_in_a_list_that_is_cut() {
    let app = djoser(&[]).await;
    let staff = store::User { is_staff: true, ..user("3", "staff", true) };
    app.service.store.create_user(&staff).await.unwrap();
    let made = |number: i32| store::User {
        is_superuser: number % 16 > 0,
        ..user(&format!("n{number}"), &format!("n{number}"), true)
    };
    let newcomers: Vec<store::NewUser> =
        (0..1_024).map(|number| store::NewUser { user: made(number), claims_email: false }).collect();
    for some in newcomers.chunks(32) {
        app.service.store.create_users(some, app.now()).await.unwrap();
    }
    let own = access(&app, "staff", PASSWORD).await;
    let answer = send_as(&app, &own, Request::new("GET", "/auth/users/")).await;
    assert_eq!(answer.json().as_array().unwrap().len(), 64 + 3);
}

#[tokio::test]
async fn is_unknown_without_the_setting() {
    let app = crate::app::TestApp::plain().await;
    assert_eq!(register(&app, "newuser", "new@example.com").await.status, 404);
}
