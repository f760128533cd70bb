//! A page in the browser of the person who runs `latchkey` that looks for its tables.

use crate::served::Served;
use std::{ffi::OsStr, process::Command};
use tests::{
    bridge,
    process::listeners,
    tools::{done, root, tool},
};

/// A browser sends what a page likes to every port of the machine, and the engine asks for no credentials.
#[test]
fn hands_no_row_to_a_page_of_another_origin() {
    let service = Served::start(&[]);
    let ports = listeners(service.child.id());
    assert!(!ports.is_empty());
    // The page must be able to find rows: where the engine has a port, it does.
    let open = bridge::over_tcp(&service.folder.join("engine.sock"));
    let ports = ports.iter().map(u16::to_string);
    let mut visit = Command::new(tool("python"));
    visit.arg(root().join("tests/console/engine.py")).args(open.rsplit(':').next().map(OsStr::new)).args(ports);
    println!("{}", String::from_utf8_lossy(&done(&mut visit).stdout));
}
