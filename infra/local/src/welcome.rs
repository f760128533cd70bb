//! What a start says: of the keys, and at the first one of a first user, where its password is, and commands that work when pasted.

use crate::{folder::Folder, server::Server, start_error::StartError};
use api::Ambient;
use settings::{Settings, TokenEndpoints, UsernameField};
use std::{net::SocketAddr, path::Path};
use store::User;
use token::KeySet;
use tokio::net::TcpListener;

/// The name of the user that the first start makes.
const NAME: &str = "admin";

/// What it logs in with where USERNAME_FIELD is `email`.
const EMAIL: &str = "admin@example.com";

/// Warnings about keys that do not fit the settings.
pub(crate) fn notes(keys: &KeySet, settings: &Settings, now: i64) -> Vec<String> {
    let wanted = settings.algorithm;
    let Some(signer) = keys.signer(now) else {
        let next = match settings.jwk_url {
            Some(_) => "tokens of the issuer at JWK_URL are verified; to issue some here, give SIGNING_KEY",
            None => "make one: latchkey keys rotate",
        };
        return vec![format!("no key signs, so no user can log in; {next}")];
    };
    let mut notes = Vec::new();
    if signer.is_weak() {
        notes.push(
            "the signing key can be guessed, and an attacker who guesses it can make tokens; give a longer one"
                .to_owned(),
        );
    }
    if keys.keys().iter().all(|key| key.is_verify_only() || key.algorithm() != wanted) {
        let is = signer.algorithm();
        notes.push(format!(
            "ALGORITHM is {wanted}, and the key that signs is for {is}; make another: latchkey keys rotate --alg {wanted}"
        ));
    }
    notes
}

/// What is to be known of an address that others can reach.
pub(crate) fn exposure(listen: SocketAddr) -> Option<String> {
    let warning = format!(
        "{listen} can be reached from the network, and this is plain HTTP, so others can read passwords and tokens; \
         put TLS in front of it, or leave --listen out"
    );
    (!listen.ip().is_loopback()).then_some(warning)
}

/// Makes the first user where there is none yet, and says how to use it.
///
/// # Errors
/// When the store or the operating system's entropy cannot be reached.
pub(crate) async fn greet(server: &Server<TcpListener>, folder: &Folder) -> Result<Option<String>, StartError> {
    let users = server.store().users(None).await.map_err(StartError::engine)?;
    if !users.users.is_empty() {
        return Ok(None);
    }
    let ambient = Ambient::read().map_err(|cause| StartError::new("no entropy for a first password", cause))?;
    let password = password::generated(ambient.access_random);
    server.store().create_user(&first(&ambient, &password)?).await.map_err(StartError::engine)?;
    Ok(Some(instructions(server, &folder.keep_password(&password)?)))
}

fn first(ambient: &Ambient, password: &str) -> Result<User, StartError> {
    let password =
        password::hash(password, ambient.salt).map_err(|cause| StartError::new("no first password", cause))?;
    Ok(User {
        id: ambient.id(),
        username: NAME.to_owned(),
        password,
        email: EMAIL.to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        is_staff: true,
        is_superuser: true,
        groups: Vec::new(),
        attributes: Default::default(),
        last_login: None,
        named_since: None,
        created_at: ambient.now,
        epoch: ambient.now,
    })
}

fn instructions(server: &Server<TcpListener>, password: &Path) -> String {
    let (base, settings) = (format!("http://{}", server.address()), server.settings());
    let (field, file) = (settings.username_field, quoted(password));
    let name = if field == UsernameField::Email { EMAIL } else { NAME };
    let header =
        if settings.auth_header_name == "authorization" { "Authorization" } else { &settings.auth_header_name };
    let scheme = settings.scheme();
    let (access, refresh) = match settings.token_endpoints {
        TokenEndpoints::Pair => ("access", "refresh"),
        TokenEndpoints::Sliding => ("token", "token"),
    };
    format!(
        r#"Made a first user, {name}. Its password is in the file {file}, which only you can read.

Log in, call the protected endpoint, refresh:

  TOKENS=$(curl -s {base}/api/token/ -d {field}={name} --data-urlencode password@{file})
  ACCESS=$(echo "$TOKENS" | sed 's/.*"{access}":"\([^"]*\)".*/\1/')
  REFRESH=$(echo "$TOKENS" | sed 's/.*"{refresh}":"\([^"]*\)".*/\1/')
  curl {base}/api/hello/ -H "{header}: {scheme} $ACCESS"
  curl {base}/api/token/refresh/ -d {refresh}=$REFRESH
"#
    )
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = path.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    if is_plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new(".latchkey/first-password")), ".latchkey/first-password");
        assert_eq!(quoted(Path::new("it's $HOME/p")), r"'it'\''s $HOME/p'");
    }

    #[test]
    fn only_what_others_can_reach_is_warned_of() {
        assert!(exposure(([127, 0, 0, 1], 8000).into()).is_none() && exposure("[::1]:8000".parse().unwrap()).is_none());
        for listen in ["0.0.0.0:8000", "[::]:8000", "192.0.2.1:80"] {
            assert!(
                exposure(listen.parse().unwrap()).is_some_and(|warning| warning.contains("plain HTTP")),
                "{listen}"
            );
        }
    }
}
