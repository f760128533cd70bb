//! What `latchkey users update` changes of flags, groups and attributes.

use crate::{ambient, fault::Fault, user_arg::vanished, users::further::Further};
use clap::Args;
use serde_json::{Value, json};
use store::{Replaced, Store, User};

/// Flags, groups and attributes; what is not named stays.
#[derive(Args, Default, PartialEq)]
pub(super) struct Rights {
    /// The new groups, in place of all groups of the user; "" for none
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME", conflicts_with_all = ["add_group", "remove_group"])]
    groups: Option<Vec<String>>,
    /// A group that the user joins; may be given several times
    #[arg(long, value_name = "NAME")]
    add_group: Vec<String>,
    /// A group that the user leaves; may be given several times
    #[arg(long, value_name = "NAME")]
    remove_group: Vec<String>,
    /// Mark as staff
    #[arg(long, conflicts_with = "no_staff")]
    staff: bool,
    /// Remove the mark as staff
    #[arg(long)]
    no_staff: bool,
    /// Mark as superuser
    #[arg(long, conflicts_with = "no_superuser")]
    superuser: bool,
    /// Remove the mark as superuser
    #[arg(long)]
    no_superuser: bool,
    /// Let the user log in
    #[arg(long, conflicts_with = "inactive")]
    active: bool,
    /// Keep the user from logging in
    #[arg(long, visible_alias = "no-active")]
    inactive: bool,
    #[command(flatten)]
    further: Further,
}

/// Whether sessions end; by default they do where rights are taken away.
#[derive(Args, Default)]
pub(super) struct Ending {
    /// End all sessions, for every change
    #[arg(long, conflicts_with = "keep_sessions")]
    end_sessions: bool,
    /// Keep all sessions, even if rights are removed
    #[arg(long)]
    keep_sessions: bool,
}

impl Ending {
    fn is_due(&self, takes_away: bool) -> bool {
        self.end_sessions || (takes_away && !self.keep_sessions)
    }
}

/// What became different: a sentence each for people, and an event each for scripts.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) text: String,
    pub(super) events: Vec<Value>,
    takes_away: bool,
}

impl Rights {
    /// Writes what is asked for, if it is not so already. What takes rights away ends all sessions, unless they are to be kept:
    /// a flag, a group, or an attribute's value.
    ///
    /// # Errors
    /// The user was changed or deleted meanwhile, or an attribute cannot be kept.
    pub(super) async fn apply(&self, user: &mut User, ending: &Ending, store: &Store) -> Result<Changes, Fault> {
        let wanted = self.wanted(user)?;
        let mut changes = Changes::between(user, &wanted);
        let ends_waiting = self.inactive && is_waiting(user, store).await?;
        if ends_waiting {
            changes.add("waits for no link any more".to_owned(), json!({"event": "activation_withdrawn"}));
        }
        // Who waits to be activated does so until all sessions end.
        let ended = (ends_waiting || ending.is_due(changes.takes_away)).then(ambient::now);
        if changes.events.is_empty() && ended.is_none() {
            return Ok(changes);
        }
        changes.write(user, wanted, ended, store).await?;
        Ok(changes)
    }

    fn wanted(&self, user: &User) -> Result<User, Fault> {
        let flag = |is: bool, yes: bool, no: bool| (is || yes) && !no;
        Ok(User {
            is_active: flag(user.is_active, self.active, self.inactive),
            is_staff: flag(user.is_staff, self.staff, self.no_staff),
            is_superuser: flag(user.is_superuser, self.superuser, self.no_superuser),
            groups: self.groups_of(user),
            attributes: self.further.applied(&user.attributes)?,
            ..user.clone()
        })
    }

    fn groups_of(&self, user: &User) -> Vec<String> {
        let named = self.groups.as_ref().unwrap_or(&user.groups).iter().chain(&self.add_group);
        let mut groups: Vec<String> = Vec::new();
        for name in named.map(|name| name.trim()).filter(|name| !name.is_empty()) {
            let leaves = self.remove_group.iter().any(|other| other.trim() == name);
            if !leaves && !groups.iter().any(|group| group == name) {
                groups.push(name.to_owned());
            }
        }
        groups
    }
}

/// Whether the user is let in by a link that was mailed.
async fn is_waiting(user: &User, store: &Store) -> Result<bool, Fault> {
    Ok(store.account(&user.id).await?.is_some_and(|account| account.awaits_activation))
}

impl Changes {
    fn between(user: &User, wanted: &User) -> Self {
        let mut changes = Self::default();
        for (name, was, is) in [
            ("active", user.is_active, wanted.is_active),
            ("staff", user.is_staff, wanted.is_staff),
            ("superuser", user.is_superuser, wanted.is_superuser),
        ] {
            if was != is {
                let sentence = if is { format!("is {name} now") } else { format!("is no longer {name}") };
                changes.add(sentence, json!({"event": "flag_changed", "flag": format!("is_{name}"), "value": is}));
                changes.takes_away |= was;
            }
        }
        for group in wanted.groups.iter().filter(|group| !user.groups.contains(group)) {
            changes.add(format!("joined {group}"), json!({"event": "group_added", "group": group}));
        }
        for group in user.groups.iter().filter(|group| !wanted.groups.contains(group)) {
            changes.add(format!("left {group}"), json!({"event": "group_removed", "group": group}));
            changes.takes_away = true;
        }
        changes.compare_attributes(user, wanted);
        changes
    }

    fn compare_attributes(&mut self, user: &User, wanted: &User) {
        for (name, value) in wanted.attributes.iter().filter(|(name, value)| user.attributes.get(name) != Some(value)) {
            let json = value.to_json();
            self.add(format!("set {name} to {json}"), json!({"event": "attribute_set", "name": name, "value": json}));
        }
        for (name, _) in user.attributes.iter().filter(|(name, _)| wanted.attributes.get(name).is_none()) {
            self.add(format!("took {name} away"), json!({"event": "attribute_removed", "name": name}));
        }
        self.takes_away |= user.attributes.iter().any(|(name, value)| wanted.attributes.get(name) != Some(value));
    }

    /// Writes the user as `wanted`.
    async fn write(&mut self, user: &mut User, wanted: User, ended: Option<i64>, store: &Store) -> Result<(), Fault> {
        match store.set_rights(user, &wanted, ended).await? {
            Replaced::Replaced => {}
            Replaced::Missing => return Err(vanished(user)),
            Replaced::Stale => {
                let what = format!("somebody else changed {:?} meanwhile", user.username);
                return Err(Fault::refused(what).next("run the command again"));
            }
        }
        if ended.is_some() {
            self.add("ended all sessions".to_owned(), json!({"event": "sessions_ended"}));
        }
        *user = wanted;
        Ok(())
    }

    /// The same for the log: what changed, without the values of attributes.
    pub(super) fn words(&self) -> String {
        let word = |event: &Value| {
            let text = |field: &str| event.get(field).and_then(Value::as_str);
            let what = ["flag", "group", "name"].into_iter().find_map(text).unwrap_or_default();
            let value = event.get("value").and_then(Value::as_bool).filter(|_| event.get("flag").is_some());
            let value = value.map(|value| format!("={value}")).unwrap_or_default();
            format!("{} {what}{value}", text("event").unwrap_or_default()).trim_end().to_owned()
        };
        self.events.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, sentence: String, event: Value) {
        self.text += &format!("  {sentence}\n");
        self.events.push(event);
    }
}
