//! `GET /api/organizations/`: the caller's organizations, page by page. `POST /api/organizations/`: one more.
//!
//! The sample of a resource of one's own behind the authorizer, to be copied with `organization.rs` and the store's
//! `organizations.rs`. Whose they are, the authorizer says; no path, query or body can say otherwise.

use crate::{
    authentication::caller,
    call::Call,
    endpoint::{Answer, Endpoint},
    instant::iso_8601,
    problem::Problem,
    request::{api_request::ApiRequest, field::Char},
    view::{Field, Guard, View},
};
use http::Method;
use serde::Serialize;
use settings::Settings;
use store::{Added, Listing, fold};
use uuid::Uuid;

const NAME: &str = "name";
const DESCRIPTION: &str = "description";

/// How many are on a page, unless `page_size` says otherwise, and the most that it may say.
const PAGE_SIZE: usize = 20;
const MAX_PAGE_SIZE: usize = 100;

/// The endpoint.
pub struct Organizations;

/// What is to be done.
pub enum Form {
    /// One more.
    Add {
        /// `Idempotency-Key`, by which a request is known that comes again.
        request: Option<String>,
        /// Its name.
        name: String,
        /// Its description.
        description: String,
    },
    /// The page after `cursor`.
    List(Wanted),
}

/// Which organizations are wanted.
pub struct Wanted {
    cursor: Option<String>,
    page_size: usize,
    search: String,
    name: Option<String>,
}

/// The new one, or a page.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// What was added, as the clients of the first such API know it.
    Added {
        /// Always true.
        status: bool,
        /// That it is done.
        message: &'static str,
        /// The organization.
        data: Shown,
    },
    /// As Django REST framework's `CursorPagination` has it, but for the way back. There is no count: DynamoDB would
    /// have to read them all.
    Listed {
        /// The query of the next page, relative to this one: host and stage are the gateway's to know.
        next: Option<String>,
        /// The organizations, the oldest first.
        results: Vec<Shown>,
    },
}

/// An organization, as its owner sees it.
#[derive(Serialize)]
pub struct Shown {
    id: String,
    name: String,
    description: String,
    created_at: String,
    updated_at: String,
}

impl From<store::Organization> for Shown {
    fn from(organization: store::Organization) -> Self {
        let store::Organization { id, name, description, created_at, updated_at, .. } = organization;
        Self { id, name, description, created_at: iso_8601(created_at), updated_at: iso_8601(updated_at) }
    }
}

impl Endpoint for Organizations {
    type Form = Form;
    type Reply = Reply;
    const VIEW: View = View {
        name: "Organizations",
        description: "Lists the organizations of the user whose access token came with the request, and adds one.",
        allow: "GET, POST, HEAD, OPTIONS",
        guard: Guard::Bearer,
    };

    fn fields(_: &Settings) -> Vec<Field<'_>> {
        fields()
    }

    fn parse(request: &ApiRequest<'_>, _: &Settings) -> Result<Form, Problem> {
        if *request.method() != Method::POST {
            return wanted(request).map(Form::List);
        }
        let [name, description] = request.take(chars(false))?.map(Option::unwrap_or_default);
        let request = request.headers().get("idempotency-key");
        let request = request.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Form::Add { request, name, description })
    }

    async fn handle(form: Form, call: &Call<'_>) -> Result<Answer<Reply>, Problem> {
        let owner = &caller::principal(call)?.user_id;
        match form {
            Form::Add { request, name, description } => add(owner, request, name, description, call).await,
            Form::List(wanted) => list(owner, wanted, call).await.map(Answer::of),
        }
    }
}

/// The fields of a form, for `OPTIONS`.
pub(crate) fn fields<'a>() -> Vec<Field<'a>> {
    vec![Field::required(NAME), Field::optional(DESCRIPTION)]
}

/// How they are read: with a name, unless the form is only a `partial` one.
pub(crate) fn chars<'a>(partial: bool) -> [Char<'a>; 2] {
    let description = Char::trimmed(DESCRIPTION).up_to(200).or_blank().or_missing(true);
    [Char::trimmed(NAME).up_to(100).or_missing(partial), description]
}

/// In the words of a `ModelSerializer`.
pub(crate) fn name_taken() -> Problem {
    Problem::Fields(vec![(NAME.to_owned(), "organization with this name already exists.".to_owned())])
}

/// Whether it is an id as it is written here, and in no other way.
pub(crate) fn is_id(text: &str) -> bool {
    Uuid::try_parse(text).is_ok_and(|id| id.to_string() == text)
}

fn wanted(request: &ApiRequest<'_>) -> Result<Wanted, Problem> {
    let cursor = request.query("cursor").filter(|cursor| !cursor.is_empty());
    if cursor.as_deref().is_some_and(|cursor| !is_id(cursor)) {
        return Err(Problem::InvalidCursor);
    }
    let page_size = request.query("page_size").and_then(|size| size.parse().ok()).filter(|size| *size > 0);
    Ok(Wanted {
        cursor,
        page_size: page_size.unwrap_or(PAGE_SIZE).min(MAX_PAGE_SIZE),
        search: request.query("search").unwrap_or_default(),
        name: request.query("name").filter(|name| !name.is_empty()),
    })
}

async fn add(
    owner: &str,
    request: Option<String>,
    name: String,
    description: String,
    call: &Call<'_>,
) -> Result<Answer<Reply>, Problem> {
    let now = call.ambient.now;
    let new = store::Organization {
        id: call.ambient.id(),
        name,
        description,
        created_at: now,
        updated_at: now,
        generation: 0,
    };
    let added = match call.service.store.add_organization(owner, &new, request.as_deref()).await? {
        Added::Added => new,
        Added::Again(made) => made,
        Added::NameTaken => return Err(name_taken()),
    };
    let body = Reply::Added { status: true, message: "Organization Added !", data: added.into() };
    Ok(Answer { created: true, ..Answer::of(body) })
}

async fn list(owner: &str, wanted: Wanted, call: &Call<'_>) -> Result<Reply, Problem> {
    let store = &call.service.store;
    if let Some(name) = &wanted.name {
        let found = store.organization_named(owner, name).await?;
        let found = found.filter(|found| fold(&found.name).contains(&fold(&wanted.search)));
        return Ok(Reply::Listed { next: None, results: found.map(Shown::from).into_iter().collect() });
    }
    let listing = Listing { after: wanted.cursor.as_deref(), limit: wanted.page_size, search: &wanted.search };
    let listed = store.organizations_of(owner, &listing).await?;
    let next = listed.next.map(|id| next(&id, &wanted));
    Ok(Reply::Listed { next, results: listed.organizations.into_iter().map(Shown::from).collect() })
}

fn next(cursor: &str, wanted: &Wanted) -> String {
    let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
    query.append_pair("cursor", cursor).append_pair("page_size", &wanted.page_size.to_string());
    if !wanted.search.is_empty() {
        query.append_pair("search", &wanted.search);
    }
    query.finish()
}
