//! `latchkey users list`

use crate::{answer::Answer, connection::Target, fault::Fault, terminal::count::count, users::view};
use clap::Args;
use serde_json::Value;
use std::num::NonZeroUsize;
use store::{Store, User};

#[derive(Args)]
#[command(after_help = "\
Examples:
  latchkey users list
  latchkey users list --search example.org --limit 20 --page 2
  latchkey users list --inactive --group editors
  latchkey users list --json --stack latchkey | jq -r '.[].email'")]
pub(crate) struct Arguments {
    #[command(flatten)]
    filter: Filter,
    /// The maximum number of users to show
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Which page of that many users, from 1 on
    #[arg(long, value_name = "NUMBER", requires = "limit", default_value = "1")]
    page: NonZeroUsize,
}

/// Which users: those for whom all of it is true.
#[derive(Args, Default)]
pub(crate) struct Filter {
    /// Only users whose username, address, names or id contain this text, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only users in this group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Only users who may log in
    #[arg(long, conflicts_with = "inactive")]
    active: bool,
    /// Only users who may not log in
    #[arg(long)]
    inactive: bool,
    /// Only staff
    #[arg(long)]
    staff: bool,
    /// Only superusers
    #[arg(long)]
    superuser: bool,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        let (users, others) = self.filter.page(self.limit.unwrap_or(usize::MAX), self.page, &opened.store).await?;
        Ok(Answer::new(self.text(&users, others), Value::Array(users.iter().map(view::json).collect())))
    }

    fn text(&self, users: &[User], others: usize) -> String {
        if users.is_empty() && others == 0 {
            return self.filter.nobody().to_owned();
        }
        let mut text: String = users.iter().map(view::line).collect();
        if others > 0 {
            let next = self.page.saturating_add(1);
            text += &format!("and {} more (--page {next})\n", count(others as u64, "user"));
        }
        text
    }
}

impl Filter {
    /// Those users who have this text in one of their fields; all, where there is none.
    pub(crate) fn search(text: Option<String>) -> Self {
        Self { search: text, ..Self::default() }
    }

    /// So many of them by their names, and how many come after. It reads all users.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn page(
        &self,
        most: usize,
        page: NonZeroUsize,
        store: &Store,
    ) -> Result<(Vec<User>, usize), Fault> {
        let mut users = self.all(store).await?;
        users.sort_by(|one, other| one.username.cmp(&other.username));
        users.drain(..most.saturating_mul(page.get() - 1).min(users.len()));
        let others = users.len().saturating_sub(most);
        users.truncate(most);
        Ok((users, others))
    }

    async fn all(&self, store: &Store) -> Result<Vec<User>, Fault> {
        let (mut users, mut from): (Vec<User>, _) = (Vec::new(), None);
        loop {
            let page = store.users(from.as_deref()).await?;
            users.extend(page.users.into_iter().filter(|user| self.takes(user)));
            from = page.next;
            if from.is_none() {
                return Ok(users);
            }
        }
    }

    fn takes(&self, user: &User) -> bool {
        let User { id, username, email, first_name, last_name, groups, .. } = user;
        let has = |text: &String| {
            let text = text.to_lowercase();
            [id, username, email, first_name, last_name].iter().any(|field| field.to_lowercase().contains(&text))
        };
        self.search.as_ref().is_none_or(has)
            && self.group.as_ref().is_none_or(|group| groups.contains(group))
            && (!self.active || user.is_active)
            && (!self.inactive || !user.is_active)
            && (!self.staff || user.is_staff)
            && (!self.superuser || user.is_superuser)
    }

    fn nobody(&self) -> &'static str {
        match self {
            Self { search: None, group: None, active: false, inactive: false, staff: false, superuser: false } => {
                "no users; make one: latchkey users create NAME\n"
            }
            _ => "no user is like this\n",
        }
    }
}
