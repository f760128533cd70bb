//! What the tables look like. The template deploys these, local mode and the tests create them, a test compares them.

use crate::{
    Store,
    error::Error,
    names::{BY_USER, CREATED_AT, IP, PK, SK, TTL, USER_AGENT, USER_ID},
    transaction::pause,
    within_budget,
};
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    operation::create_table::builders::CreateTableFluentBuilder,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
    },
};

/// The names of the two tables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tables {
    /// Where users and the guards of their names are: to be kept.
    pub users: String,
    /// Where sessions, revocations and counters are: they end by themselves.
    pub sessions: String,
}

impl Tables {
    /// The names in a data folder, where `local` makes the tables and the command line finds them.
    pub fn local() -> Self {
        Self { users: "latchkey-users".to_owned(), sessions: "latchkey-sessions".to_owned() }
    }
}

/// A table, as plain values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Definition {
    /// Its name in this deployment.
    pub name: String,
    /// The partition key, always text.
    pub key: &'static str,
    /// The sort key, text as well, if it has one.
    pub sort: Option<&'static str>,
    /// The index, if it has one.
    pub index: Option<Index>,
    /// The attribute with the second after which DynamoDB may delete a row.
    pub ttl: Option<&'static str>,
}

/// A global secondary index. For lists only: no read that decides about access goes through it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// The partition key.
    pub key: (&'static str, Kind),
    /// The sort key.
    pub sort: (&'static str, Kind),
    /// Attributes beside the keys. They never change, so that a refresh does not write the index.
    pub projected: &'static [&'static str],
}

/// The type of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `N`.
    Number,
    /// `S`.
    Text,
}

/// Users and sessions, in this order, for these names.
pub fn definitions(tables: &Tables) -> [Definition; 2] {
    let by_user = Index {
        name: BY_USER,
        key: (USER_ID, Kind::Text),
        sort: (CREATED_AT, Kind::Number),
        projected: &[IP, USER_AGENT],
    };
    [
        Definition { name: tables.users.clone(), key: PK, sort: None, index: None, ttl: None },
        Definition { name: tables.sessions.clone(), key: PK, sort: None, index: Some(by_user), ttl: Some(TTL) },
    ]
}

/// The sample's, which a deployment need not have.
pub fn organizations(name: &str) -> Definition {
    Definition { name: name.to_owned(), key: PK, sort: Some(SK), index: None, ttl: None }
}

impl Store {
    /// Creates the tables that are missing, also the sample's, and waits until they take writes. For local mode and tests; AWS has
    /// the template.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when a table cannot be created, or is not ready in time.
    pub async fn create_tables(&self) -> Result<(), Error> {
        for definition in definitions(&self.tables).into_iter().chain([organizations(&self.organizations)]) {
            self.create_table(&definition).await?;
            within_budget(self.await_table(&definition.name)).await?;
            if let Some(attribute) = definition.ttl {
                self.enable_ttl(&definition.name, attribute).await?;
            }
        }
        Ok(())
    }

    /// Whether a DynamoDB answers, with the tables or without.
    pub async fn answers(&self) -> bool {
        self.client.list_tables().limit(1).send().await.is_ok()
    }

    async fn create_table(&self, definition: &Definition) -> Result<(), Error> {
        match described(self.client.create_table(), definition)?.send().await {
            Err(error) if error.code() == Some("ResourceInUseException") => Ok(()),
            outcome => outcome.map(|_| ()).map_err(Error::from),
        }
    }

    /// Reads until there is an answer. It does not ask for a description: a local engine would count all rows for it.
    async fn await_table(&self, name: &str) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            match self.client.scan().table_name(name).limit(1).send().await {
                Err(error) if error.code() == Some("ResourceNotFoundException") => pause(attempt).await,
                outcome => return outcome.map(|_| ()).map_err(Error::from),
            }
            attempt += 1;
        }
    }

    /// Looks first: enabling what is enabled is an error.
    async fn enable_ttl(&self, name: &str, attribute: &str) -> Result<(), Error> {
        let present = self.client.describe_time_to_live().table_name(name).send().await?;
        let status = present.time_to_live_description().and_then(|ttl| ttl.time_to_live_status());
        if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
            return Ok(());
        }
        let wanted =
            TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build().map_err(unfit)?;
        self.client.update_time_to_live().table_name(name).time_to_live_specification(wanted).send().await?;
        Ok(())
    }
}

fn described(call: CreateTableFluentBuilder, table: &Definition) -> Result<CreateTableFluentBuilder, Error> {
    let call = call
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key(table.key, KeyType::Hash)?)
        .attribute_definitions(attribute((table.key, Kind::Text))?);
    let call = match table.sort {
        None => call,
        Some(sort) => call.key_schema(key(sort, KeyType::Range)?).attribute_definitions(attribute((sort, Kind::Text))?),
    };
    match &table.index {
        None => Ok(call),
        Some(index) => Ok(call
            .attribute_definitions(attribute(index.key)?)
            .attribute_definitions(attribute(index.sort)?)
            .global_secondary_indexes(secondary(index)?)),
    }
}

fn secondary(index: &Index) -> Result<GlobalSecondaryIndex, Error> {
    let projection = Projection::builder()
        .projection_type(ProjectionType::Include)
        .set_non_key_attributes(Some(index.projected.iter().map(|&name| name.to_owned()).collect()))
        .build();
    GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .key_schema(key(index.key.0, KeyType::Hash)?)
        .key_schema(key(index.sort.0, KeyType::Range)?)
        .projection(projection)
        .build()
        .map_err(unfit)
}

fn key(name: &str, role: KeyType) -> Result<KeySchemaElement, Error> {
    KeySchemaElement::builder().attribute_name(name).key_type(role).build().map_err(unfit)
}

fn attribute((name, kind): (&str, Kind)) -> Result<AttributeDefinition, Error> {
    let kind = match kind {
        Kind::Number => ScalarAttributeType::N,
        Kind::Text => ScalarAttributeType::S,
    };
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().map_err(unfit)
}

/// For the builders of the SDK, which ask at run time whether a field that we always set is set.
pub(crate) fn unfit(error: aws_sdk_dynamodb::error::BuildError) -> Error {
    Error::unavailable(format!("the request cannot be built: {error}"))
}
