//! Settings of ACCOUNTS: whose endpoints are served, what who signs up has to give, which page a link leads to.

use crate::{
    fault::Fault,
    table::Settings,
    values::choice::{Accounts, EmailVerification, LoginMethods, UsernameField},
};

impl Settings {
    /// Whether djoser's endpoints are served.
    #[must_use]
    pub fn offers_djoser(&self) -> bool {
        matches!(self.accounts, Accounts::Both | Accounts::Djoser)
    }

    /// Whether dj-rest-auth's are.
    #[must_use]
    pub fn offers_rest_auth(&self) -> bool {
        matches!(self.accounts, Accounts::Both | Accounts::RestAuth)
    }

    /// The packages whose endpoints are served beside those of Simple JWT: the words of ACCOUNTS and of LEGACY, and `oauth` where
    /// OAUTH_CLIENTS names a client.
    #[must_use]
    pub fn packages(&self) -> Vec<&'static str> {
        let oauth = if self.oauth_clients.is_empty() { "off" } else { "oauth" };
        let words = self.accounts.word().split(',').chain([self.legacy.word(), oauth]);
        words.filter(|word| *word != "off").collect()
    }

    /// The cookie that dj-rest-auth carries the access token in, if it is to.
    #[must_use]
    pub fn rest_auth_cookie(&self) -> Option<&str> {
        self.jwt_auth_cookie.as_deref().filter(|_| self.offers_rest_auth())
    }

    /// Whether who signs up with dj-rest-auth must give this field (ACCOUNT_SIGNUP_FIELDS).
    #[must_use]
    pub fn demands_at_signup(&self, field: &str) -> bool {
        self.account_signup_fields.iter().any(|given| given.strip_suffix('*') == Some(field))
    }

    /// Whether who signs up with dj-rest-auth waits for the link in a mail.
    #[must_use]
    pub fn awaits_verification(&self) -> bool {
        self.account_email_verification == EmailVerification::Mandatory
    }

    /// Whether dj-rest-auth mails links that confirm an address: it is asked to, and there is a page for them.
    #[must_use]
    pub fn mails_keys(&self) -> bool {
        let wanted = self.offers_rest_auth() && self.account_email_verification != EmailVerification::Off;
        wanted && self.activation_url.is_some()
    }

    /// Whether a user who gives another address gets a link that confirms it.
    #[must_use]
    pub fn confirms_addresses(&self) -> bool {
        (self.offers_djoser() && self.send_activation_email) || self.mails_keys()
    }

    /// The address of ACTIVATION_URL with both parts of a link in it, or the key.
    #[must_use]
    pub fn activation_page(&self, uid: &str, token: &str, key: &str) -> Option<String> {
        let page = self.activation_url.as_deref()?.replacen("{key}", key, 1);
        self.link_to(Some(&page), uid, token)
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

/// Whether accounts are made here: a function without the outbox makes none, and is not told what their mails need.
pub(crate) fn are_made(lookup: &impl Fn(&str) -> Option<String>) -> bool {
    lookup("USERS_TABLE").is_none() || lookup("OUTBOX_TABLE").is_some()
}

/// dj-rest-auth mails a link that confirms the address by default. Where it leads nowhere, nobody gets one.
pub(crate) fn unmailed(settings: &Settings) -> Option<Fault> {
    let is_optional = settings.account_email_verification == EmailVerification::Optional;
    let is_unmailed = settings.offers_rest_auth() && is_optional && settings.activation_url.is_none();
    let words = "is not set, so new users get no link that confirms the address, though ACCOUNT_EMAIL_VERIFICATION is \
                 optional; give the page, or set ACCOUNT_EMAIL_VERIFICATION to none";
    is_unmailed.then(|| Fault::new("ACTIVATION_URL", words))
}

/// What must not be set together where somebody can sign up.
pub(crate) fn contradictions(settings: &Settings) -> Vec<Fault> {
    let page = without_a_page(settings).into_iter();
    page.chain(without_a_login(settings)).chain(with_a_way_round(settings)).collect()
}

/// Who signs up with one package must not get round the link that the other one demands.
fn with_a_way_round(settings: &Settings) -> Option<Fault> {
    let are_both = settings.offers_djoser() && settings.offers_rest_auth();
    let differ = settings.send_activation_email != settings.awaits_verification();
    let words = "must be true where ACCOUNT_EMAIL_VERIFICATION is mandatory, and false where it is not: with both packages in \
                 ACCOUNTS, one would let in who waits for the link of the other";
    (are_both && differ).then(|| Fault::new("SEND_ACTIVATION_EMAIL", words))
}

/// A mail that lets a user in must have a link, and the page behind it must know what to bring back.
fn without_a_page(settings: &Settings) -> Option<Fault> {
    let page = settings.activation_url.as_deref().unwrap_or_default();
    let (by_link, by_key) = (settings.offers_djoser(), settings.offers_rest_auth());
    let sender = match () {
        () if by_link && settings.send_activation_email => "SEND_ACTIVATION_EMAIL",
        () if by_key && settings.awaits_verification() => "ACCOUNT_EMAIL_VERIFICATION mandatory",
        () if by_key && settings.account_login_methods == LoginMethods::Email => "ACCOUNT_LOGIN_METHODS email",
        () => return by_key_alone(page, by_link, by_key),
    };
    // dj-rest-auth's function knows no DOMAIN: whoever sends the mail does, and says where a link leads nowhere.
    let is_led = match sender {
        "SEND_ACTIVATION_EMAIL" => settings.activation_page("", "", "").is_some(),
        _ => settings.activation_url.is_some(),
    };
    if !is_led {
        let words = "is not set, and {} needs a link to it; give it, and DOMAIN where it is a path";
        return Some(Fault::new("ACTIVATION_URL", words.replace("{}", sender)));
    }
    by_key_alone(page, by_link, by_key)
}

/// Each package takes its own link alone.
fn by_key_alone(page: &str, by_link: bool, by_key: bool) -> Option<Fault> {
    let has_key = page.contains("{key}");
    let words = match (has_key, by_link, by_key) {
        (false, false, true) if !page.is_empty() => {
            "has no {key}, which dj-rest-auth's verify-email/ asks for; give it"
        }
        (true, true, false) => "has {key}, and djoser's activation/ asks for {uid} and {token}; give both",
        _ => return None,
    };
    Some(Fault::new("ACTIVATION_URL", words))
}

/// An address counts once it is confirmed, so who logs in by it must get the link.
fn without_a_login(settings: &Settings) -> Vec<Fault> {
    let by_address = settings.username_field == UsernameField::Email;
    let djoser = settings.offers_djoser() && by_address && !settings.send_activation_email;
    let methods = settings.account_login_methods == LoginMethods::Email;
    let is_off = settings.account_email_verification == EmailVerification::Off;
    let rest_auth = settings.offers_rest_auth() && (by_address || methods) && is_off;
    let off = djoser.then(|| {
        let words = "is off, and with USERNAME_FIELD email new users could not log in before the address is \
                     confirmed; turn it on";
        Fault::new("SEND_ACTIVATION_EMAIL", words)
    });
    let rule = rest_auth.then(|| {
        let words = "is none, so users who log in by address could never confirm it; make it mandatory or optional";
        Fault::new("ACCOUNT_EMAIL_VERIFICATION", words)
    });
    off.into_iter().chain(rule).collect()
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
        let by_key = Settings::of(&[("DOMAIN", "a.example"), ("ACTIVATION_URL", "verify/{key}")]).unwrap();
        assert_eq!(by_key.activation_page("u", "t", "MQ:1:x").as_deref(), Some("https://a.example/verify/MQ:1:x"));
    }

    #[test]
    fn one_package_is_no_way_round_the_link_of_the_other() {
        let given = |send: &str, verification: &str| {
            let both = [("ACCOUNTS", "djoser,dj-rest-auth"), ("DOMAIN", "a.example")];
            let page = ("ACTIVATION_URL", "a/{key}");
            let rules = [("SEND_ACTIVATION_EMAIL", send), ("ACCOUNT_EMAIL_VERIFICATION", verification), page];
            Settings::of(&[&both[..], &rules].concat()).is_ok()
        };
        assert!(given("true", "mandatory") && given("false", "optional") && given("false", "none"));
        let djoser = [("ACCOUNTS", "djoser"), ("SEND_ACTIVATION_EMAIL", "true"), ("DOMAIN", "a.example")];
        let page = ("ACTIVATION_URL", "a/{uid}/{token}");
        assert!(Settings::of(&[&djoser[..], &[page]].concat()).is_ok(), "there is no other");
        assert!(!given("true", "optional") && !given("true", "none") && !given("false", "mandatory"));
    }

    /// As the template gives them to the function that logs in.
    #[test]
    fn a_function_that_makes_no_accounts_needs_no_page_of_theirs() {
        let login = [("ACCOUNTS", "djoser"), ("SEND_ACTIVATION_EMAIL", "true"), ("USERS_TABLE", "users")];
        assert!(Settings::of(&login).is_ok());
        assert!(Settings::of(&[&login[..], &[("OUTBOX_TABLE", "mails")]].concat()).is_err());
        assert!(Settings::of(&login[..2]).is_err(), "local mode makes accounts");
    }

    #[test]
    fn who_signs_up_can_log_in() {
        let given = [("ACCOUNTS", "djoser"), ("USERNAME_FIELD", "email")];
        assert!(Settings::of(&given).unwrap_err().to_string().starts_with("SEND_ACTIVATION_EMAIL: is off"));
        let given =
            [("ACCOUNTS", "dj-rest-auth"), ("ACCOUNT_LOGIN_METHODS", "email"), ("ACCOUNT_EMAIL_VERIFICATION", "none")];
        assert!(Settings::of(&given).unwrap_err().to_string().contains("ACCOUNT_EMAIL_VERIFICATION: is none"));
    }

    #[test]
    fn nobody_waits_for_a_link_that_leads_nowhere() {
        let given = [("ACCOUNTS", "djoser"), ("SEND_ACTIVATION_EMAIL", "true")];
        assert!(Settings::of(&given).unwrap_err().to_string().contains("ACTIVATION_URL"));
        let page = ("ACTIVATION_URL", "a/{uid}/{token}");
        assert!(Settings::of(&[given[0], given[1], page]).unwrap_err().to_string().contains("DOMAIN"));
        let by_email = ("ACCOUNT_LOGIN_METHODS", "email");
        for rule in [("ACCOUNT_EMAIL_VERIFICATION", "mandatory"), by_email] {
            let faults = Settings::of(&[("ACCOUNTS", "dj-rest-auth"), rule]).unwrap_err().to_string();
            let needs = format!("ACTIVATION_URL: is not set, and {} {} needs a link", rule.0, rule.1);
            assert!(faults.contains(&needs), "{faults}");
        }
    }

    #[test]
    fn each_package_is_led_to_by_its_own_link() {
        let start = |accounts: &str, page: &str| {
            Settings::of(&[("ACCOUNTS", accounts), ("ACTIVATION_URL", page), ("DOMAIN", "a.example")]).map(drop)
        };
        for (accounts, page) in [
            ("djoser", "a/{uid}/{token}"),
            ("dj-rest-auth", "a/{key}"),
            ("djoser,dj-rest-auth", "a/{key}"),
            ("dj-rest-auth, djoser", "a/{uid}/{token}"),
        ] {
            assert!(start(accounts, page).is_ok(), "{accounts} {page}");
        }
        for (accounts, page) in
            [("djoser", "a/{key}"), ("dj-rest-auth", "a/{uid}/{token}"), ("djoser", "a/{key}/{uid}")]
        {
            assert!(start(accounts, page).unwrap_err().to_string().starts_with("ACTIVATION_URL"), "{accounts} {page}");
        }
    }
}
