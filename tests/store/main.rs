//! The store against a real engine: the embedded one, or the DynamoDB at `LATCHKEY_TEST_DYNAMODB_URL`.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod corrupt;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod endpoints;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod grace;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod races;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod seats;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tries;
#[cfg(test)]
mod users;
