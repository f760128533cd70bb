//! Settings of ACCOUNTS: which page a link leads to.

use crate::{
    fault::Fault,
    table::Settings,
    values::choice::{Accounts, UsernameField},
};

impl Settings {
    /// Whether the endpoints for accounts are served.
    #[must_use]
    pub fn offers_accounts(&self) -> bool {
        self.accounts != Accounts::Off
    }

    /// What mails call the service: SITE_NAME, or else DOMAIN.
    #[must_use]
    pub fn site(&self) -> &str {
        self.site_name.as_deref().or(self.domain.as_deref()).unwrap_or("this site")
    }

    /// The address of a page such as ACTIVATION_URL, with both parts of a link in it. `None` where the page is not set, or
    /// is a path and no DOMAIN says of which host.
    #[must_use]
    pub fn link_to(&self, page: Option<&str>, uid: &str, token: &str) -> Option<String> {
        let page = page?.replacen("{uid}", uid, 1).replacen("{token}", token, 1);
        if page.starts_with("https://") || page.starts_with("http://") {
            return Some(page);
        }
        Some(format!("https://{}/{}", self.domain.as_deref()?, page.trim_start_matches('/')))
    }
}

/// A mail that lets a user in must have a link.
pub(crate) fn without_a_page(settings: &Settings) -> Option<Fault> {
    let leads_nowhere = settings.link_to(settings.activation_url.as_deref(), "", "").is_none();
    (settings.offers_accounts() && settings.send_activation_email && leads_nowhere).then(|| {
        let words = "is not set, and SEND_ACTIVATION_EMAIL sends a link to it; give it, and DOMAIN where it is a path";
        Fault::new("ACTIVATION_URL", words)
    })
}

/// An address counts once it is confirmed, so who logs in by it must get the link.
pub(crate) fn without_a_login(settings: &Settings) -> Option<Fault> {
    let is_by_address = settings.username_field == UsernameField::Email;
    (settings.offers_accounts() && is_by_address && !settings.send_activation_email).then(|| {
        let words = "is off, and with USERNAME_FIELD email nobody who signs up could log in before the address is \
                     confirmed; turn it on";
        Fault::new("SEND_ACTIVATION_EMAIL", words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_front_end() {
        let settings = |domain: &str| Settings::of(&[("DOMAIN", domain), ("SITE_NAME", "Example")]).unwrap();
        let to = |settings: &Settings, page: &str| settings.link_to(Some(page), "MQ", "t-1");
        let there = settings("app.example.com");
        assert_eq!(to(&there, "a/{uid}/{token}").as_deref(), Some("https://app.example.com/a/MQ/t-1"));
        assert_eq!(
            to(&there, "http://localhost:5173/?u={uid}&t={token}").as_deref(),
            Some("http://localhost:5173/?u=MQ&t=t-1")
        );
        assert_eq!(to(&settings(""), "a/{uid}/{token}"), None);
    }

    #[test]
    fn who_signs_up_can_log_in() {
        let given = [("ACCOUNTS", "djoser"), ("USERNAME_FIELD", "email")];
        assert!(Settings::of(&given).unwrap_err().to_string().starts_with("SEND_ACTIVATION_EMAIL: is off"));
    }

    #[test]
    fn nobody_waits_for_a_link_that_leads_nowhere() {
        let given = [("ACCOUNTS", "djoser"), ("SEND_ACTIVATION_EMAIL", "true")];
        assert!(Settings::of(&given).unwrap_err().to_string().contains("ACTIVATION_URL"));
    }
}
