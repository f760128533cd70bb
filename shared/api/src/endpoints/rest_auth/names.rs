//! A name for who signs up with an address alone.

use crate::{call::Call, endpoints::accounts::username, problem::Problem};

/// How much of an address becomes a name, in characters.
const LONGEST: usize = 64;

/// The local part of the address, as far as a name may have it; with random digits behind it where somebody has that name.
pub(crate) async fn of_address(email: &str, call: &Call<'_>) -> Result<String, Problem> {
    let local = email.split('@').next().unwrap_or_default();
    let is_of_name = |c: &char| c.is_ascii_alphanumeric() || ".+-_".contains(*c);
    let name: String = local.chars().filter(is_of_name).take(LONGEST).collect();
    let name = if name.is_empty() { "user".to_owned() } else { username::normalized(&name) };
    if call.service.store.user_folded(&name).await?.is_none() {
        return Ok(name);
    }
    let [.., one, two, three, four] = call.ambient.access_random;
    Ok(format!("{name}{}", u32::from_be_bytes([one, two, three, four])))
}
