//! `admin users delete`

use crate::{
    answer::Answer,
    confirmation::Confirmation,
    fault::Fault,
    place::Place,
    whom::{Whom, vanished},
};
use clap::Args;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
To keep somebody out for a while: admin users disable.

Examples:
  admin users delete alice                                     asks for the name again
  admin users delete --id 7 --yes")]
pub(crate) struct Arguments {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    confirmation: Confirmation,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        self.confirmation.expect("delete the user")?;
        let opened = place.open().await?;
        let user = self.whom.find(&opened).await?;
        self.confirmation.obtain(&format!("This deletes {} for good.", user.username), &user.username)?;
        if !opened.store.delete_user(&user.id).await? {
            return Err(vanished(&user));
        }
        let json = json!({"id": user.id, "username": user.username, "deleted": true});
        Ok(Answer::new(format!("deleted {} with id {}\n", user.username, user.id), json))
    }
}
