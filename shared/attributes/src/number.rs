//! Numbers that JSON and DynamoDB say alike.

use std::fmt;

/// The least and the greatest amount that DynamoDB keeps.
const AMOUNTS: std::ops::RangeInclusive<f64> = 1e-130..=9.99e125;

/// The first amount that no whole number of 64 bits has.
const BEYOND_64_BITS: f64 = 18_446_744_073_709_551_616.0;

/// A number that both JSON and DynamoDB keep to the last digit: a whole one of 64 bits, or a double within DynamoDB's bounds. A
/// double that is whole is the whole number: `1.0` is `1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(serde_json::Number);

impl Eq for Number {}

impl Number {
    /// The number of a JSON value; `None` for one that DynamoDB does not keep.
    #[must_use]
    pub fn of_json(number: &serde_json::Number) -> Option<Self> {
        if number.is_i64() || number.is_u64() {
            return Some(Self(number.clone()));
        }
        Self::of_double(number.as_f64()?)
    }

    /// As JSON says it.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Number {
        self.0.clone()
    }

    /// What [`fmt::Display`] wrote, also with other zeros and another exponent, as DynamoDB gives it back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        whole(text).or_else(|| Self::of_double(text.parse().ok()?))
    }

    fn of_double(number: f64) -> Option<Self> {
        let is_whole = number.fract() == 0.0 && number.abs() < BEYOND_64_BITS;
        if let Some(whole) = is_whole.then(|| format!("{number:.0}")).as_deref().and_then(whole) {
            return Some(whole);
        }
        serde_json::Number::from_f64(number).filter(|_| AMOUNTS.contains(&number.abs())).map(Self)
    }
}

/// A whole number of 64 bits.
fn whole(text: &str) -> Option<Number> {
    let digits = if text == "-0" { "0" } else { text };
    let signed = digits.parse::<i64>().map(serde_json::Number::from);
    signed.or_else(|_| digits.parse::<u64>().map(serde_json::Number::from)).map(Number).ok()
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_f64().filter(|_| self.0.is_f64()) {
            Some(double) => write!(out, "{double:e}"),
            None => write!(out, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        Number::of_json(&serde_json::from_str(text).unwrap()).map(|number| number.to_json().to_string())
    }

    #[test]
    fn a_whole_number_has_no_fraction_however_it_is_written() {
        for (written, read) in [("1.0", "1"), ("-0.0", "0"), ("1e3", "1000"), ("1e17", "100000000000000000")] {
            assert_eq!(of(written).as_deref(), Some(read));
        }
    }

    #[test]
    fn what_dynamodb_would_round_or_refuse_is_none() {
        for text in ["1e126", "-1e126", "1e-131"] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(of("9.9e125").is_some());
    }

    #[test]
    fn a_number_is_read_however_dynamodb_writes_it() {
        let parsed = |text: &str| Number::parse(text).map(|number| number.to_json().to_string());
        assert_eq!(Number::parse("100000000000000000000"), Number::of_double(1e20));
        assert_eq!(parsed("0.10").as_deref(), Some("0.1"));
        assert_eq!(parsed("18446744073709551615").as_deref(), Some("18446744073709551615"));
        for text in ["", "x", "NaN", "inf"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
