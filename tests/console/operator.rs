//! The operator's page: what a superuser of local mode does there is done.

use crate::served::Served;
use std::process::Command;
use tests::tools::{done, root, tool};

const ALICE: &str = "correct horse battery staple";

#[test]
fn does_to_users_what_an_operator_asks_for_and_nobody_else() {
    let service = Served::start(&[("LOGIN_THROTTLE", "true"), ("LOGIN_TRIES", "1")]);
    for number in 0..21 {
        service.create(&format!("user{number:02}"), ALICE);
    }
    service.create("alice", ALICE);
    let mut visit = Command::new(tool("python"));
    visit.arg(root().join("tests/console/operating.py")).args([&service.address, &service.first_password(), ALICE]);
    println!("{}", String::from_utf8_lossy(&done(&mut visit).stdout));
    let told = service.latchkey("events --event operator_acted --user alice");
    let acts: Vec<&str> = told
        .lines()
        .filter(|line| line.contains(" operator=admin through=console "))
        .filter_map(|line| line.split_once(" act=")?.1.split_once(" operator="))
        .map(|(act, _)| act)
        .collect();
    let expected =
        "users unlock, sessions end, users set-password, users unlock, users disable, users enable, users unlock";
    assert_eq!(acts.join(", "), expected, "{told}");
}
