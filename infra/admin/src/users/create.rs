//! `latchkey users create`

use crate::{
    ambient,
    answer::Answer,
    connection::Target,
    fault::Fault,
    terminal::{date::date, new_password},
    users::{
        fields::{email, name, taken, username},
        further::Further,
        view,
    },
};
use attributes::Attributes;
use clap::Args;
use serde_json::json;
use store::{Created, User};

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users create alice                                     asks for the password, twice
  latchkey users create alice --generate --email alice@example.org
  printf %s \"$PASSWORD\" | latchkey users create alice --password-stdin --staff
  latchkey users create robot --unusable --groups readers,writers --stack latchkey
  latchkey users create bob --generate --set role=editor --set level:=3")]
pub(crate) struct Arguments {
    /// The name to log in with: letters, digits and @ . + - _
    username: String,
    #[command(flatten)]
    password: new_password::Source,
    /// The address
    #[arg(long, default_value = "")]
    email: String,
    /// The given name
    #[arg(long, default_value = "")]
    first_name: String,
    /// The family name
    #[arg(long, default_value = "")]
    last_name: String,
    /// Mark as staff
    #[arg(long)]
    staff: bool,
    /// Mark as superuser
    #[arg(long)]
    superuser: bool,
    /// Create disabled: the user cannot log in until enabled
    #[arg(long)]
    inactive: bool,
    /// Names of groups
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    groups: Vec<String>,
    #[command(flatten)]
    further: Further,
    /// The id, instead of a new UUID
    #[arg(long)]
    id: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let mut user = self.user()?;
        let password = self.password.read(&user).await?;
        user.password.clone_from(&password.encoded);
        let opened = target.make().await?;
        match opened.store.create_user(&user).await? {
            Created::Created => {}
            Created::IdHeld { until } => {
                let what =
                    format!("the id {:?} belonged to a user whose tokens may be valid until {}", user.id, date(until));
                return Err(Fault::refused(what).next("leave --id out, or wait until then"));
            }
            Created::IdTaken => {
                return Err(Fault::refused(format!("the id {:?} is taken", user.id)).next("leave --id out"));
            }
            Created::NameTaken => return Err(taken(&user.username, &opened).await?),
        }
        let text = format!("created {} with id {}\n", user.username, user.id);
        let answer = Answer::new(text, view::json(&user)).did("users create", json!({"user_id": user.id}));
        Ok(password.told(answer))
    }

    /// The user, but for the password.
    fn user(&self) -> Result<User, Fault> {
        let now = ambient::now();
        Ok(User {
            id: self.id()?,
            username: username(&self.username)?,
            password: String::new(),
            email: email(&self.email)?,
            first_name: name("first name", &self.first_name)?,
            last_name: name("last name", &self.last_name)?,
            is_active: !self.inactive,
            is_staff: self.staff,
            is_superuser: self.superuser,
            groups: self.groups.iter().map(|group| group.trim().to_owned()).filter(|group| !group.is_empty()).collect(),
            attributes: self.further.applied(&Attributes::default())?,
            last_login: None,
            named_since: None,
            created_at: now,
            epoch: now,
        })
    }

    fn id(&self) -> Result<String, Fault> {
        match &self.id {
            None => ambient::user_id(),
            Some(id) if id.trim().is_empty() => Err(Fault::refused("the id is blank").next("leave --id out")),
            Some(id) => Ok(id.clone()),
        }
    }
}
