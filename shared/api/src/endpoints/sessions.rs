//! `GET /api/sessions/`: where the caller is logged in. `DELETE /api/sessions/`: log out everywhere else, with
//! `?all=true` here, too.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    instant::iso_8601,
    log,
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Guard, View},
};
use http::Method;
use serde::Serialize;
use settings::Settings;
use store::{Changed, Renewed, Session, User};

/// The endpoint.
pub struct Sessions;

/// What is to be done with the caller's sessions.
pub enum Form {
    /// End them all, also the one that asks.
    EndAll,
    /// End them all but the one that asks.
    EndOthers,
    /// Name them.
    List,
}

/// Nothing, or the sessions.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// They are over.
    Ended,
    /// The sessions that live, the newest first.
    Listed(Vec<Listed>),
}

/// One session, as its user sees it.
#[derive(Serialize)]
pub struct Listed {
    id: String,
    created_at: String,
    /// The login, or the last refresh: a token that is only verified leaves no trace.
    last_used_at: String,
    ip: Option<String>,
    user_agent: Option<String>,
    /// Whether it is the session that asks.
    current: bool,
}

impl Endpoint for Sessions {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Sessions",
        description: "Lists the sessions of the user whose access token came with the request.\n\
                      Deleting them logs out everywhere else, with `?all=true` everywhere.",
        allow: "GET, DELETE, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        Ok(match *request.method() {
            Method::DELETE if request.is_on("all") => Form::EndAll,
            Method::DELETE => Form::EndOthers,
            _ => Form::List,
        })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let user = caller::user(call).await?;
        let reply = match form {
            Form::EndAll => end_all(&user, call).await,
            Form::EndOthers => end_others(&user, call).await,
            Form::List => list(&user, call).await,
        };
        reply.map(Answer::of)
    }
}

async fn list(user: &User, call: &Call<'_>) -> Result<Reply, Problem> {
    let current = caller::session_of(call);
    let sessions = call.service.store.sessions_of(&user.id).await?;
    let living = |session: &Session| session.is_live(call.ambient.now) && session.survives(user.epoch);
    let listed = |session: Session| Listed {
        current: current == Some(&session.sid),
        id: session.sid,
        created_at: iso_8601(session.created_at),
        last_used_at: iso_8601(session.issued_at),
        ip: session.ip,
        user_agent: session.user_agent,
    };
    Ok(Reply::Listed(sessions.into_iter().rev().filter(living).map(listed).collect()))
}

async fn end_all(user: &User, call: &Call<'_>) -> Result<Reply, Problem> {
    match call.service.store.bump_epoch(&user.id, call.ambient.later()).await? {
        Changed::Changed => {
            log::sessions_ended(&user.id, None, call);
            Ok(Reply::Ended)
        }
        Changed::Missing => Err(Problem::UserNotFound),
    }
}

/// A token without a session, such as Django's, keeps none.
async fn end_others(user: &User, call: &Call<'_>) -> Result<Reply, Problem> {
    let Some(current) = caller::session_of(call) else { return end_all(user, call).await };
    match call.service.store.end_other_sessions(user, current, call.ambient.later()).await? {
        Renewed::Renewed => {
            log::sessions_ended(&user.id, Some(current), call);
            Ok(Reply::Ended)
        }
        Renewed::Missing => Err(Problem::UserNotFound),
        Renewed::Over => Err(Problem::Blacklisted),
        Renewed::Stale => Err(Problem::unavailable("the user changes faster than it can be written")),
    }
}
