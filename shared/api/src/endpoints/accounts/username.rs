//! User names, as Django's `UnicodeUsernameValidator` takes them.

use crate::{
    call::Call,
    endpoints::accounts::fields::Faults,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
};
use store::User;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

const INVALID: &str = "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.";
const NULL: &str = "Null characters are not allowed.";

/// What is said of a name that somebody has.
pub(crate) const TAKEN: &str = "A user with that username already exists.";

/// The longest name, in characters: a column of Django's.
const LONGEST: usize = 150;

/// The name as it is stored. What looks alike is one name: it is judged in this form, and in no other.
pub(crate) fn normalized(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// The name that a field has, as it is stored; `None` where something is wrong with it.
pub(crate) fn read(request: &ApiRequest<'_>, field: &str, faults: &mut Faults) -> Option<String> {
    let text = faults.text(request, Char::trimmed(field));
    if faults.has(field, NULL) {
        faults.add_first(field, INVALID);
    }
    let text = text?;
    // Django judges both, the letters first.
    if text.chars().count() > LONGEST && !is_of_letters(&text) {
        faults.add(field, INVALID);
    }
    judged(&text, field, faults)
}

/// The name of a text, as it is stored; `None` where something is wrong with it, as it was typed or in that form.
pub(crate) fn judged(typed: &str, field: &str, faults: &mut Faults) -> Option<String> {
    let name = normalized(typed);
    if [typed, &name].iter().any(|text| text.chars().count() > LONGEST) {
        faults.add(field, &format!("Ensure this field has no more than {LONGEST} characters."));
        return None;
    }
    if is_of_letters(typed) && is_of_letters(&name) {
        return Some(name);
    }
    faults.add(field, INVALID);
    None
}

/// Letters, digits and five signs. A mark is no letter to Python, also where it makes one together with that before it.
fn is_of_letters(text: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() && !is_combining_mark(c);
    !text.is_empty() && text.chars().all(|c| is_letter(c) || "@.+-_".contains(c))
}

/// Adds that the name is taken, if it is: also by who writes it in another case. Who has it, the user `own`, may write it in another case.
pub(crate) async fn check_free(
    name: Option<&str>,
    own: Option<&str>,
    field: &str,
    faults: &mut Faults,
    call: &Call<'_>,
) -> Result<(), Problem> {
    let Some(name) = name else { return Ok(()) };
    let owner = call.service.store.user_folded(name).await?;
    let is_own = |user: &User| own == Some(user.id.as_str()) && user.username != name;
    if owner.is_some_and(|user| !is_own(&user)) {
        faults.add(field, TAKEN);
    }
    Ok(())
}
