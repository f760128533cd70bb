//! Flags and groups of a user: what services decide by.

use crate::{
    dynamodb::{
        budget::within_budget,
        item::{flag, number, texts},
        names::{EPOCH, GROUPS, IS_ACTIVE, IS_STAFF, IS_SUPERUSER},
        write::{Write, written},
    },
    error::Error,
    store::Store,
    users::{Replaced, User, epoch_after, is_user, read},
};

impl Store {
    /// Gives `user` the flags and groups of `wanted`, if they are still those of `user`. With `ended`, the present second, all
    /// sessions of the user end in the same write. One write.
    pub async fn set_rights(&self, user: &User, wanted: &User, ended: Option<i64>) -> Result<Replaced, Error> {
        within_budget(self.rights(user, wanted, ended)).await
    }

    async fn rights(&self, user: &User, wanted: &User, ended: Option<i64>) -> Result<Replaced, Error> {
        let epoch = ended.map_or(user.epoch, |now| epoch_after(now, user.epoch));
        let columns =
            [(IS_ACTIVE, "active"), (IS_STAFF, "staff"), (IS_SUPERUSER, "super"), (GROUPS, "groups"), (EPOCH, "epoch")];
        let set = columns.map(|(name, value)| format!("{name} = :{value}")).join(", ");
        let are = columns.map(|(name, value)| format!("{name} = :was_{value}")).join(" AND ");
        let mut call = self.update_user(&user.id).update_expression(format!("SET {set}")).condition_expression(are);
        for (before, user, epoch) in [("", wanted, epoch), ("was_", user, user.epoch)] {
            let values = [
                ("active", flag(user.is_active)),
                ("staff", flag(user.is_staff)),
                ("super", flag(user.is_superuser)),
                ("groups", texts(&user.groups)),
                ("epoch", number(epoch)),
            ];
            for (name, value) in values {
                call = call.expression_attribute_values(format!(":{before}{name}"), value);
            }
        }
        match written(call.send().await)? {
            Write::Done(_) => Ok(Replaced::Replaced),
            Write::Refused(Some(met)) if is_user(&met) => {
                let met = read(&met)?;
                // Ours, from a try whose answer was lost.
                let is_ours = met.epoch == epoch && has_rights_of(&met, wanted);
                Ok(if is_ours { Replaced::Replaced } else { Replaced::Stale })
            }
            Write::Refused(_) => Ok(Replaced::Missing),
        }
    }
}

fn has_rights_of(user: &User, other: &User) -> bool {
    let flags = |user: &User| [user.is_active, user.is_staff, user.is_superuser];
    flags(user) == flags(other) && user.groups == other.groups
}
