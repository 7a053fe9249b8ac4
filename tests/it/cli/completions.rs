//! The completions, in the shells that read them: what is proposed for a line that was begun.
//!
//! There is no PowerShell for Debian's architectures in Debian itself: its script is only looked at, unless there
//! is one on the machine.
use std::process::Command;

use super::{Desk, has};
use crate::support::terminal::Terminal;

fn script(desk: &Desk, shell: &str, name: &str) -> std::path::PathBuf {
    let path = desk.work().join(name);
    std::fs::write(&path, desk.call(&["completions", shell]).expect(0).out).unwrap();
    path
}

/// Runs a shell, which must have nothing to complain of.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    String::from_utf8(output.stdout).unwrap()
}

fn proposed_by_bash(desk: &Desk, line: &str) -> String {
    let path = script(desk, "bash", "completion.bash");
    let words: Vec<String> = line.split(' ').map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source {}; COMP_WORDS=({}); COMP_CWORD={}; _docker__steward docker-steward \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; echo \"${{COMPREPLY[@]}}\"",
        path.display(),
        words.join(" "),
        words.len() - 1
    );
    said(Command::new("bash").args(["--norc", "-c", &ask])).trim_end().to_owned()
}

/// The words that fish proposes, without what it says of them.
fn proposed_by_fish(desk: &Desk, line: &str) -> String {
    let path = script(desk, "fish", "completion.fish");
    let ask = format!("source {}; complete -C '{line}'", path.display());
    let lines = said(
        Command::new("fish")
            .args(["--no-config", "-c", &ask])
            .current_dir(desk.work())
            .env("HOME", desk.home.path())
            .env_remove("XDG_DATA_HOME"),
    );
    lines.lines().map(|line| line.split('\t').next().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !has("bash") {
        return;
    }
    let desk = Desk::new();
    for (line, wanted) in [
        ("docker-steward aud", "audit"),
        ("docker-steward ssot in", "init"),
        ("docker-steward --env staging pl", "plan"),
        ("docker-steward audit --all", "--all-contexts"),
        ("docker-steward audit --format p", "prometheus"),
        ("docker-steward --env staging audit --color n", "never"),
        ("docker-steward schedule sys", "systemd"),
        ("docker-steward completions z", "zsh"),
    ] {
        assert_eq!(proposed_by_bash(&desk, line), wanted, "{line}");
    }
}

#[test]
fn fish_completes_commands_options_and_values() {
    if !has("fish") {
        return;
    }
    let desk = Desk::new();
    for (line, wanted) in [
        ("docker-steward aud", "audit"),
        ("docker-steward ssot ", "approve bind check help init schema"),
        ("docker-steward --env staging pl", "plan"),
        ("docker-steward audit --all", "--all-contexts"),
        ("docker-steward audit --format ", "json jsonl markdown prometheus table"),
        ("docker-steward --env staging audit --color n", "never"),
        ("docker-steward schedule ", "actions cron launchd n8n systemd"),
        ("docker-steward completions ", "bash elvish fish powershell zsh"),
        ("docker-steward apply comp", "completion.fish"),
    ] {
        assert_eq!(proposed_by_fish(&desk, line), wanted, "{line}");
    }
}

/// zsh completes on a terminal only, so one types, and the line tells what it made of it.
#[test]
fn zsh_completes_commands_options_and_values() {
    if !has("zsh") {
        return;
    }
    let desk = Desk::new();
    let script = script(&desk, "zsh", "_docker-steward");
    let folder = script.parent().unwrap().to_str().unwrap().to_owned();
    let mut zsh = Terminal::zsh(desk.home.path());
    zsh.wait_for("READY>");
    zsh.send(&format!(
        "fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -d dump; print LOA''DED\n"
    ));
    zsh.wait_for_line("LOADED");
    for (typed, completed) in [
        ("docker-steward aud\t", "docker-steward audit"),
        ("docker-steward ssot in\t", "docker-steward ssot init"),
        ("docker-steward --env staging pl\t", "docker-steward --env staging plan"),
        ("docker-steward audit --all\t", "docker-steward audit --all-contexts"),
        ("docker-steward audit --format p\t", "docker-steward audit --format prometheus"),
        ("docker-steward schedule sys\t", "docker-steward schedule systemd"),
        ("docker-steward completions z\t", "docker-steward completions zsh"),
    ] {
        zsh.send(typed);
        zsh.wait_for_line(&format!("READY> {completed}"));
        // The line is emptied for the next.
        zsh.send("\u{15}");
        zsh.wait_for_line("READY>");
    }
}

#[test]
fn every_shell_reads_its_script() {
    let desk = Desk::new();
    // The shell reads it and runs none of it.
    let checks: [(&str, &str, &[&str]); 4] = [
        ("bash", "bash", &["-n"]),
        ("zsh", "zsh", &["-n"]),
        ("fish", "fish", &["--no-execute"]),
        ("powershell", "pwsh", &["-NoProfile", "-NonInteractive", "-File"]),
    ];
    for (shell, program, options) in checks {
        let path = script(
            &desk,
            shell,
            &format!("completion.{}", if shell == "powershell" { "ps1" } else { shell }),
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("all-contexts") && text.contains("demo-engine"), "{shell}");
        // Nobody can be made to have PowerShell.
        if shell != "powershell" && has(program) || Command::new(program).arg("--version").output().is_ok() {
            said(Command::new(program).args(options).arg(&path));
        }
    }
}
