//! Dates as they are written: RFC 3339.

use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat};

/// Writes Unix seconds as RFC 3339 in UTC, such as `2026-11-22T09:30:00Z`.
pub(crate) fn date(seconds: i64) -> String {
    DateTime::from_secs(seconds).fmt(DateTimeFormat::DateTime).unwrap_or_else(|_| seconds.to_string())
}

/// Unix seconds of what Django and databases write: a date and a time, with `T` or a blank between them, an offset of hours or of
/// hours and minutes, or none (`USE_TZ` is off), which is read as UTC. Fractions are dropped.
pub(crate) fn parse(written: &str) -> Option<i64> {
    let written = written.trim().replacen(' ', "T", 1);
    let forms = [written.clone(), format!("{written}Z"), format!("{written}:00")];
    forms.iter().find_map(|form| Some(DateTime::from_str(form, DateTimeFormat::DateTimeWithOffset).ok()?.secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_that_moment() {
        for written in [
            "2024-02-29T23:59:59",
            "2024-02-29 23:59:59.5",
            "2024-02-29T23:59:59+00:00",
            "2024-02-29 23:59:59.123456+00",
            "2024-03-01 01:59:59+02",
            "2024-02-29T23:59:59Z",
        ] {
            assert_eq!(parse(written), Some(1_709_251_199), "{written}");
        }
        assert_eq!(date(1_709_251_199), "2024-02-29T23:59:59Z");
    }

    #[test]
    fn other_text_is_no_moment() {
        for written in ["", "soon", "2024-02-29", "23:59:59", "2024-02-30T00:00:00Z", "1709251199"] {
            assert_eq!(parse(written), None, "{written}");
        }
    }
}
