//! The names of counters. Failed logins are counted by account, by address, by both, and by the token behind which a password is asked for;
//! mails and new accounts by address and by caller.

use crate::{fold::fold, outbox::MailKind};
use std::net::IpAddr;

/// Of the account, from everywhere. Names are counted as they are typed, known or not.
#[must_use]
pub fn account(name: &str) -> String {
    format!("account {}", fold(name))
}

/// Of an address, for all accounts.
#[must_use]
pub fn address(ip: &str) -> String {
    format!("address {}", network(ip))
}

/// Of an account from one address.
#[must_use]
pub fn pair(name: &str, ip: &str) -> String {
    format!("pair {}\n{}", fold(name), network(ip))
}

/// Of a session whose token asks for the old password.
#[must_use]
pub fn session(session: &str) -> String {
    format!("session {session}")
}

/// Of an account behind all of its tokens.
#[must_use]
pub fn behind_tokens(name: &str) -> String {
    format!("behind tokens {}", fold(name))
}

/// Of mails of a kind to an address, whoever asked for them: who asks for many of one kind stops no other.
#[must_use]
pub fn mails_to(email: &str, kind: MailKind) -> String {
    format!("mails of {} to {}", kind.word(), fold(email))
}

/// Of mails that somebody at an address of the network asked for.
#[must_use]
pub fn mails_of_caller(ip: &str) -> String {
    format!("mails of {}", network(ip))
}

/// Of accounts that somebody at an address of the network made.
#[must_use]
pub fn registrations(ip: &str) -> String {
    format!("registrations {}", network(ip))
}

/// Who an address belongs to: itself for IPv4, its /64 for IPv6, where one customer has 2^64 of them.
fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.to_string(),
            None => format!("{:x}/64", u128::from(ip) >> 64),
        },
        _ => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn everybody_has_counters_of_their_own() {
        let mut names = HashSet::new();
        for (who, ip) in [("alice", "192.0.2.7"), ("bob", "192.0.2.8")] {
            names.extend([account(who), address(ip), pair(who, ip), session(who), behind_tokens(who)]);
            names.extend([MailKind::Activation, MailKind::PasswordReset].map(|kind| mails_to(who, kind)));
            names.extend([mails_of_caller(ip), registrations(ip)]);
        }
        assert_eq!(names.len(), 18, "{names:?}");
        assert_eq!(behind_tokens("Alice"), behind_tokens("alice"));
    }

    #[test]
    fn pw_27_a_customer_is_one_address_or_one_64() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }
}
