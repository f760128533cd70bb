//! Texts that claim to be password hashes of Django. A dump brings them, so they may be anybody's.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|encoded: &str| {
    let known = password::scheme(encoded).is_some();
    match password::memory(encoded) {
        Ok(bytes) => assert!(bytes <= password::MAX_MEMORY && (known || !password::is_usable(encoded))),
        Err(password::Error::UnknownScheme) => assert!(!known),
        Err(_) => assert!(known),
    }
});
