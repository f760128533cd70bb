//! `Set-Cookie` lines with placeholders for their tokens and dates.

use serde_json::Value;

/// The line with `<jwt>` for a token and `<epoch:…>` for its date.
pub(crate) fn placeholders(line: &str, now: f64) -> Value {
    let attributes = line.split("; ").map(|attribute| match attribute.split_once('=') {
        Some((name, token)) if token.starts_with("eyJ") => format!("{name}=<jwt>"),
        Some(("expires", date)) => format!("expires={}", moment(date, now).unwrap_or_else(|| date.to_owned())),
        _ => attribute.to_owned(),
    });
    attributes.collect::<Vec<_>>().join("; ").into()
}

/// `<epoch:now+300>` to the nearest five seconds.
pub(crate) fn epoch(moment: f64, now: f64) -> String {
    let distance = ((moment - now) / 5.0).round() as i64 * 5;
    if distance == 0 { "<epoch:now>".to_owned() } else { format!("<epoch:now{distance:+}>") }
}

/// `<iso:now+300>` of a time such as `2026-11-22T01:31:20Z`, to the nearest five seconds.
pub(crate) fn iso(text: &str, now: f64) -> Option<String> {
    let parts = text.trim_end_matches('Z').split(['-', 'T', ':', '.']).filter_map(|part| part.parse().ok());
    let [year, month, day, hours, minutes, seconds, ..] = parts.collect::<Vec<i64>>()[..] else { return None };
    let moment = ((days(year, month, day) * 24 + hours) * 60 + minutes) * 60 + seconds;
    Some(epoch(moment as f64, now).replace("<epoch:", "<iso:"))
}

fn moment(date: &str, now: f64) -> Option<String> {
    let seconds = seconds(date)?;
    Some(if seconds == 0 { "<epoch:0>".to_owned() } else { epoch(seconds as f64, now) })
}

/// Unix seconds of `Sun, 22 Nov 2026 01:15:47 GMT` (RFC 9110, section 5.6.7).
fn seconds(date: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = date.split([' ', ':', '-']).collect();
    let [_, day, month, year, hours, minutes, seconds, "GMT"] = parts[..] else { return None };
    let number = |text: &str| text.parse::<i64>().ok();
    let month = i64::try_from(MONTHS.find(month)? / 3 + 1).ok()?;
    let days = days(number(year)?, month, number(day)?);
    Some(((days * 24 + number(hours)?) * 60 + number(minutes)?) * 60 + number(seconds)?)
}

/// Days since 1 January 1970 in the Gregorian calendar; years begin in March, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469
}

#[cfg(test)]
mod tests {
    use super::{placeholders, seconds};

    #[test]
    fn dates_become_seconds() {
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Sun, 22 Nov 2026 01:15:47 GMT"), Some(1_795_310_147));
        assert_eq!(seconds("Tue, 29-Feb-2028 12:00:00 GMT"), Some(1_835_438_400));
        assert_eq!(seconds("yesterday"), None);
    }

    #[test]
    fn tokens_and_dates_become_placeholders() {
        let line = "jwt=eyJ.e30.x; expires=Thu, 01 Jan 1970 00:05:00 GMT; Path=/";
        assert_eq!(placeholders(line, 0.0), "jwt=<jwt>; expires=<epoch:now+300>; Path=/");
    }
}
