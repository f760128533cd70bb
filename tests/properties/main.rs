//! What holds for every input, drawn by chance: what is written is read as it was, nothing makes a reader stop, what is ordered is in one
//! order, and what is refused leaves nothing behind.
//!
//! More of them stand beside what they test: further fields (`shared/attributes`), links (`shared/link`), cookies and bodies (`shared/api`),
//! rows and lives of sessions (`tests/store`).

#[cfg(test)]
mod keys;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod tokens;
