//! The refresh function.

fn main() {}
