//! The pages function: `GET /console` and `/docs`, with what belongs to them; pages for people.

fn main() -> std::process::ExitCode {
    lambda::show_pages()
}
