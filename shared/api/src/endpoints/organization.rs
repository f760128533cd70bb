//! `/api/organizations/{id}/`: one of the caller's organizations, shown, changed and deleted.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    endpoints::organizations::{self, Shown},
    problem::Problem,
    request::api_request::ApiRequest,
    view::{Field, Guard, View},
};
use http::Method;
use serde::Serialize;
use settings::Settings;
use store::{Change, Edited};

/// The endpoint.
pub struct Organization;

/// Which one, and what is to be done with it.
pub struct Form {
    act: Act,
    id: String,
}

enum Act {
    Delete,
    Edit(Change),
    Show,
}

/// The organization as it is now, or nothing.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// It is gone.
    Deleted,
    /// This is it.
    Shown(Shown),
}

impl Endpoint for Organization {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Organization",
        description: "Shows, changes and deletes one organization of the user whose access token came with the request.",
        allow: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        organizations::fields()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        let id = request.id();
        if !organizations::is_id(id) {
            return Err(Problem::NotFound);
        }
        let act = match *request.method() {
            Method::DELETE => Act::Delete,
            Method::PATCH => Act::Edit(change(request, true)?),
            Method::PUT => Act::Edit(change(request, false)?),
            _ => Act::Show,
        };
        Ok(Form { act, id: id.to_owned() })
    }

    async fn handle(Form { act, id }: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let (owner, store) = (&caller::principal(call)?.user_id, &call.service.store);
        let reply = match act {
            Act::Delete if store.delete_organization(owner, &id).await? => Ok(Reply::Deleted),
            Act::Delete => Err(Problem::NotFound),
            Act::Edit(change) => edited(store.edit_organization(owner, &id, &change, call.ambient.now).await?),
            Act::Show => shown(store.organization(owner, &id).await?),
        };
        reply.map(Answer::of)
    }
}

/// What a `partial` form, or a whole one, changes.
fn change(request: &ApiRequest<'_>, partial: bool) -> Result<Change, Problem> {
    let [name, description] = request.take(organizations::chars(partial))?;
    Ok(Change { name, description })
}

fn edited(edited: Edited) -> Result<Reply, Problem> {
    match edited {
        Edited::Edited(organization) => Ok(Reply::Shown(organization.into())),
        Edited::Missing => Err(Problem::NotFound),
        Edited::NameTaken => Err(organizations::name_taken()),
    }
}

/// Another's organization, or none: nobody is told which.
fn shown(found: Option<store::Organization>) -> Result<Reply, Problem> {
    found.map(|organization| Reply::Shown(organization.into())).ok_or(Problem::NotFound)
}
