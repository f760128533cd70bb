//! What of a user others decide by, and what users change of themselves: written where it is still as it was read.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{flag, number, text, texts},
        names::{
            AWAITS_ACTIVATION, EPOCH, FIRST_NAME, GROUPS, IS_ACTIVE, IS_STAFF, IS_SUPERUSER, LAST_NAME, USER_ATTRIBUTES,
        },
        write::{Write, written},
    },
    error::Error,
    store::Store,
    users::{Replaced, User, epoch::epoch_after, further, is_user, read},
};
use aws_sdk_dynamodb::{operation::update_item::builders::UpdateItemFluentBuilder, types::AttributeValue};

/// An attribute of the row, as it was and as it is to be; `None` where there is none.
type Column = (&'static str, Option<AttributeValue>, Option<AttributeValue>);

impl Store {
    /// Gives `user` the flags, groups and attributes of `wanted`, if they are still those of `user`. With `ended`, the present
    /// second, all sessions of the user end in the same write. Who is let in, or kept out, waits for no link any more. One write.
    pub async fn set_rights(&self, user: &User, wanted: &User, ended: Option<i64>) -> Result<Replaced, Error> {
        let epoch = ended.map_or(user.epoch, |now| epoch_after(now, user.epoch));
        let columns = [
            (IS_ACTIVE, Some(flag(user.is_active)), Some(flag(wanted.is_active))),
            (IS_STAFF, Some(flag(user.is_staff)), Some(flag(wanted.is_staff))),
            (IS_SUPERUSER, Some(flag(user.is_superuser)), Some(flag(wanted.is_superuser))),
            (GROUPS, Some(texts(&user.groups)), Some(texts(&wanted.groups))),
            (EPOCH, Some(number(user.epoch)), Some(number(epoch))),
            attributes(user, wanted),
        ];
        // Ours, from a try whose answer was lost.
        let is_ours = |met: &User| met.epoch == epoch && has_rights_of(met, wanted);
        let removed = (user.is_active || wanted.is_active).then_some(AWAITS_ACTIVATION);
        within_budget(self.exchange(&user.id, &columns, removed, is_ours)).await
    }

    /// Gives `user` the names and attributes of `wanted`, if they are still those of `user`: what users may write of themselves,
    /// and no right. One write.
    pub async fn edit_user(&self, user: &User, wanted: &User) -> Result<Replaced, Error> {
        let columns = [
            (FIRST_NAME, Some(text(&user.first_name)), Some(text(&wanted.first_name))),
            (LAST_NAME, Some(text(&user.last_name)), Some(text(&wanted.last_name))),
            attributes(user, wanted),
        ];
        let profile = |user: &User| (user.first_name.clone(), user.last_name.clone(), user.attributes.clone());
        within_budget(self.exchange(&user.id, &columns, None, |met| profile(met) == profile(wanted))).await
    }

    async fn exchange(
        &self,
        id: &str,
        columns: &[Column],
        removed: Option<&'static str>,
        is_ours: impl Fn(&User) -> bool,
    ) -> Result<Replaced, Error> {
        match written(exchanging(self.update_user(id), columns, removed).send().await)? {
            Write::Done(_) => Ok(Replaced::Replaced),
            Write::Refused(Some(met)) if is_user(&met) => {
                Ok(if is_ours(&read(&met)?) { Replaced::Replaced } else { Replaced::Stale })
            }
            Write::Refused(_) => Ok(Replaced::Missing),
        }
    }
}

/// The call that writes the columns where they are as they were, and takes `removed` away. A column that was there keeps the call from making a row.
fn exchanging(call: UpdateItemFluentBuilder, columns: &[Column], removed: Option<&str>) -> UpdateItemFluentBuilder {
    let mut set = Vec::new();
    let mut condition = Vec::new();
    let mut remove: Vec<&str> = removed.into_iter().collect();
    let mut call = call;
    for (name, was, now) in columns {
        condition.push(match was {
            Some(_) => format!("{name} = :was_{name}"),
            None => format!("attribute_not_exists({name})"),
        });
        match now {
            Some(_) => set.push(format!("{name} = :{name}")),
            None => remove.push(name),
        }
        for (before, value) in [("was_", was), ("", now)] {
            if let Some(value) = value {
                call = call.expression_attribute_values(format!(":{before}{name}"), value.clone());
            }
        }
    }
    let remove = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", remove.join(", ")) };
    call.update_expression(format!("SET {}{remove}", set.join(", "))).condition_expression(condition.join(" AND "))
}

fn attributes(user: &User, wanted: &User) -> Column {
    let written = |user: &User| further::written(&user.attributes);
    (USER_ATTRIBUTES, written(user), written(wanted))
}

fn has_rights_of(user: &User, other: &User) -> bool {
    let flags = |user: &User| [user.is_active, user.is_staff, user.is_superuser];
    flags(user) == flags(other) && user.groups == other.groups && user.attributes == other.attributes
}
