//! What each endpoint accepts and answers.
//!
//! A request flows one way: `Request → Form → Token → Store → Reply | Problem → Response`. [`answer`] is the only way
//! in; the hosts, `lambda` and `local`, differ in how they are asked and in nothing else. One file per endpoint holds
//! its form, its reply and what happens between them. This crate knows no server and reads no environment: the
//! clock and the entropy come as [`Ambient`], everything that lasts as [`Service`]. Beside the store it asks nobody but,
//! for a new password, who knows the breached ones.

mod ambient;
mod answer;
mod authentication;
pub mod authorizer;
mod call;
mod cors;
mod endpoint;
mod endpoints;
mod instant;
mod listed;
mod log;
mod metadata;
mod problem;
mod publication;
mod request;
mod route;
mod service;
mod session;
mod view;

pub use ambient::Ambient;
pub use answer::{answer, unanswered, unreadable};
pub use authentication::{
    caller::superuser,
    gate::{admit, admit_with},
    principal::{MAX_TEXT, Principal},
    simple_jwt::Authenticated,
};
pub use call::{Call, Caller};
pub use cors::Sharing;
pub use endpoint::{Answer, Endpoint};
pub use endpoints::{
    accounts::{
        activation::Activation, me::AccountsMe, resend_activation::ResendActivation, reset_password::ResetPassword,
        reset_password_confirm::ResetPasswordConfirm, reset_username::ResetUsername,
        reset_username_confirm::ResetUsernameConfirm, set_password::SetPassword, set_username::SetUsername,
        user::AccountsUser, users::AccountsUsers,
    },
    blacklist::Blacklist,
    change_password::ChangePassword,
    discover::Discover,
    end_session::EndSession,
    hello::Hello,
    introspect::Introspect,
    legacy::{
        auth::LegacyAuth, blacklist::LegacyBlacklist, impersonate::LegacyImpersonate, obtain::LegacyObtain,
        refresh::LegacyRefresh, verify::LegacyVerify,
    },
    obtain::Obtain,
    obtain_sliding::ObtainSliding,
    organization::Organization,
    organizations::Organizations,
    publish_keys::PublishKeys,
    refresh::Refresh,
    refresh_sliding::RefreshSliding,
    rest_auth::{
        login::RestAuthLogin, logout::RestAuthLogout, password_change::RestAuthPasswordChange,
        password_reset::RestAuthPasswordReset, password_reset_confirm::RestAuthPasswordResetConfirm,
        refresh::RestAuthRefresh, registration::RestAuthRegistration, resend_email::RestAuthResendEmail,
        user::RestAuthUser, verify_email::RestAuthVerifyEmail,
    },
    revoke::Revoke,
    sessions::Sessions,
    show_user::ShowUser,
    verify::Verify,
};
pub use log::{masked, warn_of_settings};
pub use problem::Problem;
pub use request::api_request::ApiRequest;
pub use route::{PACKAGE_PATHS, route, route_behind};
pub use service::Service;
pub use view::{Field, Guard, View};

macro_rules! listed {
    ($($verb:ident: $endpoint:ident, $path:literal, $function:ident;)+) => {
        $(impl Listed for $endpoint {
            const PATH: &'static str = $path;
            const FUNCTION: &'static str = stringify!($function);
        })+
    };
}
crate::endpoints!(listed);

/// The functions that hash passwords, or may: they have the memory and the processor for it (`HashingMemory`).
pub const HASHING: [&str; 5] = ["accounts", "credentials", "legacy", "obtain", "rest_auth"];

/// An endpoint with its row of [`endpoints!`].
pub trait Listed: Endpoint {
    /// Its path there.
    const PATH: &'static str;
    /// The name of the function that it belongs to.
    const FUNCTION: &'static str;
}

/// The one list of endpoints: verb, type, path without its trailing slash, and the function that it belongs to. Who may call, its
/// view says. `{id}` in a path is any one segment. An endpoint answers every method of its path that its view allows.
///
/// It is a macro and not a table so that a function that names one endpoint links one endpoint. Call it with the name
/// of a macro that takes the rows.
#[macro_export]
macro_rules! endpoints {
    ($with:ident) => {
        $with! {
            obtain: Obtain, "/api/token", obtain;
            refresh: Refresh, "/api/token/refresh", refresh;
            verify: Verify, "/api/token/verify", verify;
            blacklist: Blacklist, "/api/token/blacklist", blacklist;
            obtain_sliding: ObtainSliding, "/api/token/sliding", obtain;
            refresh_sliding: RefreshSliding, "/api/token/sliding/refresh", refresh;
            hello: Hello, "/api/hello", hello;
            sessions: Sessions, "/api/sessions", account;
            end_session: EndSession, "/api/sessions/{id}", account;
            show_user: ShowUser, "/api/user", account;
            change_password: ChangePassword, "/api/user/password", credentials;
            accounts_users: AccountsUsers, "/auth/users", accounts;
            accounts_me: AccountsMe, "/auth/users/me", accounts;
            accounts_activation: Activation, "/auth/users/activation", accounts;
            accounts_resend_activation: ResendActivation, "/auth/users/resend_activation", accounts;
            accounts_set_password: SetPassword, "/auth/users/set_password", accounts;
            accounts_reset_password: ResetPassword, "/auth/users/reset_password", accounts;
            accounts_reset_password_confirm: ResetPasswordConfirm, "/auth/users/reset_password_confirm", accounts;
            accounts_set_username: SetUsername, "/auth/users/set_username", accounts;
            accounts_reset_username: ResetUsername, "/auth/users/reset_username", accounts;
            accounts_reset_username_confirm: ResetUsernameConfirm, "/auth/users/reset_username_confirm", accounts;
            accounts_user: AccountsUser, "/auth/users/{id}", accounts;
            rest_auth_login: RestAuthLogin, "/dj-rest-auth/login", rest_auth;
            rest_auth_logout: RestAuthLogout, "/dj-rest-auth/logout", rest_auth;
            rest_auth_user: RestAuthUser, "/dj-rest-auth/user", rest_auth;
            rest_auth_password_change: RestAuthPasswordChange, "/dj-rest-auth/password/change", rest_auth;
            rest_auth_password_reset: RestAuthPasswordReset, "/dj-rest-auth/password/reset", rest_auth;
            rest_auth_password_reset_confirm: RestAuthPasswordResetConfirm, "/dj-rest-auth/password/reset/confirm", rest_auth;
            rest_auth_refresh: RestAuthRefresh, "/dj-rest-auth/token/refresh", rest_auth;
            rest_auth_registration: RestAuthRegistration, "/dj-rest-auth/registration", rest_auth;
            rest_auth_verify_email: RestAuthVerifyEmail, "/dj-rest-auth/registration/verify-email", rest_auth;
            rest_auth_resend_email: RestAuthResendEmail, "/dj-rest-auth/registration/resend-email", rest_auth;
            organizations: Organizations, "/api/organizations", organizations;
            organization: Organization, "/api/organizations/{id}", organizations;
            revoke: Revoke, "/oauth/revoke", oauth;
            introspect: Introspect, "/oauth/introspect", oauth;
            legacy_obtain: LegacyObtain, "/api-token-auth", legacy;
            legacy_refresh: LegacyRefresh, "/api-token-refresh", legacy;
            legacy_verify: LegacyVerify, "/api-token-verify", legacy;
            legacy_auth: LegacyAuth, "/api/jwt-auth", legacy;
            legacy_blacklist: LegacyBlacklist, "/api-token-blacklist", legacy;
            legacy_impersonate: LegacyImpersonate, "/api-token-impersonate", legacy;
            publish_keys: PublishKeys, "/.well-known/jwks.json", well_known;
            discover: Discover, "/.well-known/openid-configuration", well_known;
        }
    };
}
