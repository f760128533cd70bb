//! Whether the tables of a deployment are what they should be: for the operator, who must not learn it from a loss.

use crate::{
    dynamodb::tables::{Definition, Index, Kind, definitions},
    error::Error,
    store::Store,
};
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata,
    types::{
        GlobalSecondaryIndexDescription, IndexStatus, KeySchemaElement, KeyType, PointInTimeRecoveryStatus,
        ProjectionType, ScalarAttributeType, TableDescription, TableStatus, TimeToLiveStatus,
    },
};

/// What a table should be, and what it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Inspection {
    /// What it should be.
    pub definition: Definition,
    /// What it is; `None` where there is no such table.
    pub found: Option<Found>,
}

/// A table as DynamoDB describes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Whether it takes reads and writes.
    pub is_active: bool,
    /// Whether its key is the defined one.
    pub has_key: bool,
    /// Whether it has the defined index, and the index can be asked.
    pub has_index: bool,
    /// Whether rows end by the defined attribute. An error where that cannot be seen, often for lack of a right.
    pub has_ttl: Result<bool, Error>,
    /// Whether each of the last days can be restored. An error as above.
    pub is_recoverable: Result<bool, Error>,
    /// Whether it refuses to be deleted.
    pub is_protected: bool,
}

impl Store {
    /// Looks at both tables, users first, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when a table cannot be described.
    pub async fn inspect(&self) -> Result<Vec<Inspection>, Error> {
        let mut inspections = Vec::new();
        for definition in definitions(&self.tables) {
            let found = self.found(&definition).await?;
            inspections.push(Inspection { definition, found });
        }
        Ok(inspections)
    }

    async fn found(&self, definition: &Definition) -> Result<Option<Found>, Error> {
        let described = match self.client.describe_table().table_name(&definition.name).send().await {
            Err(error) if error.code() == Some("ResourceNotFoundException") => return Ok(None),
            described => described?,
        };
        let Some(table) = described.table else { return Ok(None) };
        Ok(Some(Found {
            is_active: table.table_status() == Some(&TableStatus::Active),
            has_key: has_key(&table, definition),
            has_index: definition.index.as_ref().is_none_or(|index| has_index(&table, index)),
            has_ttl: self.has_ttl(definition).await,
            is_recoverable: self.recoverable(&definition.name).await,
            is_protected: table.deletion_protection_enabled() == Some(true),
        }))
    }

    async fn has_ttl(&self, definition: &Definition) -> Result<bool, Error> {
        let Some(attribute) = definition.ttl else { return Ok(true) };
        let answer = self.client.describe_time_to_live().table_name(&definition.name).send().await?;
        Ok(answer.time_to_live_description().is_some_and(|ttl| {
            let on = matches!(ttl.time_to_live_status(), Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
            on && ttl.attribute_name() == Some(attribute)
        }))
    }

    async fn recoverable(&self, table: &str) -> Result<bool, Error> {
        let answer = self.client.describe_continuous_backups().table_name(table).send().await?;
        let backups = answer.continuous_backups_description();
        let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description());
        let status = recovery.and_then(|recovery| recovery.point_in_time_recovery_status());
        Ok(status == Some(&PointInTimeRecoveryStatus::Enabled))
    }
}

fn has_key(table: &TableDescription, definition: &Definition) -> bool {
    schema(table.key_schema()) == [(definition.key, &KeyType::Hash)] && is_typed(table, definition.key, Kind::Text)
}

fn has_index(table: &TableDescription, wanted: &Index) -> bool {
    let index = table.global_secondary_indexes().iter().find(|index| index.index_name() == Some(wanted.name));
    let keys = [(wanted.key.0, &KeyType::Hash), (wanted.sort.0, &KeyType::Range)];
    index.is_some_and(|index| {
        let can_be_asked = index.index_status().is_none_or(|status| *status == IndexStatus::Active);
        can_be_asked && schema(index.key_schema()) == keys && projects(index, wanted)
    }) && [wanted.key, wanted.sort].iter().all(|(name, kind)| is_typed(table, name, *kind))
}

/// Whether the index has the attributes. More are no fault, only more to write.
fn projects(index: &GlobalSecondaryIndexDescription, wanted: &Index) -> bool {
    let Some(projection) = index.projection() else { return false };
    let has = |name: &&str| projection.non_key_attributes().iter().any(|attribute| attribute == name);
    projection.projection_type() == Some(&ProjectionType::All) || wanted.projected.iter().all(has)
}

fn schema(keys: &[KeySchemaElement]) -> Vec<(&str, &KeyType)> {
    keys.iter().map(|key| (key.attribute_name(), key.key_type())).collect()
}

fn is_typed(table: &TableDescription, name: &str, kind: Kind) -> bool {
    let wanted = match kind {
        Kind::Number => ScalarAttributeType::N,
        Kind::Text => ScalarAttributeType::S,
    };
    let attribute = table.attribute_definitions().iter().find(|attribute| attribute.attribute_name() == name);
    attribute.is_some_and(|attribute| *attribute.attribute_type() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::tables::Tables;
    use aws_sdk_dynamodb::types::{AttributeDefinition, Projection};

    fn key(name: &str, kind: KeyType) -> KeySchemaElement {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
    }

    fn typed(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
    }

    fn wanted() -> (Definition, Index) {
        let tables = Tables { users: "users".to_owned(), sessions: "sessions".to_owned() };
        let definition = definitions(&tables).into_iter().find(|definition| definition.index.is_some()).unwrap();
        let index = definition.index.clone().unwrap();
        (definition, index)
    }

    #[test]
    fn a_key_of_another_type_or_with_a_second_part_is_another() {
        let (wanted, _) = wanted();
        let table = |kind| {
            let table = TableDescription::builder().key_schema(key(wanted.key, KeyType::Hash));
            table.attribute_definitions(typed(wanted.key, kind))
        };
        assert!(has_key(&table(ScalarAttributeType::S).build(), &wanted));
        assert!(!has_key(&table(ScalarAttributeType::N).build(), &wanted));
        assert!(!has_key(&table(ScalarAttributeType::S).key_schema(key("sk", KeyType::Range)).build(), &wanted));
    }

    #[test]
    fn an_index_is_there_when_it_can_be_asked_for_all() {
        let (_, wanted) = wanted();
        let scalar = |kind| if kind == Kind::Text { ScalarAttributeType::S } else { ScalarAttributeType::N };
        let found = |sort: &str, status, kind, projection: Projection| {
            let index = GlobalSecondaryIndexDescription::builder().index_name(wanted.name).index_status(status);
            let index = index.key_schema(key(wanted.key.0, KeyType::Hash)).key_schema(key(sort, KeyType::Range));
            let table = TableDescription::builder().global_secondary_indexes(index.projection(projection).build());
            let table = table.attribute_definitions(typed(wanted.key.0, scalar(wanted.key.1)));
            has_index(&table.attribute_definitions(typed(wanted.sort.0, kind)).build(), &wanted)
        };
        let (sort, kind) = (wanted.sort.0, || scalar(wanted.sort.1));
        let all = || Projection::builder().projection_type(ProjectionType::All).build();
        let of = |names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            Projection::builder().projection_type(ProjectionType::Include).set_non_key_attributes(Some(names)).build()
        };
        assert!(found(sort, IndexStatus::Active, kind(), all()));
        assert!(found(sort, IndexStatus::Active, kind(), of(wanted.projected)));
        assert!(!found(sort, IndexStatus::Active, kind(), of(&wanted.projected[1..])));
        assert!(!found(sort, IndexStatus::Creating, kind(), all()));
        assert!(!found("another", IndexStatus::Active, kind(), all()));
        assert!(!found(sort, IndexStatus::Active, ScalarAttributeType::B, all()));
    }
}
