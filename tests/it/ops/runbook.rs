//! `runbook`.
use super::bench::Bench;

#[test]
fn the_runbook_of_each_environment_without_an_engine() {
    let bench = Bench::new();
    for env in ["staging", "desktop", "production"] {
        let ended =
            bench.run_with(&["runbook", "--env", env], &[("DOCKER_HOST", "unix:///nowhere/docker.sock")]);
        assert_eq!(ended.code, 0, "{ended}");
        match env {
            "staging" => insta::assert_snapshot!(ended, @""),
            "desktop" => insta::assert_snapshot!(ended, @""),
            _ => insta::assert_snapshot!(ended, @""),
        }
    }
}

#[test]
fn with_an_engine_it_has_the_commands_of_today() {
    let bench = Bench::new();
    let ended = bench.run(&["runbook", "--demo"]);
    assert_eq!(ended.code, 0, "{ended}");
    let plan = bench.run(&["plan", "--demo", "--env", "staging"]).stdout;
    let commands = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("docker "));
        lines.map(|line| line.split("  # ").next().unwrap().trim_end().to_owned()).collect()
    };
    let section = ended.stdout.split("## 4.").nth(1).unwrap().split("## 5.").next().unwrap();
    assert!(!commands(section).is_empty());
    assert_eq!(commands(section), commands(&plan));
}
