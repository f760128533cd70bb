//! The blacklist function.

fn main() {}
