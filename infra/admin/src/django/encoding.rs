//! Files that are not UTF-8, written anew as UTF-8 into a file without a name: what PowerShell's `>` writes, and what is named.

use crate::fault::Fault;
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
};

const CHUNK: usize = 1 << 16;

/// The encoding of a file that begins like this: as it is named, else by its byte order mark or by the zeros of UTF-16.
///
/// # Errors
/// The name is not an encoding, or the file is one that nothing here reads.
pub(super) fn of(beginning: &[u8], named: Option<&str>, place: &str) -> Result<&'static Encoding, Fault> {
    if let Some(name) = named {
        return Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            Fault::usage(format!("{name:?} is not an encoding")).next("give --encoding utf-8, utf-16le or windows-1252")
        });
    }
    if beginning.starts_with(b"\xff\xfe\0\0") || beginning.starts_with(b"\0\0\xfe\xff") {
        return Err(Fault::refused(format!("{place} is UTF-32")).next("save it as UTF-8"));
    }
    Ok(match (Encoding::for_bom(beginning), beginning) {
        (Some((encoding, _)), _) => encoding,
        (None, [0, 1..=255, 0, ..]) => UTF_16BE,
        (None, [1..=255, 0, 1..=255, 0, ..]) => UTF_16LE,
        (None, _) => UTF_8,
    })
}

/// The same text as UTF-8.
///
/// # Errors
/// The text is not of this encoding, or cannot be read.
pub(super) fn decoded(mut text: impl Read, encoding: &'static Encoding, place: &str) -> Result<File, Fault> {
    let (file, is_whole) = transcoded(&mut text, encoding)
        .map_err(|cause| Fault::usage(format!("{place} cannot be read as {}: {cause}", encoding.name())))?;
    if is_whole {
        return Ok(file);
    }
    Err(Fault::refused(format!("{place} is not {}", encoding.name())).next("name its encoding with --encoding"))
}

/// Whether every byte had a meaning is the second.
fn transcoded(text: &mut impl Read, encoding: &'static Encoding) -> io::Result<(File, bool)> {
    let mut out = BufWriter::new(tempfile::tempfile()?);
    let (mut decoder, mut is_whole) = (encoding.new_decoder_with_bom_removal(), true);
    let (mut input, mut output) = (vec![0; CHUNK], vec![0; CHUNK * 4]);
    loop {
        let read = text.read(&mut input)?;
        let mut rest = input.get(..read).unwrap_or_default();
        loop {
            let (result, taken, written, is_wrong) = decoder.decode_to_utf8(rest, &mut output, read == 0);
            out.write_all(output.get(..written).unwrap_or_default())?;
            is_whole &= !is_wrong;
            rest = rest.get(taken..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if read == 0 {
            return Ok((out.into_inner()?, is_whole));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use std::io::Seek;

    fn read(bytes: &[u8], named: Option<&str>) -> Result<String, String> {
        let encoding = of(bytes, named, "it").map_err(|fault| fault.to_string())?;
        let mut file = decoded(bytes, encoding, "it").map_err(|fault| fault.to_string())?;
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_by_its_zeros() {
        let text = "[\"Zoë\"]";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [[b"\xff\xfe", little.as_slice()].concat(), [b"\xfe\xff", big.as_slice()].concat(), little, big] {
            assert_eq!(read(&bytes, None).as_deref(), Ok(text));
        }
    }

    #[test]
    fn another_encoding_is_taken_when_it_is_named() {
        assert_eq!(read(b"Zo\xeb", Some("latin1")).as_deref(), Ok("Zoë"));
        assert!(read(b"Zo\xeb", Some("utf8")).unwrap_err().contains("it is not UTF-8\nnext:  name its encoding"));
        assert!(read(b"x", Some("klingon")).unwrap_err().contains("is not an encoding"));
        assert!(read(b"\xff\xfe\0\0", None).unwrap_err().contains("UTF-32"));
        assert_eq!(of(b"id,username", None, "it").unwrap(), UTF_8);
        assert_eq!(Encoding::for_label(b"iso-8859-1"), Some(WINDOWS_1252), "as browsers have it");
    }
}
