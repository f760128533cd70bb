//! `latchkey users update`

use super::{fields, view};
use crate::{
    answer::Answer,
    fault::Fault,
    place::Place,
    whom::{Whom, vanished},
};
use clap::Args;
use store::{Changed, User};

#[derive(Args)]
#[command(after_help = "\
What is not named stays as it is; \"\" empties a field. Sessions go on.
With USER_ID_FIELD=email a new address makes the user log in again: the tokens name the old one.

Examples:
  latchkey users update alice --email alice@example.org
  latchkey users update --id 7 --first-name Alice --last-name \"\" --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    news: News,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct News {
    /// The address
    #[arg(long)]
    email: Option<String>,
    /// The given name
    #[arg(long)]
    first_name: Option<String>,
    /// The family name
    #[arg(long)]
    last_name: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, place: &Place) -> Result<Answer, Fault> {
        let opened = place.open().await?;
        let user = self.news.applied(self.whom.find(&opened).await?)?;
        match opened.store.update_profile(&user.id, &user.email, &user.first_name, &user.last_name).await? {
            Changed::Changed => Ok(Answer::new(format!("updated {}\n", user.username), view::json(&user))),
            Changed::Missing => Err(vanished(&user)),
        }
    }
}

impl News {
    fn applied(&self, mut user: User) -> Result<User, Fault> {
        if let Some(text) = &self.email {
            user.email = fields::email(text)?;
        }
        if let Some(text) = &self.first_name {
            user.first_name = fields::name("first name", text)?;
        }
        if let Some(text) = &self.last_name {
            user.last_name = fields::name("last name", text)?;
        }
        Ok(user)
    }
}
