//! Who calls: the account behind the token, and whose accounts it may reach.

use crate::{authentication::caller, call::Call, problem::Problem};
use store::{Account, User};

/// The caller's own account, as it is now.
pub(crate) async fn account(call: &Call<'_>) -> Result<Account, Problem> {
    let user = caller::user(call).await?;
    call.service.store.account(&user.id).await?.ok_or(Problem::UserNotFound)
}

/// The account with this id, if it is the caller's own or the caller is staff. To anybody else it is not there, and a
/// superuser's is not there for staff who are none: by an address that staff set they would come by its rights.
pub(crate) async fn reach(id: &str, caller: &User, call: &Call<'_>) -> Result<Account, Problem> {
    if id != caller.id && !caller.is_staff && !caller.is_superuser {
        return Err(Problem::NotFound);
    }
    let account = call.service.store.account(id).await?.ok_or(Problem::NotFound)?;
    let is_above = account.user.is_superuser && !caller.is_superuser;
    if is_above && id != caller.id { Err(Problem::NotFound) } else { Ok(account) }
}

/// The account with this id after a change of it.
pub(crate) async fn fresh(id: &str, call: &Call<'_>) -> Result<Account, Problem> {
    call.service.store.account(id).await?.ok_or(Problem::NotFound)
}
