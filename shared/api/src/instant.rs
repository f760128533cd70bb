//! Times as Django REST framework writes them.

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};

/// Unix seconds in ISO 8601, in UTC: `2026-11-22T01:31:20Z`.
pub(crate) fn iso_8601(seconds: i64) -> String {
    timestamp(seconds).to_string()
}

/// Unix seconds as HTTP writes them (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn of_http(seconds: i64) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp(seconds)).unwrap_or_default()
}

/// The moment; what lies beyond the years that dates are written in, their end.
fn timestamp(seconds: i64) -> Timestamp {
    let seconds = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_without_fractions_and_with_its_zone() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(iso_8601(seconds), text);
        }
        assert!(iso_8601(i64::MAX).starts_with("9999-12-"));
    }

    #[test]
    fn http_counts_in_names() {
        assert_eq!(of_http(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of_http(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(of_http(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }
}
