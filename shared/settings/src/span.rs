//! Spans of time as they are typed: `300`, `5m`, `1.5h`.

/// A thousand years: beyond it, times no longer fit the dates that clients show.
const LONGEST: f64 = 365_000.0 * 86_400.0;

/// A span above zero in whole seconds, as Simple JWT's lifetimes (fractions are cut off).
pub(crate) fn lifetime(text: &str) -> Option<i64> {
    exact(text).map(|seconds| whole(seconds.floor())).filter(|seconds| *seconds > 0)
}

/// A span from zero on in whole seconds; fractions are rounded up, so that a leeway is never smaller than what was asked for.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    exact(text).map(|seconds| whole(seconds.ceil()))
}

fn exact(text: &str) -> Option<f64> {
    let (number, unit) = split(text.trim());
    let plain = number.starts_with(|first: char| first.is_ascii_digit())
        && number.chars().all(|digit| digit.is_ascii_digit() || digit == '.');
    let seconds = plain.then(|| number.parse::<f64>().ok())?? * unit;
    (seconds <= LONGEST).then_some(seconds)
}

fn split(text: &str) -> (&str, f64) {
    [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)]
        .into_iter()
        .find_map(|(letter, unit)| Some((text.strip_suffix(letter)?, unit)))
        .unwrap_or((text, 1.0))
}

fn whole(seconds: f64) -> i64 {
    seconds as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_units() {
        let good = [("300", 300), (" 5m ", 300), ("1h", 3_600), ("1d", 86_400), ("45s", 45), ("1.5h", 5_400)];
        for (text, expected) in good {
            assert_eq!(lifetime(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_lifetime() {
        for text in
            ["", "0", "0.9", "-5", "+5", "5x", "m", "5 m", "1e3", "inf", "nan", ".5", "1.2.3", "5mm", "365001d", "٣"]
        {
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
