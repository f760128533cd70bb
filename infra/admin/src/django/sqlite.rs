//! Django's SQLite file. It is read in pages, each its own short query, so that Django can go on writing.

use crate::{
    django::{
        fields,
        object::{Broken, Groups, Object},
        rows::{Row, Rows},
        sql::{self, quoted},
    },
    fault::Fault,
};
use rusqlite::{Connection, Error, OpenFlags, OptionalExtension, params, types::ValueRef};
use serde_json::{Map, Value};
use std::io;

/// Rows of one query.
const PAGE: usize = 500;

/// Numbers the rows of every table that Django makes.
const ROWID: &str = "rowid";

/// A file that is there and is one.
pub(crate) struct Database {
    place: String,
}

/// A table that is there.
struct Table {
    name: String,
    /// Names and declared types.
    columns: Vec<(String, String)>,
    key: String,
    has_groups: bool,
    /// The query for one page after a row number.
    page: String,
}

impl Database {
    pub(super) fn open(place: &str) -> Result<Self, Fault> {
        let database = Self { place: place.to_owned() };
        database.connect()?;
        Ok(database)
    }

    pub(super) fn rows(&self, table: &str) -> Result<Rows, Fault> {
        let connection = self.connect()?;
        let table = self.table(&connection, table)?;
        let count = format!("SELECT count(*) FROM {}", quoted(&table.name));
        let total: i64 = connection.query_row(&count, [], |row| row.get(0)).map_err(|cause| self.fault(&cause))?;
        let place = self.place.clone();
        Ok(Rows::read(total.unsigned_abs(), move |put| {
            pages(&connection, &table, put).map_err(|cause| Self { place }.fault(&cause))
        }))
    }

    pub(super) fn groups(&self) -> Result<Groups, Fault> {
        let connection = self.connect()?;
        let groups = || -> Result<Groups, Error> {
            if columns(&connection, "auth_group")?.is_empty() {
                return Ok(Groups::new());
            }
            let mut query = connection.prepare("SELECT CAST(id AS TEXT), name FROM auth_group")?;
            let groups = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            groups.collect()
        };
        groups().map_err(|cause| self.fault(&cause))
    }

    fn connect(&self) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(&self.place, flags).map_err(|cause| self.fault(&cause))
    }

    fn table(&self, connection: &Connection, name: &str) -> Result<Table, Fault> {
        let found = Table::find(connection, name).map_err(|cause| self.fault(&cause))?;
        found.map_or_else(|| Err(self.missing(connection, name)), Ok)
    }

    fn missing(&self, connection: &Connection, name: &str) -> Fault {
        let with_passwords = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                              WHERE m.type = 'table' AND c.name = 'password' ORDER BY 1";
        let others = connection.prepare(with_passwords).and_then(|mut query| {
            let names = query.query_map([], |row| row.get(0))?;
            names.collect::<Result<Vec<String>, Error>>()
        });
        sql::no_table(&self.place, name, &others.unwrap_or_default())
    }

    fn fault(&self, cause: &Error) -> Fault {
        Fault::usage(format!("{} cannot be read: {cause}", self.place))
    }
}

impl Table {
    fn find(connection: &Connection, name: &str) -> Result<Option<Self>, Error> {
        let columns = columns(connection, name)?;
        let key: Option<String> = connection
            .query_row("SELECT name FROM pragma_table_info(?1) WHERE pk = 1", [name], |row| row.get(0))
            .optional()?;
        let Some(key) = key else { return Ok(None) };
        let member = membership(connection, name)?;
        let page = page(name, &key, &columns, member.as_deref());
        Ok(Some(Self { name: name.to_owned(), columns, key, has_groups: member.is_some(), page }))
    }
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<(String, String)>, Error> {
    let mut query = connection.prepare("SELECT name, lower(type) FROM pragma_table_info(?1)")?;
    let columns = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    columns.collect()
}

/// The column of the table of memberships that leads to the user: `user_id`, or after the name of another model.
fn membership(connection: &Connection, table: &str) -> Result<Option<String>, Error> {
    let columns = columns(connection, &format!("{table}_groups"))?;
    Ok(columns.into_iter().map(|(name, _)| name).find(|name| name != "id" && name != "group_id"))
}

fn page(table: &str, key: &str, columns: &[(String, String)], member: Option<&str>) -> String {
    let mut selected: Vec<String> = columns.iter().map(|(name, _)| format!("t.{}", quoted(name))).collect();
    if let Some(member) = member {
        let (groups, member) = (quoted(&format!("{table}_groups")), quoted(member));
        let same = format!("g.{member} = t.{}", quoted(key));
        selected.push(format!("(SELECT json_group_array(g.group_id) FROM {groups} g WHERE {same})"));
    }
    format!(
        "SELECT t.{ROWID}, {} FROM {} t WHERE t.{ROWID} > ?1 ORDER BY t.{ROWID} LIMIT {PAGE}",
        selected.join(", "),
        quoted(table)
    )
}

fn pages(connection: &Connection, table: &Table, put: &mut dyn FnMut(Row) -> io::Result<()>) -> Result<(), Error> {
    let (mut query, mut last) = (connection.prepare(&table.page)?, i64::MIN);
    loop {
        // The whole page first: the file is not read while whoever takes the rows is slow.
        let page = query.query_map(params![last], |row| Ok((row.get(0)?, read(table, row)?)))?;
        let page = page.collect::<Result<Vec<(i64, Row)>, Error>>()?;
        let Some((end, _)) = page.last() else { return Ok(()) };
        last = *end;
        for (_, row) in page {
            if put(row).is_err() {
                return Ok(());
            }
        }
    }
}

fn read(table: &Table, row: &rusqlite::Row<'_>) -> Result<Row, Error> {
    let mut fields = Map::new();
    for (index, (name, kind)) in table.columns.iter().enumerate() {
        fields.insert(name.clone(), value(row.get_ref(index + 1)?, kind));
    }
    if table.has_groups {
        let groups: String = row.get(table.columns.len() + 1)?;
        fields.insert("groups".to_owned(), serde_json::from_str(&groups).unwrap_or_default());
    }
    let pk = fields.shift_remove(&table.key).unwrap_or_default();
    let at = format!("{} {}", table.key, fields::key(&pk).unwrap_or_else(|| pk.to_string()));
    Ok(Row { at, object: Ok::<_, Broken>(Object { key: table.key.clone(), pk, fields }) })
}

/// Django keeps a UUID as the 32 digits of a `char(32)`, and says it with its hyphens; it keeps a decimal as a number, and says it as
/// a text. How many zeros it ends in, the file does not know.
fn value(value: ValueRef<'_>, kind: &str) -> Value {
    match value {
        ValueRef::Integer(number) if kind == "decimal" => number.to_string().into(),
        ValueRef::Real(number) if kind == "decimal" => number.to_string().into(),
        ValueRef::Integer(number) if kind == "bool" => (number != 0).into(),
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if kind == "char(32)" => {
                uuid::Uuid::try_parse(text).map_or(text.into(), |id| id.to_string().into())
            }
            Ok(text) => text.into(),
            // No text: the field that needs one says so.
            Err(_) => Value::Array(vec![Value::Null]),
        },
        ValueRef::Blob(_) => Value::Array(vec![Value::Null]),
        ValueRef::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tempfile::TempPath;

    /// A file with these tables.
    fn file(tables: &str) -> (Database, TempPath) {
        let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        Connection::open(&path).unwrap().execute_batch(tables).unwrap();
        (Database::open(path.to_str().unwrap()).unwrap(), path)
    }

    async fn rows(database: &Database, table: &str) -> Vec<(String, Value)> {
        let mut rows = database.rows(table).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().await.unwrap() {
            let Object { pk, fields, .. } = row.object.unwrap();
            found.push((row.at, json!([pk, fields])));
        }
        assert_eq!(rows.total, found.len() as u64);
        found
    }

    #[tokio::test]
    async fn a_row_is_what_dumpdata_says_of_it() {
        let (database, _path) = file(
            "CREATE TABLE accounts_user (id char(32) PRIMARY KEY, email varchar(254), is_staff bool, last_login datetime);
             CREATE TABLE accounts_user_groups (id integer PRIMARY KEY, user_id char(32), group_id integer);
             CREATE TABLE auth_group (id integer PRIMARY KEY, name varchar(150));
             INSERT INTO accounts_user VALUES ('0191e1f47f7e7abc8def0123456789ab', 'a', 1, NULL);
             INSERT INTO accounts_user_groups VALUES (1, '0191e1f47f7e7abc8def0123456789ab', 2);
             INSERT INTO auth_group VALUES (2, 'editors');",
        );
        let id = "0191e1f4-7f7e-7abc-8def-0123456789ab";
        let fields = json!({"email": "a", "is_staff": true, "last_login": null, "groups": [2]});
        assert_eq!(rows(&database, "accounts_user").await, [(format!("id {id}"), json!([id, fields]))]);
        assert_eq!(database.groups().unwrap(), Groups::from([("2".to_owned(), "editors".to_owned())]));
    }

    #[tokio::test]
    async fn every_page_is_read_once() {
        let (database, _path) = file(
            "CREATE TABLE t (number integer PRIMARY KEY, name text);
             INSERT INTO t SELECT value - 600, 'n' FROM (WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < 1200) SELECT value FROM s);",
        );
        let ids: Vec<Value> = rows(&database, "t").await.into_iter().map(|(_, row)| row[0].clone()).collect();
        assert_eq!(ids, (-599..=600).map(Value::from).collect::<Vec<_>>());
        assert_eq!(database.groups().unwrap(), Groups::new());
    }

    #[test]
    fn a_missing_table_is_told_with_those_that_hold_passwords() {
        let (database, _path) =
            file("CREATE TABLE \"my users\" (id integer PRIMARY KEY, password text); CREATE TABLE other (id integer);");
        let fault = database.rows("auth_user").err().unwrap().to_string();
        assert!(fault.contains("has no table auth_user") && fault.contains("there are my users\n"), "{fault}");
    }
}
