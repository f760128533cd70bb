//! A new password, typed twice, as dj-rest-auth takes it from who has an account.

use crate::{
    endpoints::accounts::fields::{self, Faults},
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
};
use zeroize::Zeroizing;

/// The name of the field.
pub(crate) const NEW: &str = "new_password1";
/// The new password again, and where everything is told that stands against it.
pub(crate) const RETYPED: &str = "new_password2";

/// The longest new password, in characters: that of Django's form.
const LONGEST: usize = 128;

/// A new password, and what was typed the second time.
pub(crate) struct NewPassword {
    new: Zeroizing<String>,
    retyped: Zeroizing<String>,
}

impl NewPassword {
    /// Reads both fields.
    pub(crate) fn read(request: &ApiRequest<'_>, faults: &mut Faults) -> Self {
        let mut text = |name| faults.text(request, Char::trimmed(name).up_to(LONGEST)).unwrap_or_default();
        Self { new: Zeroizing::new(text(NEW)), retyped: Zeroizing::new(text(RETYPED)) }
    }

    /// The password, if it was typed twice in the same way.
    pub(crate) fn agreed(self) -> Result<Zeroizing<String>, Problem> {
        match *self.new == *self.retyped {
            true => Ok(self.new),
            false => Err(fields::one(RETYPED, "The two password fields didn\u{2019}t match.")),
        }
    }
}
