//! Counts per group, and what failed.

use crate::comparison::Comparison;
use std::collections::BTreeMap;

/// The verdict on one case.
pub(crate) struct Line {
    /// The group that the case is counted in.
    pub(crate) group: String,
    /// The case and its variant.
    pub(crate) case: String,
    /// What became of it.
    pub(crate) verdict: Comparison,
}

/// Prints the count of every group, and fails with every case that is neither the same nor listed.
pub(crate) fn demand_parity(package: &str, mut lines: Vec<Line>) {
    lines.sort_by(|one, other| one.case.cmp(&other.case));
    println!("{}", table(package, &lines));
    let failures: Vec<String> = lines.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{} of {} cases fail:\n{}", failures.len(), lines.len(), failures.join("\n"));
}

fn table(package: &str, lines: &[Line]) -> String {
    let mut groups: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for line in lines {
        for group in [line.group.as_str(), "~ all"] {
            groups.entry(group).or_default()[column(&line.verdict)] += 1;
        }
    }
    let mut table = format!("{package:24} {:>7} {:>10} {:>8} {:>7}\n", "passed", "on purpose", "failing", "absent");
    for (group, [same, on_purpose, wrong, absent]) in groups {
        table.push_str(&format!("{group:24} {same:>7} {on_purpose:>10} {wrong:>8} {absent:>7}\n"));
    }
    table
}

fn column(verdict: &Comparison) -> usize {
    match verdict {
        Comparison::Same => 0,
        Comparison::OnPurpose => 1,
        Comparison::Wrong(_) => 2,
        Comparison::Absent => 3,
    }
}

fn failure(line: &Line) -> Option<String> {
    match &line.verdict {
        Comparison::Wrong(differences) => Some(format!("{}\n    {}", line.case, differences.join("\n    "))),
        _ => None,
    }
}
