//! `latchkey users update`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    user_arg::{UserArg, vanished},
    users::{
        fields,
        rights::{Ending, Rights},
        view,
    },
};
use clap::Args;
use serde_json::{Value, json};
use settings::{Settings, UserIdField, UsernameField};
use store::{Changed, User};

#[derive(Args)]
#[command(after_help = "\
Fields that are not named stay as they are; \"\" empties a field. If a user loses a flag, a group or the value of an attribute, all
sessions of the user end, because tokens may still carry it. --keep-sessions keeps them. A new address also ends them if users log in
by address (USERNAME_FIELD or USER_ID_FIELD is email), because tokens with the old address no longer work. Other changes end no session.

Examples:
  latchkey users update alice --email alice@example.org
  latchkey users update alice --add-group editors --staff
  latchkey users update alice --set role=editor --set level:=3 --unset phone
  latchkey users update alice --no-staff --groups \"\" --stack latchkey
  latchkey users update --id 7 --first-name Alice --last-name \"\" --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
    #[command(flatten)]
    news: News,
    #[command(flatten)]
    rights: Rights,
    #[command(flatten)]
    ending: Ending,
}

/// Address and names.
#[derive(Args, Default, PartialEq)]
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
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        if self.news == News::default() && self.rights == Rights::default() {
            return Err(
                Fault::usage("no change is named").next("give --email, --staff, --add-group, --set or another: --help")
            );
        }
        let opened = target.open().await?;
        let mut user = self.user.find(&opened.store).await?;
        let mut news = self.news.applied(user.clone())?;
        let changes = self.rights.apply(&mut user, &self.ending, &opened.store).await?;
        let is_other = profile(&user) != profile(&news);
        if is_other {
            let ended = logs_in_by_address(opened.stated()?).then(ambient::now);
            let User { id, email, first_name, last_name, .. } = &news;
            match opened.store.update_profile(id, email, first_name, last_name, ended).await? {
                Changed::Changed => {}
                Changed::Missing => return Err(vanished(&user)),
            }
        }
        news = User { email: news.email, first_name: news.first_name, last_name: news.last_name, ..user };
        if !is_other && changes.events.is_empty() {
            let text = format!("{} is like this already; nothing is changed\n", news.username);
            return Ok(Answer::new(text, told(&news, Vec::new())));
        }
        let text = format!("updated {}\n{}", news.username, changes.text);
        let did = json!({"user_id": news.id, "profile": is_other, "changes": changes.words()});
        Ok(Answer::new(text, told(&news, changes.events)).did("users update", did))
    }
}

fn told(user: &User, events: Vec<Value>) -> Value {
    let mut json = view::json(user);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("events".to_owned(), events.into());
    }
    json
}

/// Whether users log in by their address, or tokens say it.
fn logs_in_by_address(settings: &Settings) -> bool {
    settings.username_field == UsernameField::Email || settings.user_id_field == UserIdField::Email
}

fn profile(user: &User) -> [&str; 3] {
    [&user.email, &user.first_name, &user.last_name]
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
