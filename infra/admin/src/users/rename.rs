//! `latchkey users rename`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    user_arg::{UserArg, vanished},
    users::fields,
};
use clap::Args;
use serde_json::json;
use store::Renamed;

#[derive(Args)]
#[command(after_help = "\
Id and password stay. The old name is free at once. So all sessions of the user end: a token with the old name must not
work for the next user with that name.

Examples:
  latchkey users rename alice --to alice.smith
  latchkey users rename --id 7 --to bob --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
    /// The new username: letters, digits and @ . + - _
    #[arg(long, value_name = "USERNAME")]
    to: String,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let to = fields::username(&self.to)?;
        let opened = target.open().await?;
        let user = self.user.find(&opened.store).await?;
        let from = &user.username;
        if *from == to {
            let json = json!({"id": user.id, "was": from, "username": to, "changed": false});
            return Ok(Answer::new(format!("the user is called {to} already; nothing is changed\n"), json));
        }
        match opened.store.rename(&user.id, from, &to, ambient::now()).await? {
            Renamed::Renamed => {}
            Renamed::Missing => return Err(vanished(&user)),
            Renamed::NameTaken => return Err(fields::taken(&to, &opened).await?),
            Renamed::Stale => {
                let what = format!("somebody else renamed {from:?} meanwhile");
                return Err(Fault::refused(what).next("list the users: latchkey users list"));
            }
        }
        Ok(Answer::new(
            format!("renamed {from} to {to} and ended all sessions\n"),
            json!({"id": user.id, "was": from, "username": to, "changed": true}),
        )
        .did("users rename", json!({"user_id": user.id})))
    }
}
