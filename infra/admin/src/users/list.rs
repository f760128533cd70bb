//! `latchkey users list`

use super::view;
use crate::{answer::Answer, fault::Fault, place::Place};
use clap::Args;
use serde_json::Value;
use store::User;

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users list
  latchkey users list --json --stack latchkey | jq -r '.[].email'")]
pub(crate) struct Arguments {}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let opened = place.open().await?;
        let (mut users, mut from): (Vec<User>, _) = (Vec::new(), None);
        loop {
            let page = opened.store.users(from.as_deref()).await?;
            users.extend(page.users);
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        users.sort_by(|one, other| one.username.cmp(&other.username));
        let text = match users.len() {
            0 => "no users; make one: latchkey users create NAME\n".to_owned(),
            _ => users.iter().map(view::line).collect(),
        };
        Ok(Answer::new(text, Value::Array(users.iter().map(view::json).collect())))
    }
}
