//! The obtain function.

fn main() {}
