//! What holds for every endpoint.

mod attacks;
mod authority;
mod claims_function;
mod console;
mod cors;
mod events;
mod every_endpoint;
mod further_paths;
mod openapi;
mod openapi_of_packages;
mod operator;
mod states;
