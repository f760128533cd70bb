//! Why a legacy token is refused, in the words of each package.

use crate::problem::Problem;
use settings::{Legacy, Settings};
use token::LegacyError;

/// Why a legacy token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegacyRefusal {
    Blacklisted,
    Disabled,
    Expired,
    Invalid,
    Malformed,
    NoOrigin,
    NoUsername,
    RefreshExpired,
    UnknownUser,
}

/// Who refuses: an endpoint that was sent the token to judge it, or the guard that was shown it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusedBy {
    Endpoint,
    Guard,
}

impl LegacyRefusal {
    /// What is answered: 400 by an endpoint, 401 by the guard, but 403 for a blacklisted token.
    pub(crate) fn at(self, refused_by: RefusedBy, settings: &Settings) -> Problem {
        match (refused_by, self) {
            (RefusedBy::Endpoint, _) => Problem::LegacyRefused(self.to_endpoint(settings.legacy)),
            (RefusedBy::Guard, Self::Blacklisted) => Problem::Forbidden(self.to_endpoint(settings.legacy)),
            (RefusedBy::Guard, _) => Problem::LegacyUnauthenticated(self.to_guard(settings.legacy)),
        }
    }

    fn to_endpoint(self, package: Legacy) -> &'static str {
        match (self, package) {
            (Self::Blacklisted, _) => "Token is blacklisted.",
            (Self::Disabled, _) => "User account is disabled.",
            (Self::Expired, Legacy::DrfJwt) => "Token has expired.",
            (Self::Expired, _) => "Signature has expired.",
            (Self::Malformed, Legacy::DrfJwt) => "Error decoding token.",
            // djangorestframework-jwt crashes over what is invalid.
            (Self::Malformed | Self::Invalid, Legacy::Jwt | Legacy::Off) => "Error decoding signature.",
            (Self::Invalid | Self::NoUsername, Legacy::DrfJwt) => "Invalid token.",
            (Self::NoOrigin, Legacy::DrfJwt) => "orig_iat field not found in token.",
            (Self::NoOrigin, _) => "orig_iat field is required.",
            (Self::NoUsername, _) => "Invalid payload.",
            (Self::RefreshExpired, _) => "Refresh has expired.",
            (Self::UnknownUser, _) => "User doesn't exist.",
        }
    }

    fn to_guard(self, package: Legacy) -> &'static str {
        match (self, package) {
            (Self::Invalid, Legacy::Jwt) => "Incorrect authentication credentials.",
            (Self::NoUsername, _) => "Invalid payload.",
            (Self::UnknownUser, Legacy::Jwt) => "Invalid signature.",
            (Self::UnknownUser, _) => "Invalid token.",
            _ => self.to_endpoint(package),
        }
    }
}

impl From<LegacyError> for LegacyRefusal {
    fn from(error: LegacyError) -> Self {
        match error {
            LegacyError::Expired => Self::Expired,
            LegacyError::Invalid => Self::Invalid,
            LegacyError::Malformed => Self::Malformed,
        }
    }
}
