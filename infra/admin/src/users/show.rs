//! `latchkey users show`

use super::view;
use crate::{answer::Answer, fault::Fault, place::Place, whom::Whom};
use clap::Args;

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users show alice
  latchkey users show --id 7 --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    whom: Whom,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let opened = place.open().await?;
        let user = self.whom.find(&opened).await?;
        Ok(Answer::new(view::text(&user), view::json(&user)))
    }
}
