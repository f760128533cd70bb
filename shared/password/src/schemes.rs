//! The schemes of Django's hashers, one file for each kind: parse what is stored, bound its cost, compare.

pub(crate) mod argon2;
mod bcrypt;
mod digest;
mod field;
mod pbkdf2;
mod scrypt;

use crate::{error::Error, schemes::digest::Function};

/// What a stored hash is called, and what is to be parsed of it.
pub(crate) type Named<'a> = (&'static str, &'a str);

/// Django's `algorithm` attributes that stand before the first `$`.
const NAMES: [&str; 8] = ["argon2", "bcrypt", "bcrypt_sha256", "md5", "pbkdf2_sha1", "pbkdf2_sha256", "scrypt", "sha1"];

/// What Django knows by its form: the name is its `algorithm`, though it is not written there.
const UNSALTED: [(&str, &str); 2] = [("md5$$", "unsalted_md5"), ("sha1$$", "unsalted_sha1")];

/// The strings of other systems, which Django keeps after a name of its own: those of bcrypt, and of Argon2 (PHC).
const BARE_BCRYPT: [&str; 4] = ["$2a$", "$2b$", "$2x$", "$2y$"];
const BARE_ARGON2: [&str; 3] = ["$argon2d$", "$argon2i$", "$argon2id$"];

const MD5_HEX_DIGITS: usize = 32;

/// The name of the scheme of a stored hash, if it is known here.
pub(crate) fn named(encoded: &str) -> Option<Named<'_>> {
    if let Some((prefix, name)) = UNSALTED.into_iter().find(|(prefix, _)| encoded.starts_with(prefix)) {
        return Some((name, encoded.strip_prefix(prefix)?));
    }
    if encoded.len() == MD5_HEX_DIGITS && encoded.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(("unsalted_md5", encoded));
    }
    if BARE_BCRYPT.into_iter().any(|prefix| encoded.starts_with(prefix)) {
        return Some(("bcrypt", encoded));
    }
    if BARE_ARGON2.into_iter().any(|prefix| encoded.starts_with(prefix)) {
        return Some(("argon2", encoded.strip_prefix('$')?));
    }
    let (name, rest) = encoded.split_once('$')?;
    Some((NAMES.into_iter().find(|known| *known == name)?, rest))
}

/// A stored hash whose cost has been found bearable.
pub(crate) enum Stored<'a> {
    Argon2(argon2::Stored),
    Bcrypt(bcrypt::Stored<'a>),
    Digest(digest::Stored<'a>),
    Pbkdf2(pbkdf2::Stored<'a>),
    Scrypt(scrypt::Stored<'a>),
}

impl<'a> Stored<'a> {
    pub(crate) fn parse(encoded: &'a str) -> Result<Self, Error> {
        let (name, rest) = named(encoded).ok_or(Error::UnknownScheme)?;
        match name {
            "argon2" => argon2::Stored::parse(rest).map(Self::Argon2),
            "bcrypt" => bcrypt::Stored::parse(rest, bcrypt::Input::Plain).map(Self::Bcrypt),
            "bcrypt_sha256" => bcrypt::Stored::parse(rest, bcrypt::Input::Sha256).map(Self::Bcrypt),
            "md5" => digest::Stored::salted(rest, Function::Md5).map(Self::Digest),
            "pbkdf2_sha1" => pbkdf2::Stored::parse(rest, pbkdf2::SHA1).map(Self::Pbkdf2),
            "pbkdf2_sha256" => pbkdf2::Stored::parse(rest, pbkdf2::SHA256).map(Self::Pbkdf2),
            "scrypt" => scrypt::Stored::parse(rest).map(Self::Scrypt),
            "sha1" => digest::Stored::salted(rest, Function::Sha1).map(Self::Digest),
            "unsalted_md5" => digest::Stored::unsalted(rest, Function::Md5).map(Self::Digest),
            "unsalted_sha1" => digest::Stored::unsalted(rest, Function::Sha1).map(Self::Digest),
            _ => Err(Error::UnknownScheme),
        }
    }

    pub(crate) fn matches(&self, password: &str) -> Result<bool, Error> {
        match self {
            Self::Argon2(stored) => stored.matches(password),
            Self::Bcrypt(stored) => stored.matches(password),
            Self::Digest(stored) => Ok(stored.matches(password)),
            Self::Pbkdf2(stored) => Ok(stored.matches(password)),
            Self::Scrypt(stored) => stored.matches(password),
        }
    }

    /// Whether `hash` would make this encoding of the same password and salt.
    pub(crate) fn is_todays(&self) -> bool {
        matches!(self, Self::Argon2(stored) if stored.is_todays())
    }

    /// Whether the scheme costs next to nothing, so that its answer would come suspiciously soon.
    pub(crate) fn is_instant(&self) -> bool {
        matches!(self, Self::Digest(_))
    }

    /// Bytes that `matches` allocates; what the small schemes take is not worth counting.
    pub(crate) fn memory(&self) -> u64 {
        match self {
            Self::Argon2(stored) => stored.memory(),
            Self::Scrypt(stored) => stored.memory(),
            Self::Bcrypt(_) | Self::Digest(_) | Self::Pbkdf2(_) => 0,
        }
    }
}
