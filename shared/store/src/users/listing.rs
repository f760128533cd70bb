//! All users, page by page: for the operator, not for requests.

use crate::{
    dynamodb::{
        item::{Reader, text},
        names::{ENDS_AT, OWNS_EMAIL, PK, USER_KEYS},
    },
    error::Error,
    store::Store,
    users::{User, read},
};
use aws_sdk_dynamodb::operation::scan::ScanOutput;

/// Some of the users, in no order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// The users of this page: maybe none, even if more pages follow.
    pub users: Vec<User>,
    /// The ids of those who cannot log in with their address, because another user had it before.
    pub without_email: Vec<String>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<String>,
}

impl Store {
    /// A page of all users, for the operator: it reads the table from end to end.
    pub async fn users(&self, from: Option<&str>) -> Result<Page, Error> {
        let page = self.rows_of_users(from).await?;
        let next = page.last_evaluated_key().map(|key| Reader(key).text(PK)).transpose()?;
        let mut found = Page { users: Vec::new(), without_email: Vec::new(), next };
        for row in page.items() {
            let user = read(row)?;
            if !user.email.is_empty() && !Reader(row).flag(OWNS_EMAIL)? {
                found.without_email.push(user.id.clone());
            }
            found.users.push(user);
        }
        Ok(found)
    }

    pub(crate) async fn rows_of_users(&self, from: Option<&str>) -> Result<ScanOutput, Error> {
        let scan = self
            .client
            .scan()
            .table_name(&self.tables.users)
            .consistent_read(true)
            .limit(200)
            .filter_expression(format!("begins_with({PK}, :users) AND attribute_not_exists({ENDS_AT})"))
            .expression_attribute_values(":users", text(USER_KEYS));
        let scan = match from {
            Some(key) => scan.exclusive_start_key(PK, text(key)),
            None => scan,
        };
        Ok(scan.send().await?)
    }
}
