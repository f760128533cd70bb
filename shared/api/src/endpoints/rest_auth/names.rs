//! A name for who signs up with an address alone.

use crate::{call::Call, endpoints::accounts::username, problem::Problem};

/// How much of an address becomes a name, in characters.
const LONGEST: usize = 64;

/// The local part of the address, as far as a name may have it; with digits behind it where somebody has that name.
pub(crate) async fn of_address(email: &str, call: &Call<'_>) -> Result<String, Problem> {
    let name = plain(email);
    Ok(if call.service.store.user_folded(&name).await?.is_none() { name } else { with_digits(email, call) })
}

/// The same with random digits behind it.
pub(crate) fn with_digits(email: &str, call: &Call<'_>) -> String {
    let [.., one, two, three, four] = call.ambient.access_random;
    format!("{}{}", plain(email), u32::from_be_bytes([one, two, three, four]))
}

fn plain(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let is_of_name = |c: &char| c.is_ascii_alphanumeric() || ".+-_".contains(*c);
    let name: String = local.chars().filter(is_of_name).take(LONGEST).collect();
    if name.is_empty() { "user".to_owned() } else { username::normalized(&name) }
}
