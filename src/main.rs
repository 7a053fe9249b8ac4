//! The program `docker-steward`, which is also the Docker CLI plugin `docker steward`.

use std::process::ExitCode;

fn main() -> ExitCode {
    docker_steward::cli::main(std::env::args_os().collect())
}
