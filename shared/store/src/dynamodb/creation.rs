//! Creates the tables, for local mode and the tests; AWS has the template.

use crate::{
    dynamodb::{
        budget::within_budget,
        tables::{Definition, Index, Kind, definitions, organizations, outbox},
        transaction::pause,
    },
    error::{Error, unfit},
    store::Store,
};
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    operation::create_table::builders::CreateTableFluentBuilder,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus,
    },
};

impl Store {
    /// Creates the tables that are missing, also that of mails and the sample's, and waits until they take writes. For local mode and tests; AWS has
    /// the template.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when a table cannot be created, or is not ready in time.
    pub async fn create_tables(&self) -> Result<(), Error> {
        let further = [organizations(&self.organizations), outbox(&self.outbox)];
        for definition in definitions(&self.tables).into_iter().chain(further) {
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
