//! DynamoDB's wire protocol in front of the engine: a `POST` with the operation in `X-Amz-Target` and JSON in its body.

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, header::CONTENT_TYPE},
    response::Response,
    routing::post,
};
use dynoxide::{Database, DynoxideError};
use serde::{Serialize, de::DeserializeOwned};

/// What DynamoDB takes at most, in bytes.
const BODY: usize = 16 * 1024 * 1024;

/// Answers every operation that the service, its commands and its tests ask for.
pub(super) fn router(database: Database) -> Router {
    Router::new().route("/", post(answer)).layer(DefaultBodyLimit::max(BODY)).with_state(database)
}

async fn answer(State(database): State<Database>, headers: HeaderMap, body: String) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let (status, json) = match run(&database, target.rsplit('.').next().unwrap_or_default(), &body) {
        Ok(json) => (200, json),
        Err(error) => (error.status_code(), error.to_json()),
    };
    let head = Response::builder().status(status).header(CONTENT_TYPE, "application/x-amz-json-1.0");
    head.body(Body::from(json)).unwrap_or_default()
}

fn run(database: &Database, operation: &str, body: &str) -> Result<String, DynoxideError> {
    match operation {
        "BatchGetItem" => written(database.batch_get_item(read(body)?)),
        "BatchWriteItem" => written(database.batch_write_item(read(body)?)),
        "CreateTable" => written(database.create_table(read(body)?)),
        "DeleteItem" => written(database.delete_item(read(body)?)),
        "DeleteTable" => written(database.delete_table(read(body)?)),
        "DescribeTable" => written(database.describe_table(read(body)?)),
        "DescribeTimeToLive" => written(database.describe_time_to_live(read(body)?)),
        "GetItem" => written(database.get_item(read(body)?)),
        "ListTables" => written(database.list_tables(read(body)?)),
        "PutItem" => written(database.put_item(read(body)?)),
        "Query" => written(database.query(read(body)?)),
        "Scan" => written(database.scan(read(body)?)),
        "TransactGetItems" => written(database.transact_get_items(read(body)?)),
        "TransactWriteItems" => written(database.transact_write_items(read(body)?)),
        "UpdateItem" => written(database.update_item(read(body)?)),
        "UpdateTable" => written(database.update_table(read(body)?)),
        "UpdateTimeToLive" => written(database.update_time_to_live(read(body)?)),
        _ => Err(DynoxideError::SerializationException(format!("the operation {operation:?} is not served"))),
    }
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, DynoxideError> {
    serde_json::from_str(body).map_err(|error| DynoxideError::SerializationException(error.to_string()))
}

fn written<T: Serialize>(answer: Result<T, DynoxideError>) -> Result<String, DynoxideError> {
    serde_json::to_string(&answer?).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
