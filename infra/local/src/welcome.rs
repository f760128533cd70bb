//! The first start: one user, its password shown once, and commands that work when pasted.

use api::Ambient;
use settings::UsernameField;
use store::User;

use crate::{fault::Fault, server::Server};

/// The name of the user that the first start makes.
const NAME: &str = "admin";

/// What it logs in with where USERNAME_FIELD is `email`.
const EMAIL: &str = "admin@example.com";

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
    let password = token::jti(ambient.access);
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
        created_at: ambient.now,
        epoch: ambient.now,
    })
}

fn instructions(server: &Server, password: &str) -> String {
    let base = format!("http://{}", server.address());
    let field = server.settings().username_field;
    let name = if field == UsernameField::Email { EMAIL } else { NAME };
    format!(
        "\
Made a first user, {name}; this password is shown once: {password}

Log in, call the protected endpoint, refresh:

  TOKENS=$(curl -s {base}/api/token/ -d {field}={name} -d password={password})
  ACCESS=$(echo \"$TOKENS\" | sed 's/.*\"access\":\"\\([^\"]*\\)\".*/\\1/')
  REFRESH=$(echo \"$TOKENS\" | sed 's/.*\"refresh\":\"\\([^\"]*\\)\".*/\\1/')
  curl {base}/api/hello/ -H \"Authorization: Bearer $ACCESS\"
  curl {base}/api/token/refresh/ -d refresh=$REFRESH
"
    )
}
