//! The hello function.

fn main() {}
