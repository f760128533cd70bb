//! Names that settings had once and that are still read.

/// Settings of django-cors-headers, and the names that it had for them before version 3.5 and still accepts.
const RENAMED: [(&str, &str); 3] = [
    ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"),
    ("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"),
    ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"),
];

/// What is given for a setting, and under which of its names; the new name hides the old one.
pub(crate) fn given(
    variable: &'static str,
    lookup: &impl Fn(&str) -> Option<String>,
) -> (&'static str, Option<String>) {
    let former = RENAMED.iter().find(|(name, _)| *name == variable).map(|(_, former)| *former);
    match (lookup(variable).filter(|text| !text.trim().is_empty()), former) {
        (None, Some(former)) => (former, lookup(former)),
        (given, _) => (variable, given),
    }
}

/// Whether a name is one of them.
pub(crate) fn is_known(name: &str) -> bool {
    RENAMED.iter().any(|(_, former)| *former == name)
}
