//! `latchkey users update`

use super::{fields, view};
use crate::{
    ambient,
    answer::Answer,
    fault::Fault,
    place::Place,
    whom::{Whom, vanished},
};
use clap::Args;
use settings::{Settings, UserIdField, UsernameField};
use store::{Changed, User};

#[derive(Args)]
#[command(after_help = "\
What is not named stays as it is; \"\" empties a field. Sessions go on, unless users log in by their
address (USERNAME_FIELD or USER_ID_FIELD is email) and it changes: then they all end, and tokens that say the old one lead nowhere.

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
        let User { id, username, email, first_name, last_name, .. } = &user;
        let ended = logs_in_by_address(opened.stated()?).then(ambient::now);
        match opened.store.update_profile(id, email, first_name, last_name, ended).await? {
            Changed::Changed => Ok(Answer::new(format!("updated {username}\n"), view::json(&user))),
            Changed::Missing => Err(vanished(&user)),
        }
    }
}

/// Whether users log in by their address, or tokens say it.
fn logs_in_by_address(settings: &Settings) -> bool {
    settings.username_field == UsernameField::Email || settings.user_id_field == UserIdField::Email
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
