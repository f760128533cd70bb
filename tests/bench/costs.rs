//! What a million calls of each endpoint cost on AWS, from the measured CPU times.

use crate::measured::{Measured, find};
use std::fmt::Write;

/// List prices in dollars, us-east-1, on demand, without free tiers: those of docs/prices.md, which has the sources.
mod price {
    /// A million requests to Lambda.
    pub(super) const REQUESTS: f64 = 0.20;
    /// A second of a gigabyte of Lambda, x86_64, which was measured; arm64 is a fifth less.
    pub(super) const GB_SECOND: f64 = 0.000_016_666_7;
    /// A million requests to a REST API; an HTTP API is 1.00.
    pub(super) const REST_API: f64 = 3.50;
    /// A million strongly consistent reads of up to 4 KB.
    pub(super) const READS: f64 = 0.125;
    /// A million writes of up to 1 KB.
    pub(super) const WRITES: f64 = 0.625;
}

/// With so much memory, in MB, a function has one whole core; with less, that share of it.
const ONE_CORE: f64 = 1769.0;
/// What a function waits for one call of DynamoDB, in milliseconds: an assumption, there was no AWS to measure.
const ROUND_TRIP: f64 = 4.0;

/// One endpoint: who serves it, its memory in MB, how often it waits for DynamoDB, the reads and writes of that, who else serves it.
struct Endpoint {
    name: &'static str,
    memory: f64,
    waits: f64,
    reads: f64,
    writes: f64,
    /// An authorizer is not asked through the API: it belongs to a request that is.
    is_behind_gateway: bool,
    other: &'static str,
}

const ENDPOINTS: [Endpoint; 6] = [
    Endpoint {
        name: "authorizer",
        memory: 256.0,
        waits: 0.0,
        reads: 0.0,
        writes: 0.0,
        is_behind_gateway: false,
        other: "python",
    },
    // Session, blacklist and user in one call.
    Endpoint {
        name: "session_authorizer",
        memory: 256.0,
        waits: 1.0,
        reads: 3.0,
        writes: 0.0,
        is_behind_gateway: false,
        other: "python",
    },
    Endpoint {
        name: "hello",
        memory: 256.0,
        waits: 1.0,
        reads: 1.0,
        writes: 0.0,
        is_behind_gateway: true,
        other: "django hello",
    },
    Endpoint {
        name: "verify",
        memory: 256.0,
        waits: 0.0,
        reads: 0.0,
        writes: 0.0,
        is_behind_gateway: true,
        other: "django verify",
    },
    Endpoint {
        name: "refresh",
        memory: 256.0,
        waits: 1.0,
        reads: 3.0,
        writes: 0.0,
        is_behind_gateway: true,
        other: "django refresh",
    },
    // The index of the sessions is a second write.
    Endpoint {
        name: "obtain",
        memory: 1769.0,
        waits: 3.0,
        reads: 2.0,
        writes: 2.0,
        is_behind_gateway: true,
        other: "django obtain",
    },
];

/// The table, as Markdown.
pub(crate) fn table(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| a million calls | memory MB | billed ms | Lambda $ | DynamoDB $ | REST API $ | together $ | Lambda $ of the other |\n",
    );
    table.push_str("|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for endpoint in &ENDPOINTS {
        let Some(one) = find(measured, endpoint.name) else { continue };
        let billed = endpoint.billed(one, endpoint.waits);
        let (lambda, store) =
            (endpoint.lambda(billed), endpoint.reads * price::READS + endpoint.writes * price::WRITES);
        let gateway = if endpoint.is_behind_gateway { price::REST_API } else { 0.0 };
        let (name, memory, together) = (endpoint.name, endpoint.memory, lambda + store + gateway);
        let other = find(measured, endpoint.other).map_or("–".to_owned(), |other| {
            format!("{:.2} ({})", endpoint.lambda(endpoint.billed(other, 0.0)), endpoint.other)
        });
        let _ = writeln!(
            table,
            "| {name} | {memory} | {billed} | {lambda:.2} | {store:.2} | {gateway:.2} | {together:.2} | {other} |"
        );
    }
    table
}

impl Endpoint {
    /// Milliseconds, of which Lambda bills whole ones: CPU time at this memory's share of a core, and the waiting.
    fn billed(&self, measured: &Measured, waits: f64) -> f64 {
        let stretched = measured.cpu() / 1e3 * (ONE_CORE / self.memory).max(1.0);
        (stretched + waits * ROUND_TRIP).ceil()
    }

    /// Dollars for a million calls of so many milliseconds.
    fn lambda(&self, billed: f64) -> f64 {
        price::REQUESTS + 1e6 * billed / 1e3 * self.memory / 1024.0 * price::GB_SECOND
    }
}
