//! The authorizer before every kind of API: events as AWS documents them (`events/`), what is none (`foreign/`), and
//! thousands that were damaged.

#[cfg(test)]
mod bench;
#[cfg(all(test, feature = "tools"))]
mod binaries;
#[cfg(test)]
mod context;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod damaged;
#[cfg(test)]
mod gateway;
#[cfg(all(test, feature = "tools"))]
mod readme;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod store;
