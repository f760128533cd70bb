//! `latchkey users unlock`

use crate::{answer::Answer, connection::Target, fault::Fault, user_arg::UserArg};
use clap::Args;
use serde_json::json;
use std::net::IpAddr;
use store::{Store, User, counted};

#[derive(Args)]
#[command(after_help = "\
After failed logins, the next login must wait (LOGIN_THROTTLE). This command resets the failures of the account and of its sessions.
The failures of an address are counted separately: name the address with --ip.

Examples:
  latchkey users unlock alice
  latchkey users unlock alice --ip 203.0.113.7 --stack latchkey")]
pub(crate) struct Arguments {
    #[command(flatten)]
    user: UserArg,
    /// The address from which the user may try again at once
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
}

impl Arguments {
    pub(crate) async fn run(&self, target: &Target) -> Result<Answer, Fault> {
        let opened = target.open().await?;
        unlock(&self.user.find(&opened.store).await?, self.ip, &opened.store).await
    }
}

/// Forgets the failed logins of the user, and those from this address.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn unlock(user: &User, ip: Option<IpAddr>, store: &Store) -> Result<Answer, Fault> {
    let (name, ip) = (&user.username, ip.map(|ip| ip.to_string()));
    for counted in counted(user, ip.as_deref(), store).await? {
        store.clear_failures(&counted).await?;
    }
    let text = match &ip {
        Some(ip) => format!("{name} can log in again at once, also from {ip}\n"),
        None => format!("{name} can log in again at once, except from addresses that failed too often (--ip)\n"),
    };
    let json = json!({"id": user.id, "username": name, "ip": ip, "unlocked": true});
    Ok(Answer::new(text, json).did("users unlock", json!({"user_id": user.id, "address": ip})))
}

/// Users log in by their name or by their address (USERNAME_FIELD).
async fn counted(user: &User, ip: Option<&str>, store: &Store) -> Result<Vec<String>, Fault> {
    let sessions = store.sessions_of(&user.id).await?;
    let mut all: Vec<String> = sessions.iter().map(|session| counted::session(&session.sid)).collect();
    all.extend(ip.map(counted::address));
    for name in [&user.username, &user.email].into_iter().filter(|name| !name.is_empty()) {
        all.extend([counted::account(name), counted::behind_tokens(name)]);
        all.extend(ip.map(|ip| counted::pair(name, ip)));
    }
    Ok(all)
}
