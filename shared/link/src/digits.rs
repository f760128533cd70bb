//! Numbers as Django and allauth write them.

const LOWER: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const MIXED: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Base 36 with small letters: `int_to_base36`.
pub(crate) fn base_36(number: u64) -> String {
    written(number, LOWER)
}

/// Base 62: digits, capitals, small letters, as `django.core.signing` writes times.
pub(crate) fn base_62(number: u64) -> String {
    written(number, MIXED)
}

/// The number, if it is one and is written as [`base_36`] writes it.
pub(crate) fn of_base_36(text: &str) -> Option<u64> {
    read(text, LOWER)
}

/// The number, if it is one and is written as [`base_62`] writes it.
pub(crate) fn of_base_62(text: &str) -> Option<u64> {
    read(text, MIXED)
}

fn written(mut number: u64, alphabet: &[u8]) -> String {
    let base = alphabet.len() as u64;
    let mut digits = Vec::new();
    loop {
        let digit = usize::try_from(number % base).ok().and_then(|digit| alphabet.get(digit));
        digits.extend(digit.copied().map(char::from));
        number /= base;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

fn read(text: &str, alphabet: &[u8]) -> Option<u64> {
    let digit = |byte: u8| alphabet.iter().position(|&known| known == byte).and_then(|digit| u64::try_from(digit).ok());
    let add = |sum: u64, byte| sum.checked_mul(alphabet.len() as u64)?.checked_add(digit(byte)?);
    let number = text.bytes().try_fold(0, add)?;
    (written(number, alphabet) == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written_and_in_no_other_way() {
        for number in [0, 1, 35, 36, 61, 62, 1_779_010_212, u64::MAX] {
            assert_eq!(of_base_36(&base_36(number)), Some(number));
            assert_eq!(of_base_62(&base_62(number)), Some(number));
        }
        for text in ["", "01", "Z", "z ", "-1", "zzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(of_base_36(text), None, "{text}");
        }
        assert_eq!((base_36(1_295), base_62(3_843)), ("zz".to_owned(), "zz".to_owned()));
    }
}
