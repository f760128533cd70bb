//! Whether the tables are as the template makes them.

use crate::{connection::deployment::Deployment, doctor::finding::Finding, fault::Fault};
use store::{Found, Inspection};

const NAMES: [&str; 2] = ["users table", "sessions table"];

pub(super) async fn check(deployment: &Deployment) -> Vec<Finding> {
    let store = match &deployment.store {
        Ok(store) => store,
        Err(fault) => return vec![Finding::of("tables", fault.clone())],
    };
    // A local engine counts all rows to describe a table.
    match store.patient().inspect().await {
        Ok(inspections) => {
            NAMES.into_iter().zip(&inspections).flat_map(|(check, each)| judge(check, each, deployment)).collect()
        }
        Err(error) => vec![Finding::of("tables", Fault::from(error))],
    }
}

fn judge(check: &'static str, inspection: &Inspection, deployment: &Deployment) -> Vec<Finding> {
    let name = &inspection.definition.name;
    let Some(found) = &inspection.found else {
        return vec![Finding::fault(check, format!("there is no table {name}"), remade(deployment))];
    };
    let mut findings = vec![shape(check, name, found, deployment)];
    if inspection.definition.ttl.is_some() {
        findings.push(time_to_live(name, found, deployment));
    } else if deployment.is_deployed {
        findings.extend([recovery(name, found), deletion(name, found)]);
    }
    findings
}

fn shape(check: &'static str, name: &str, found: &Found, deployment: &Deployment) -> Finding {
    match found {
        Found { has_key: false, .. } => Finding::fault(
            check,
            format!("{name} has another key than pk"),
            "it is not a table of Latchkey: check the name",
        ),
        Found { has_index: false, .. } => Finding::fault(
            check,
            format!("{name} has no index by-user, so sessions cannot be listed"),
            remade(deployment),
        ),
        Found { is_active: false, .. } => {
            Finding::warning(check, format!("{name} is being changed"), "look again in a minute")
        }
        _ => Finding::ok(check, format!("{name} has its keys and indexes")),
    }
}

fn remade(deployment: &Deployment) -> &'static str {
    if deployment.is_deployed {
        "check the name and the region, or deploy again: sam deploy"
    } else {
        "start the service, which makes it: cargo run"
    }
}

fn time_to_live(name: &str, found: &Found, deployment: &Deployment) -> Finding {
    let turn_on = format!(
        "aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification Enabled=true,AttributeName=ttl"
    );
    let fix = if deployment.is_deployed { turn_on } else { remade(deployment).to_owned() };
    match &found.has_ttl {
        Ok(true) => Finding::ok("time to live", "ended sessions are deleted"),
        Ok(false) => Finding::fault("time to live", "off: ended sessions are kept and cost money", fix),
        Err(error) => unseen("time to live", error, "dynamodb:DescribeTimeToLive"),
    }
}

fn recovery(name: &str, found: &Found) -> Finding {
    let fix = format!(
        "aws dynamodb update-continuous-backups --table-name {name} \
         --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
    );
    match &found.is_recoverable {
        Ok(true) => Finding::ok("recovery", "each second of the last 35 days can be restored"),
        Ok(false) => Finding::fault("recovery", "off: deleted users cannot be restored", fix),
        Err(error) => unseen("recovery", error, "dynamodb:DescribeContinuousBackups"),
    }
}

fn deletion(name: &str, found: &Found) -> Finding {
    if found.is_protected {
        return Finding::ok("deletion protection", "the table cannot be deleted by mistake");
    }
    let fix = format!("aws dynamodb update-table --table-name {name} --deletion-protection-enabled");
    Finding::warning("deletion protection", "off: one command deletes all users", fix)
}

fn unseen(check: &'static str, error: &store::Error, right: &str) -> Finding {
    Finding::warning(check, format!("cannot be seen: {error}"), format!("allow {right}"))
}
