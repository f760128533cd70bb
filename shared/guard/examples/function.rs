//! A function of one's own that needs no authorizer in front of it: the guard decides in its process. With `JWK_URL` of
//! the service that issues the tokens, `!ImportValue latchkey-JwksUrl` in a template, it holds no secret.

use bytes::Bytes;
use guard::{Guard, Principal};
use http::{Request, Response};
use std::{convert::Infallible, error::Error, process::ExitCode};
use tower::{Layer, service_fn};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let guard = Guard::new(settings::environment::settings()?)?;
    Ok(lambda::serve_service(guard.layer(service_fn(notes))))
}

/// Nobody comes here without a good token, and the token says who it is.
async fn notes(request: Request<Bytes>) -> Result<Response<Bytes>, Infallible> {
    let user = request.extensions().get::<Principal>().map_or("nobody", |principal| &principal.user_id);
    Ok(Response::new(Bytes::from(format!("the notes of user {user}\n"))))
}
