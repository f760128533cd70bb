//! What a start says: of the keys, and at the first one of a first user, its password and commands that work when pasted.

use crate::{fault::Fault, server::Server};
use api::Ambient;
use settings::{Settings, TokenEndpoints, UsernameField};
use store::User;
use token::KeySet;

/// The name of the user that the first start makes.
const NAME: &str = "admin";

/// What it logs in with where USERNAME_FIELD is `email`.
const EMAIL: &str = "admin@example.com";

/// What is otherwise with the keys than it seems to be meant.
pub(crate) fn notes(keys: &KeySet, settings: &Settings, now: i64) -> Vec<String> {
    let wanted = settings.algorithm;
    let Some(signer) = keys.signer(now) else {
        return vec!["no key signs, so nobody can log in; make one: latchkey keys rotate".to_owned()];
    };
    let mut notes = Vec::new();
    if signer.is_weak() {
        notes.push(
            "the key that signs can be guessed, and whoever guesses it makes tokens; give a longer one".to_owned(),
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

/// Makes the first user where there is none yet, and says how to use it.
///
/// # Errors
/// When the store or the operating system's entropy cannot be reached.
pub(crate) async fn greet(server: &Server) -> Result<Option<String>, Fault> {
    let users = server.store().users(None).await.map_err(Fault::engine)?;
    if !users.users.is_empty() {
        return Ok(None);
    }
    let ambient = Ambient::read().map_err(|cause| Fault::new("no entropy for a first password", cause))?;
    let password = password::generated(ambient.access);
    server.store().create_user(&first(&ambient, &password)?).await.map_err(Fault::engine)?;
    Ok(Some(instructions(server, &password)))
}

fn first(ambient: &Ambient, password: &str) -> Result<User, Fault> {
    let password = password::hash(password, ambient.salt).map_err(|cause| Fault::new("no first password", cause))?;
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
        last_login: None,
        named_since: None,
        created_at: ambient.now,
        epoch: ambient.now,
    })
}

fn instructions(server: &Server, password: &str) -> String {
    let (base, settings) = (format!("http://{}", server.address()), server.settings());
    let field = settings.username_field;
    let name = if field == UsernameField::Email { EMAIL } else { NAME };
    let header =
        if settings.auth_header_name == "authorization" { "Authorization" } else { &settings.auth_header_name };
    let scheme = settings.scheme();
    let (access, refresh) = match settings.token_endpoints {
        TokenEndpoints::Pair => ("access", "refresh"),
        TokenEndpoints::Sliding => ("token", "token"),
    };
    format!(
        r#"Made a first user, {name}; this password is shown once: {password}

Log in, call the protected endpoint, refresh:

  TOKENS=$(curl -s {base}/api/token/ -d {field}={name} -d password={password})
  ACCESS=$(echo "$TOKENS" | sed 's/.*"{access}":"\([^"]*\)".*/\1/')
  REFRESH=$(echo "$TOKENS" | sed 's/.*"{refresh}":"\([^"]*\)".*/\1/')
  curl {base}/api/hello/ -H "{header}: {scheme} $ACCESS"
  curl {base}/api/token/refresh/ -d {refresh}=$REFRESH
"#
    )
}
