//! Times as Django REST framework writes them.

const SECONDS_OF_A_DAY: i64 = 86_400;

/// Unix seconds in ISO 8601, in UTC: `2026-11-22T01:31:20Z`.
pub(crate) fn iso_8601(seconds: i64) -> String {
    let (year, month, day) = date(seconds.div_euclid(SECONDS_OF_A_DAY));
    let (hour, minute, second) = time(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Unix seconds as HTTP writes them (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn of_http(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = seconds.div_euclid(SECONDS_OF_A_DAY);
    let (year, month, day) = date(days);
    let (weekday, month) = (named(&DAYS, days.rem_euclid(7)), named(&MONTHS, month - 1));
    let (hour, minute, second) = time(seconds);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

fn named(names: &[&'static str], number: i64) -> &'static str {
    usize::try_from(number).ok().and_then(|number| names.get(number)).copied().unwrap_or_default()
}

fn time(seconds: i64) -> (i64, i64, i64) {
    let second = seconds.rem_euclid(SECONDS_OF_A_DAY);
    (second / 3600, second / 60 % 60, second % 60)
}

/// The Gregorian date that lies `days` after 1 January 1970.
///
/// It counts from 1 March of the year 0, so that the day that only leap years have comes last.
fn date(days: i64) -> (i64, i64, i64) {
    const CENTURIES_4: i64 = 146_097;
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(CENTURIES_4), days.rem_euclid(CENTURIES_4));
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_leap_years_and_ends_of_years() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(iso_8601(seconds), text);
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = date(-800_000);
        for days in -799_999..800_000 {
            let (year, month, day) = date(days);
            let follows = (year, month, day) == (before.0, before.1, before.2 + 1)
                || (day == 1 && (year, month) == (before.0, before.1 + 1))
                || (year, month, day) == (before.0 + 1, 1, 1);
            assert!(follows && day <= 31 && month <= 12, "{days}");
            before = (year, month, day);
        }
    }

    #[test]
    fn http_counts_in_names() {
        assert_eq!(of_http(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(of_http(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(of_http(1_709_164_799), "Wed, 28 Feb 2024 23:59:59 GMT");
        assert_eq!(of_http(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }
}
