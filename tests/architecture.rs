//! The shape of the project, held by reading its files: who may depend on whom, what must exist beside what, how long
//! a function may be. Each failure is a sentence that says what was forgotten and where.
#![expect(clippy::panic, reason = "a test that cannot read the project must stop")]

mod architecture {
    mod arrows;
    mod attacks;
    mod endpoints;
    mod environments;
    mod events;
    mod operations;
    mod pages;
    mod project;
    mod rooms;
    mod sentences;
    mod settings;
    mod size;
    mod source;
    mod template;
}
