//! Where the users are: in a local folder, or in AWS.

pub(crate) mod address;
pub(crate) mod deployment;
pub(crate) mod patience;

pub(crate) mod aws;
mod credentials;
pub(crate) mod folder;
pub(crate) mod place;

use crate::{
    connection::{address::is_address, place::Place},
    fault::Fault,
};
use clap::Args;
use settings::{Faults, Settings, environment};
use std::path::PathBuf;
use store::{Access, Store, Tables};

/// The options that say where. Without any, the local folder `.latchkey`.
#[derive(Args)]
#[command(next_help_heading = "Where the users are")]
pub(crate) struct Target {
    /// A local folder, also while the service runs on it [default: .latchkey]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The CloudFormation stack whose outputs UsersTable and SessionsTable name the tables
    #[arg(long, global = true, value_name = "NAME")]
    stack: Option<String>,
    /// The DynamoDB table of users
    #[arg(long, global = true, value_name = "NAME")]
    users_table: Option<String>,
    /// The DynamoDB table of sessions
    #[arg(long, global = true, value_name = "NAME")]
    sessions_table: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

/// The options that say how AWS is reached.
#[derive(Args)]
pub(crate) struct Reach {
    /// The AWS region [default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// Another URL than that of AWS, for emulators [default: AWS_ENDPOINT_URL_DYNAMODB,
    /// AWS_ENDPOINT_URL_CLOUDFORMATION, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS, AWS_ENDPOINT_URL_SECRETS_MANAGER or AWS_ENDPOINT_URL]
    #[arg(long, global = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// A profile of the AWS command line [default: AWS_PROFILE, unless AWS_ACCESS_KEY_ID is set]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
}

/// Where the local service keeps everything, unless it is told otherwise.
pub(crate) const FOLDER: &str = ".latchkey";

/// A store, and the engine that was started for it, if one was: it ends when this is dropped.
pub(crate) struct Opened {
    pub(crate) store: Store,
    settings: Result<Settings, Faults>,
    _engine: Option<folder::Engine>,
}

/// What the options mean together.
pub(crate) enum Chosen<'a> {
    Folder(PathBuf),
    Stack(&'a str),
    Tables(Tables),
}

impl Target {
    /// # Errors
    /// Options that contradict each other, and whatever keeps the store from being reached.
    pub(crate) async fn open(&self) -> Result<Opened, Fault> {
        match self.chosen()? {
            Chosen::Folder(folder) => {
                let (store, engine) = folder::open(&folder).await?;
                Ok(Opened { store, settings: folder::settings(&folder), _engine: engine })
            }
            Chosen::Stack(stack) => {
                let described = aws::describe(stack, &self.access("CLOUDFORMATION")?).await?;
                let store = reached(&self.access("DYNAMODB")?, described.tables()?);
                let store = match described.output("OutboxTable") {
                    Ok(outbox) => store.with_outbox(outbox),
                    Err(_) => store,
                };
                let settings = Settings::read(|variable| described.parameter(variable));
                Ok(Opened { store, settings, _engine: None })
            }
            Chosen::Tables(tables) => {
                let store = reached(&self.access("DYNAMODB")?, tables);
                Ok(Opened { store, settings: environment::settings(), _engine: None })
            }
        }
    }

    /// As [`Target::open`]; a folder that is not there yet is made.
    ///
    /// # Errors
    /// As [`Target::open`].
    pub(crate) async fn make(&self) -> Result<Opened, Fault> {
        if let Chosen::Folder(folder) = self.chosen()? {
            folder::make(&folder)?;
        }
        self.open().await
    }

    /// # Errors
    /// Options that contradict each other.
    pub(crate) fn chosen(&self) -> Result<Chosen<'_>, Fault> {
        let names_tables = self.users_table.is_some() || self.sessions_table.is_some();
        let is_aws = names_tables || self.stack.is_some();
        if self.data.is_some() && is_aws {
            return Err(
                Fault::usage("--data names a local folder, the other options name AWS").next("give one of them")
            );
        }
        if self.stack.is_some() && names_tables {
            return Err(Fault::usage("--stack and the names of tables are both given").next("give one of them"));
        }
        match (&self.stack, &self.users_table, &self.sessions_table) {
            (Some(stack), ..) => Ok(Chosen::Stack(stack)),
            (None, Some(users), Some(sessions)) => {
                Ok(Chosen::Tables(Tables { users: users.clone(), sessions: sessions.clone() }))
            }
            (None, None, None) => self.folder(),
            _ => Err(Fault::usage("the service has two tables").next("give both --users-table and --sessions-table")),
        }
    }

    /// Where the events of that service are kept.
    ///
    /// # Errors
    /// As [`Target::chosen`] and [`Reach::access`].
    pub(crate) fn place(&self) -> Result<Place, Fault> {
        Ok(match self.chosen()? {
            Chosen::Folder(folder) => Place::Folder(folder),
            Chosen::Stack(stack) => Place::Stack(stack.to_owned(), self.access("CLOUDWATCH_LOGS")?),
            Chosen::Tables(_) => Place::Unnamed,
        })
    }

    fn folder(&self) -> Result<Chosen<'_>, Fault> {
        if self.reach.is_given() {
            return Err(Fault::usage("--region, --endpoint-url and --profile are about AWS, but no table is named")
                .next("give --stack NAME, or --users-table NAME and --sessions-table NAME"));
        }
        Ok(Chosen::Folder(self.data.clone().unwrap_or_else(|| PathBuf::from(FOLDER))))
    }

    /// As [`Reach::access`].
    pub(crate) fn access(&self, service: &str) -> Result<Access, Fault> {
        self.reach.access(service)
    }
}

impl Opened {
    /// The settings of the service, where one cannot go on without them.
    ///
    /// # Errors
    /// Some are wrong.
    pub(crate) fn stated(&self) -> Result<&Settings, Fault> {
        self.settings
            .as_ref()
            .map_err(|faults| Fault::usage(faults.to_string().trim_end()).next("set it as it is set for the service"))
    }
}

impl Reach {
    /// Whether any of the options was given.
    pub(crate) fn is_given(&self) -> bool {
        self.region.is_some() || self.endpoint_url.is_some() || self.profile.is_some()
    }

    /// `service` as AWS's own tools name it in `AWS_ENDPOINT_URL_<SERVICE>`.
    pub(crate) fn access(&self, service: &str) -> Result<Access, Fault> {
        let profile = self.profile.as_deref();
        Ok(Access {
            region: self.region.clone().map_or_else(|| credentials::region(profile), Ok)?,
            endpoint_url: self.endpoint(service)?,
            credentials: Some(credentials::credentials(profile)?),
        })
    }

    fn endpoint(&self, service: &str) -> Result<Option<String>, Fault> {
        let elsewhere = || credentials::variable(&format!("AWS_ENDPOINT_URL_{service}"));
        let given = self.endpoint_url.clone().or_else(elsewhere).or_else(|| credentials::variable("AWS_ENDPOINT_URL"));
        match given {
            Some(url) if !is_address(&url) => Err(Fault::usage(format!("the endpoint {url:?} is not a URL"))
                .next("give --endpoint-url one such as http://127.0.0.1:4566, or leave it out")),
            given => Ok(given),
        }
    }
}

/// The store of a deployment. Does no I/O.
pub(crate) fn reached(access: &Access, tables: Tables) -> Store {
    Store::new(store::client(access), tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        target: Target,
    }

    fn chosen(line: &str) -> String {
        let line = Line::parse_from(std::iter::once("admin").chain(line.split_whitespace()));
        match line.target.chosen() {
            Ok(Chosen::Folder(folder)) => format!("folder {}", folder.display()),
            Ok(Chosen::Stack(stack)) => format!("stack {stack}"),
            Ok(Chosen::Tables(tables)) => format!("tables {} {}", tables.users, tables.sessions),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn the_options_say_one_thing() {
        assert_eq!(chosen(""), "folder .latchkey");
        assert_eq!(chosen("--data d"), "folder d");
        assert_eq!(chosen("--stack s --region r --profile p"), "stack s");
        assert_eq!(chosen("--users-table u --sessions-table s --endpoint-url http://e"), "tables u s");
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        for (line, next) in [
            ("--data d --stack s", "give one of them"),
            ("--data d --users-table u", "give one of them"),
            ("--stack s --users-table u", "give one of them"),
            ("--users-table u", "give both --users-table and --sessions-table"),
            ("--sessions-table u", "give both --users-table and --sessions-table"),
            ("--region r", "give --stack NAME, or --users-table NAME and --sessions-table NAME"),
            ("--data d --region r", "give --stack NAME, or --users-table NAME and --sessions-table NAME"),
        ] {
            assert!(chosen(line).ends_with(&format!("next:  {next}\n")), "{line}: {}", chosen(line));
        }
    }
}
