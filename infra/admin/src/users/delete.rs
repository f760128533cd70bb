//! `latchkey users delete`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    terminal::confirmation::Confirmation,
    user_arg::{UserArg, vanished},
};
use clap::Args;
use serde_json::json;

#[derive(Args)]
#[command(after_help = "\
To lock a user out for a while, use latchkey users disable.
The id cannot be used again until the last access token with it has expired.

Examples:
  latchkey users delete alice                                     asks for the name again
  latchkey users delete --id 7 --yes")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
    #[command(flatten)]
    confirmation: Confirmation,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        self.confirmation.demand("delete the user")?;
        let opened = target.open().await?;
        let user = self.user.find(&opened.store).await?;
        self.confirmation.obtain(&format!("This deletes {} for good.", user.username), &user.username)?;
        // Whoever is made or imported with this id again has none of these.
        for session in opened.store.sessions_of(&user.id).await? {
            opened.store.end_session(&session.sid, ambient::now(), store::EndReason::UserDeleted).await?;
        }
        // So long may an access token live that says this id.
        let settings = opened.stated()?;
        let lifetime = settings.access_token_lifetime.max(settings.sliding_token_lifetime);
        let held_until = ambient::now().saturating_add(lifetime).saturating_add(settings.leeway);
        if !opened.store.delete_user(&user.id, held_until).await? {
            return Err(vanished(&user));
        }
        let json = json!({"id": user.id, "username": user.username, "deleted": true});
        let text = format!("deleted {} with id {}\n", user.username, user.id);
        Ok(Answer::new(text, json).did("users delete", json!({"user_id": user.id})))
    }
}
