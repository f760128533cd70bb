//! Spans of time as they are typed: `300`, `5m`, `1d12h`; `timedelta(days=7)` and `7 days, 0:00:00`, as Python writes and
//! prints them; `P7D` (ISO 8601).

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;

/// A thousand years: beyond it, times no longer fit the dates that clients show.
const LONGEST: f64 = 365_000.0 * DAY;

/// A span in whole seconds, as Simple JWT's lifetimes: fractions are cut off. Zero and less are spans, too. `None` for other text.
#[must_use]
pub fn lifetime(text: &str) -> Option<i64> {
    exact(text).map(|seconds| whole(seconds.floor()))
}

/// A span from zero on in whole seconds; fractions are rounded up, so that a leeway is never smaller than what was asked for.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    exact(text).filter(|seconds| *seconds >= 0.0).map(|seconds| whole(seconds.ceil()))
}

fn exact(text: &str) -> Option<f64> {
    let text = text.trim();
    let seconds = number(text).or_else(|| timedelta(text)).or_else(|| iso(text)).or_else(|| printed(text))?;
    (seconds.abs() <= LONGEST).then_some(seconds)
}

/// `timedelta(days=1, hours=12)`, as it stands in Django's settings; products such as `60 * 24` are worked out.
fn timedelta(text: &str) -> Option<f64> {
    let arguments = text.trim_start_matches("datetime.").strip_prefix("timedelta(")?.strip_suffix(')')?;
    let positions = ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"];
    let arguments = arguments.split(',').map(str::trim).filter(|argument| !argument.is_empty());
    let seconds = arguments.zip(positions).map(|(argument, position)| {
        let (name, value) = argument.split_once('=').unwrap_or((position, argument));
        let value: Option<f64> = value.split('*').map(|factor| number(factor.trim())).product();
        Some(value? * unit(name.trim())?)
    });
    seconds.sum()
}

/// `P1DT12H`.
fn iso(text: &str) -> Option<f64> {
    let text = text.strip_prefix('P')?;
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let of_date = |name: &str| [("W", WEEK), ("D", DAY)].into_iter().find(|(known, _)| *known == name);
    let of_time = |name: &str| [("H", HOUR), ("M", MINUTE), ("S", 1.0)].into_iter().find(|(known, _)| *known == name);
    let date = if date.is_empty() && time.is_some() { Some(0.0) } else { sum(date, |name| Some(of_date(name)?.1)) };
    let time = time.map_or(Some(0.0), |time| sum(time, |name| Some(of_time(name)?.1)));
    Some(date? + time?)
}

/// `1d12h`, `2 days`, and what Python prints: `7 days, 0:05:00`.
fn printed(text: &str) -> Option<f64> {
    text.split(',').map(str::trim).map(|part| clock(part).or_else(|| sum(part, unit))).sum()
}

/// `12:30:00`.
fn clock(text: &str) -> Option<f64> {
    let parts: Vec<f64> = text.split(':').map(number).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    Some(hours * HOUR + minutes * MINUTE + seconds)
}

/// The sum of numbers with a unit each.
fn sum(text: &str, unit: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let mut seconds = 0.0;
    let mut rest = text;
    loop {
        let (figures, after) = rest.split_at(rest.find(|letter: char| !is_of_number(letter))?);
        let after = after.trim_start();
        let end = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        seconds += number(figures)? * unit(name)?;
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(seconds);
        }
    }
}

fn unit(name: &str) -> Option<f64> {
    match name {
        "w" | "week" | "weeks" => Some(WEEK),
        "d" | "day" | "days" => Some(DAY),
        "h" | "hour" | "hours" => Some(HOUR),
        "m" | "min" | "minute" | "minutes" => Some(MINUTE),
        "s" | "sec" | "second" | "seconds" => Some(1.0),
        "ms" | "milliseconds" => Some(1e-3),
        "microseconds" => Some(1e-6),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    let figures = text.strip_prefix('-').unwrap_or(text);
    let plain = figures.starts_with(|first: char| first.is_ascii_digit()) && figures.chars().all(is_of_number);
    plain.then(|| text.parse().ok()).flatten()
}

fn is_of_number(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '.' || letter == '-'
}

fn whole(seconds: f64) -> i64 {
    seconds as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_units() {
        let good = [
            ("300", 300),
            (" 5m ", 300),
            ("1h", 3_600),
            ("1d", 86_400),
            ("45s", 45),
            ("1.5h", 5_400),
            ("4w", 2_419_200),
        ];
        for (text, expected) in good {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn reads_sums() {
        let good = [
            ("1d10s", 86_410),
            ("1h 30m", 5_400),
            ("5 minutes", 300),
            ("2 s 1500 ms", 3),
            ("1500 milliseconds 500000 microseconds", 2),
            ("1 day, 2 hours", 93_600),
            ("1d, 12h", 129_600),
        ];
        for (text, expected) in good {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn reads_what_python_writes_and_prints() {
        let good = [
            ("timedelta(days=7)", 604_800),
            ("datetime.timedelta(days=1, seconds=10)", 86_410),
            ("timedelta(minutes=60 * 24)", 86_400),
            ("timedelta(hours=0.5,)", 1_800),
            ("timedelta(1)", 86_400),
            ("timedelta()", 0),
            ("7 days, 0:00:00", 604_800),
            ("1 day, 0:00:10", 86_410),
            ("0:05:00", 300),
            ("0:00:00.500000", 0),
            ("-1 day, 23:55:00", -300),
        ];
        for (text, expected) in good {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn reads_iso_8601() {
        for (text, expected) in
            [("P7D", 604_800), ("PT5M", 300), ("P1DT10S", 86_410), ("P2W", 1_209_600), ("PT0.5H", 1_800)]
        {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn keeps_what_is_zero_or_less() {
        for (text, expected) in [("0", 0), ("0.9", 0), ("-5", -5), ("-5m", -300), ("timedelta(days=-1)", -86_400)] {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_lifetime() {
        let words =
            ["", "None", "+5", "5x", "m", "1e3", "inf", "nan", ".5", "1.2.3", "5mm", "365001d", "٣", "5M", "5 5m"];
        let forms =
            ["P", "PT", "P1M", "P1Y", "7D", "1:2", "1:2:3:4", "timedelta(years=1)", "timedelta(1", "--5", "5m,"];
        for text in words.iter().chain(&forms) {
            assert_eq!(lifetime(text), None, "{text}");
        }
    }

    #[test]
    fn rounds_a_leeway_up_and_a_lifetime_down() {
        assert_eq!(seconds("0.5"), Some(1));
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("1m"), Some(60));
        assert_eq!(lifetime("1.9"), Some(1));
    }

    #[test]
    fn refuses_a_negative_leeway() {
        assert_eq!(seconds("-1"), None);
    }
}
