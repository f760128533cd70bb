//! `latchkey users show`

use crate::{
    answer::Answer,
    connection::Target,
    fault::Fault,
    user_arg::{anyone, identified},
    users::view,
};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users show alice
  latchkey users show alice@example.org
  latchkey users show --id 7 --json")]
pub(crate) struct Arguments {
    /// The username, the id or the address
    #[arg(required_unless_present = "id", conflicts_with = "id")]
    user: Option<String>,
    /// Look up only by the id
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let user = match (&self.id, &self.user) {
            (Some(id), _) => identified(id, &opened.store).await?,
            (None, word) => anyone(word.as_deref().unwrap_or_default(), &opened.store).await?,
        };
        Ok(Answer::new(view::text(&user), view::json(&user)))
    }
}
