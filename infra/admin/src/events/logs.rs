//! The events of a deployed stack: its functions write them to log groups of CloudWatch Logs.

use super::event::{Event, OfUser, Wanted};
use crate::{ambient, connection::aws, fault::Fault};
use aws_sdk_cloudwatchlogs::{
    Client,
    config::{self, http::HttpResponse, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::FilteredLogEvent,
};
use std::{collections::HashSet, time::Duration};
use store::Access;

/// How often the groups are asked for new events. AWS allows an account five calls of FilterLogEvents a second.
pub(super) const POLL: Duration = Duration::from_secs(5);
/// How much later than it took place an event may show.
const LATE: i64 = 120;
/// The group of requests, which are no events.
const REQUESTS: &str = "/access";
/// One search may take a while.
const ATTEMPT: Duration = Duration::from_secs(20);
const CALL: Duration = Duration::from_secs(60);

/// The log groups of a stack, and what was read of them the last time.
pub(super) struct Logs {
    client: Client,
    region: String,
    stack: String,
    /// Unix seconds.
    from: i64,
    known: HashSet<String>,
}

impl Logs {
    /// Does no I/O. Begins with what took place at `from`, in Unix seconds.
    pub(super) fn of(stack: &str, access: &Access, from: i64) -> Self {
        let times = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(CALL);
        let retries = RetryConfig::standard().with_max_attempts(5).with_initial_backoff(Duration::from_millis(500));
        let config =
            config::Builder::from(&aws::configured(access)).timeout_config(times.build()).retry_config(retries);
        let client = Client::from_conf(config.build());
        Self { client, region: access.region.clone(), stack: stack.to_owned(), from, known: HashSet::new() }
    }

    /// What is wanted and has come since the last time, the oldest first.
    ///
    /// # Errors
    /// No such stack, no right to read its log groups, or no answer.
    pub(super) async fn news(&mut self, wanted: &Wanted) -> Result<Vec<Event>, Fault> {
        let (begun, mut found, mut seen) = (ambient::now(), Vec::new(), HashSet::new());
        for group in self.groups().await? {
            found.extend(self.read(&group, wanted, &mut seen).await?);
        }
        found.sort_by_key(|(milliseconds, _)| *milliseconds);
        self.known = seen;
        self.from = self.from.max(begun.saturating_sub(LATE));
        Ok(found.into_iter().map(|(_, event)| event).collect())
    }

    async fn groups(&self) -> Result<Vec<String>, Fault> {
        let prefix = format!("/latchkey/{}/", self.stack);
        let mut pages = self.client.describe_log_groups().log_group_name_prefix(&prefix).into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.unanswered("logs:DescribeLogGroups", &prefix, &error))?;
            names.extend(page.log_groups.unwrap_or_default().into_iter().filter_map(|group| group.log_group_name));
        }
        if names.is_empty() {
            let what = format!("there is no log group {prefix}… in {}", self.region);
            return Err(
                Fault::usage(what).next("check the name of the stack and the region: aws cloudformation list-stacks")
            );
        }
        names.retain(|name| !name.ends_with(REQUESTS));
        Ok(names)
    }

    /// Each event with its time, in milliseconds; `seen` gets the ids of all that the group has.
    async fn read(&self, group: &str, wanted: &Wanted, seen: &mut HashSet<String>) -> Result<Vec<(i64, Event)>, Fault> {
        let search = self.client.filter_log_events().log_group_name(group).filter_pattern(pattern(wanted));
        let mut pages = search.start_time(self.from.saturating_mul(1000)).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| self.unanswered("logs:FilterLogEvents", group, &error))?;
            for logged in page.events.unwrap_or_default() {
                let id = logged.event_id.clone().unwrap_or_default();
                let is_known = self.known.contains(&id);
                let is_new = seen.insert(id) && !is_known;
                found.extend(event(&logged).filter(|(_, event)| is_new && wanted.has(event)));
            }
            wanted.bound(&mut found);
        }
        Ok(found)
    }

    fn unanswered<E: ProvideErrorMetadata>(
        &self,
        right: &str,
        group: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Fault {
        match (error.code(), error.message()) {
            (Some("AccessDeniedException"), _) => {
                Fault::unavailable(format!("the right {right} on the log group {group} is missing"))
                    .next("ask for the rights of docs/events.md, under \"Reading them\"")
            }
            (Some("ThrottlingException"), _) => Fault::unavailable("CloudWatch Logs throttles the requests")
                .next("wait a minute, or ask for less with --since"),
            (Some(code), message) => {
                let message = message.unwrap_or_default();
                Fault::unavailable(format!("CloudWatch Logs refuses the log group {group}: {code} {message}"))
                    .next("check the credentials: aws sts get-caller-identity")
            }
            (None, _) => Fault::unavailable(format!("CloudWatch Logs does not answer in {}", self.region))
                .next("check the region and the network, or ask for less with --since"),
        }
    }
}

/// What CloudWatch Logs is to look for. It sends less so; what is wanted is decided here.
fn pattern(wanted: &Wanted) -> String {
    let is_plain = |text: &&str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.@+".contains(letter));
    let event = wanted.event.as_deref().filter(is_plain).unwrap_or("*");
    let user = wanted.user.as_ref().filter(|user| is_plain(&&*user.id)).map(of_user).unwrap_or_default();
    format!("{{ ($.event = \"{event}\"){user} }}")
}

fn of_user(user: &OfUser) -> String {
    let names = user.names.iter().map(|name| format!(" || ($.name = \"{name}\")"));
    format!(" && (($.user_id = \"{}\"){})", user.id, names.collect::<String>())
}

/// As a folder keeps it: without what makes a metric of it, and with the time where it says none.
fn event(logged: &FilteredLogEvent) -> Option<(i64, Event)> {
    let mut event: Event = serde_json::from_str(logged.message()?).ok()?;
    event.get("event")?.as_str()?;
    let milliseconds = logged.timestamp().unwrap_or_default();
    if event.remove("_aws").is_some() {
        event.remove("count");
    }
    event.entry("timestamp").or_insert_with(|| (milliseconds / 1000).to_string().into());
    Some((milliseconds, event))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(event: Option<&str>, user_id: Option<&str>) -> Wanted {
        let user = user_id.map(|id| OfUser { id: id.to_owned(), names: vec!["2bd806c97f0e00af".to_owned()] });
        Wanted { event: event.map(str::to_owned), user, after: 0, limit: usize::MAX }
    }

    #[test]
    fn the_search_names_what_is_plain_alone() {
        for (event, user_id, expected) in [
            (None, None, r#"{ ($.event = "*") }"#),
            (
                Some("login"),
                Some("0190-7"),
                r#"{ ($.event = "login") && (($.user_id = "0190-7") || ($.name = "2bd806c97f0e00af")) }"#,
            ),
            (Some("a\" || x"), Some("b\""), r#"{ ($.event = "*") }"#),
        ] {
            assert_eq!(pattern(&wanted(event, user_id)), expected);
        }
    }

    #[test]
    fn a_line_that_is_no_event_is_passed_over() {
        let read = |message: &str| event(&FilteredLogEvent::builder().timestamp(1999).message(message).build());
        assert!(read("INIT_START").is_none() && read(r#"{"type": "platform.report"}"#).is_none());
        let (milliseconds, event) = read(r#"{"event": "login", "count": 1, "_aws": {}}"#).unwrap();
        assert_eq!(
            (milliseconds, serde_json::json!(event)),
            (1999, serde_json::json!({"event": "login", "timestamp": "1"}))
        );
    }
}
