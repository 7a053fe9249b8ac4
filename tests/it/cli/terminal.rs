//! On a terminal: the phrase is typed, and the bare command is the console.
use std::io::{Read as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use docker_steward::demo::DemoEngine;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{Desk, junk};
use crate::support::steward::writes;

/// Runs the program on a terminal of its own. When `ask` has appeared, `answer` is typed; returns all that
/// was shown, and the exit code.
fn on_terminal(desk: &Desk, arguments: &[&str], ask: &str, answer: &str) -> (String, u32) {
    let pty = native_pty_system().openpty(PtySize { rows: 40, cols: 120, ..PtySize::default() }).unwrap();
    let plain = desk.command(arguments);
    let mut command = CommandBuilder::new(plain.get_program());
    command.args(arguments);
    command.env_clear();
    for (name, value) in plain.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env("TERM", "xterm-256color");
    command.cwd(desk.work());
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut writer = pty.master.take_writer().unwrap();
    let (sender, pieces) = mpsc::channel::<Vec<u8>>();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        // An error is how a terminal says that its last process has left.
        while let Ok(count @ 1..) = reader.read(&mut piece) {
            if sender.send(piece[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    let (mut shown, mut asked) = (Vec::new(), false);
    // The channel closes with the terminal; waiting for longer means that the program hangs.
    loop {
        match pieces.recv_timeout(Duration::from_secs(30)) {
            Ok(piece) => shown.extend(piece),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                child.kill().unwrap();
                panic!("it hangs after {:?}", String::from_utf8_lossy(&shown));
            }
        }
        if !asked && String::from_utf8_lossy(&shown).contains(ask) {
            asked = true;
            writer.write_all(answer.as_bytes()).unwrap();
        }
    }
    assert!(asked, "{:?}", String::from_utf8_lossy(&shown));
    let code = child.wait().unwrap().exit_code();
    (String::from_utf8_lossy(&shown).into_owned(), code)
}

async fn apply(desk: &Desk, engine: &DemoEngine, typed: &'static str) -> (String, u32) {
    let home = desk.home.path().to_owned();
    let url = engine.url().to_owned();
    let desk = Desk { home: tempfile::tempdir_in(home).unwrap() };
    std::fs::create_dir(desk.work()).unwrap();
    let run = move || {
        let arguments = ["-H", &url, "--env", "staging", "--color", "never", "apply"];
        on_terminal(&desk, &arguments, "anything else to leave: ", typed)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_is_shown_before_the_phrase_is_asked_for() {
    let (desk, engine) = (Desk::unwatched(), junk().await);
    for typed in ["apply cleanup\r", "\r", "APPLY CLEANUP!\r", "\u{4}"] {
        let (shown, code) = apply(&desk, &engine, typed).await;
        assert_eq!(code, 3, "{shown}");
        assert!(shown.contains("nothing has been removed"), "{shown}");
    }
    assert!(writes(&engine).is_empty());

    let (shown, code) = apply(&desk, &engine, "APPLY CLEANUP\r").await;
    assert_eq!(code, 0, "{shown}");
    let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text}: {shown}"));
    assert!(at("docker stop ") < at("Type APPLY CLEANUP to remove 3 containers"));
    assert!(at("Type APPLY CLEANUP") < at("1/9  docker rm "));
    assert!(shown.contains("complete: 9 of 9 steps done"), "{shown}");
    assert_eq!(writes(&engine).len(), 9);
}

#[test]
fn the_bare_command_is_the_console() {
    let desk = Desk::unwatched();
    let (shown, code) = on_terminal(&desk, &["--demo", "--color", "never"], "Gordon-Staging", "q");
    assert_eq!(code, 0, "{shown:?}");
    assert!(shown.contains("\u{1b}[?1049h") && shown.contains("\u{1b}[?1049l"), "{shown:?}");
}
