//! Cells of a table that a spreadsheet may have opened, or may open.

/// Whether a spreadsheet would read the text as a formula, or take it for what [`escaped`] wrote.
fn is_dangerous(text: &str) -> bool {
    text.starts_with(['\'', '\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || is_rewritten(text)
}

/// The text with an apostrophe before it where a spreadsheet would compute it, or write it otherwise.
pub(crate) fn escaped(text: String) -> String {
    if is_dangerous(&text) { format!("'{text}") } else { text }
}

/// What [`escaped`] was given.
pub(super) fn unescaped(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

/// Whether a spreadsheet left something else in the cell than what was in it: `1.23E+15` of a long number, `02. Jan` or `Jan-24` of
/// a text, `####` of a narrow column, `#NAME?` of a formula.
pub(super) fn is_rewritten(cell: &str) -> bool {
    is_hidden(cell) || is_rounded(cell) || is_date(cell)
}

fn is_hidden(cell: &str) -> bool {
    const FAULTS: [&str; 7] = ["#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"];
    FAULTS.contains(&cell) || (cell.len() > 2 && cell.bytes().all(|byte| byte == b'#'))
}

/// `1.23457E+15`, with a comma where the computer's language has one.
fn is_rounded(cell: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, exponent)) = cell.split_once("E+").or_else(|| cell.split_once("E-")) else { return false };
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    whole.len() == 1 && is_digits(whole) && is_digits(fraction) && exponent.len() >= 2 && is_digits(exponent)
}

/// Day and month, or month and year, as spreadsheets shorten them: a name of three letters beside one or two digits.
fn is_date(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let [one, other] = parts[..] else { return false };
    let is_number = |text: &str| text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |text: &str| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(text));
    (is_number(one) && is_month(other)) || (is_month(one) && is_number(other))
}

/// In English, and where German, French and Spanish differ.
const MONTHS: [&str; 28] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mrz", "mär", "mai", "okt",
    "dez", "janv", "févr", "mars", "avr", "juin", "juil", "août", "sept", "déc", "ene", "dic",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_escaped_and_comes_back() {
        for text in ["=1+1", "+1", "-7", "@x", "\tx", "\rx", "\nx", " =1", "＝1", "'x", "''", "1.5E+15", "####"] {
            assert_eq!(escaped(text.to_owned()), format!("'{text}"));
            assert_eq!(unescaped(&escaped(text.to_owned())), text);
        }
        for text in ["", "a=b", "alice", "a'b", "a-b", "#1"] {
            assert_eq!(escaped(text.to_owned()), text);
            assert_eq!(unescaped(&escaped(text.to_owned())), text);
        }
    }

    #[test]
    fn what_a_spreadsheet_wrote_is_known() {
        for cell in ["1.23E+15", "1,23457E+15", "1E+15", "-2.5E-07", "########", "#NAME?", "Jan-24", "02. Jan", "1-Mrz"]
        {
            assert!(is_rewritten(cell), "{cell}");
        }
        for cell in ["", "1e5", "E+15", "12.5E+15", "#", "##", "#hash", "jan", "jan.24x", "24", "1-2", "a-b-c", "7"] {
            assert!(!is_rewritten(cell), "{cell}");
        }
    }
}
