//! The only part of the console that touches anything: the terminal, the clock, signals, and the session.

mod effects;
mod events;
mod facts;
mod fault;
mod looks;
mod own;
mod paint;
mod signals;
mod terminal;
mod watch;
mod work;

use jiff::Timestamp;
use ratatui::crossterm::event::{Event, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc;

use super::message::{Message, Signal};
use super::state::{Choice, Cleanup, Facts, Stage, State, ThemeEntry, Tone};
use super::theme::Theme;
use super::update::{next_tick, update};
use super::{ConsoleError, ExitKind, Settings};
use super::{keymap, view};
use crate::records::Paths;
use crate::session::{self, Options, Session};
use crate::ssot::find;
use crate::text::sanitise;
use effects::Effects;
use events::Events;
use own::Own;
use signals::Signals;
use terminal::Screen;

/// Messages that are taken before the screen is drawn again, so that a swarm of them cannot starve it.
const AT_ONCE: usize = 256;

/// Runs the console until it is left.
pub(super) async fn run(options: Options, settings: Settings) -> Result<ExitKind, ConsoleError> {
    // The engine works while the user's files are read and the terminal says what it is.
    let (messages, inbox) = mpsc::unbounded_channel();
    let mut effects = Effects::new(options.clone(), messages);
    effects.open();
    let own = Own::read(options.demo);
    let looks = looks::choose(&settings, &own)?;
    let mut screen = Screen::open()?;
    let mut state = State::new(Timestamp::now(), screen.size()?, what(&options));
    state.themes = looks
        .themes
        .iter()
        .map(|theme| ThemeEntry { name: theme.name().to_owned(), summary: theme.summary().to_owned() })
        .collect();
    state.theme = looks.first;
    state.theme_of_terminal = looks.of_terminal;
    state.ascii = looks.ascii;
    state.recall(own.memory.clone());
    state.mouse = own.config.mouse.unwrap_or(state.mouse);
    if state.mouse {
        screen.mouse(true)?;
    }
    let (keys, told) = keymap::remapped(&own.config.keys, &own.config.keys_in);
    state.keys = keys;
    for word in own.words.iter().chain(&looks.words).chain(&told) {
        state.toasts.say(Tone::Warning, sanitise(word).into_owned(), state.now);
    }
    state.choices = choices(&options);

    let mut console = Loop { state, themes: looks.themes, inbox, hung_up: false };
    let mut events = Some(Events::listen());
    let ended = console.run(&mut screen, &mut events, &mut effects).await;
    own.remember(&console.state.to_remember());

    // However the loop ended, a removal in flight is finished and journalled before the process is.
    let report = effects.finish().await;
    // What was typed until now was meant for the console; what comes from here on is not.
    if let Some(events) = events {
        events.stop().await;
    }
    drop(screen);
    fault::linger("slow end");
    if let Some(report) = report {
        eprintln!("{report}");
    }
    ended
}

/// What is wrong in the user's own files, whatever the terminal.
pub(super) fn trouble_in_files(paths: &Paths) -> Vec<String> {
    let own = Own::at(paths);
    let themes = own.library.names().into_iter().filter_map(|name| {
        own.library.load(name, super::theme::Depth::True).err().map(|error| error.to_string())
    });
    let (_, keys) = keymap::remapped(&own.config.keys, &own.config.keys_in);
    let known = |name: &&String| !own.library.names().contains(&name.as_str());
    let missing = own.config.theme.iter().filter(known).map(|name| {
        format!(
            "`theme = \"{name}\"`: there is none of that name; use one of {}",
            own.library.names().join(", ")
        )
    });
    own.words.iter().cloned().chain(themes).chain(missing).chain(keys).collect()
}

/// All environments; and the engines of other contexts, where there is more than one and the engine is real.
fn choices(options: &Options) -> Vec<Choice> {
    let environments = find::choices(&find::Dirs::from_process()).into_iter().map(Choice::Environment);
    let contexts = if options.demo { Vec::new() } else { session::contexts() };
    let contexts = if contexts.len() > 1 { contexts } else { Vec::new() };
    environments.chain(contexts.into_iter().map(Choice::Context)).collect()
}

fn what(options: &Options) -> String {
    match (&options.host, &options.context) {
        _ if options.demo => "the built-in simulated engine".to_owned(),
        (Some(host), _) => host.clone(),
        (None, Some(context)) => format!("the Docker context {context}"),
        (None, None) => "the engine of the current Docker context".to_owned(),
    }
}

struct Loop {
    state: State,
    themes: Vec<Theme>,
    inbox: mpsc::UnboundedReceiver<effects::Envelope>,
    /// The terminal is gone: nothing is drawn any more.
    hung_up: bool,
}

/// What woke the loop.
enum Woken {
    Message(Message),
    Session(Box<Session>),
    /// The same engine, under its SSOT as it is now.
    Renewed(Box<(Session, Facts)>),
    Mouse(MouseEvent),
    /// Somebody else may have had the terminal.
    GoesOn,
    Panicked,
    Nothing,
}

impl Loop {
    async fn run(
        &mut self,
        screen: &mut Screen,
        events: &mut Option<Events>,
        effects: &mut Effects,
    ) -> Result<ExitKind, ConsoleError> {
        let mut signals = Signals::listen()?;
        let mut exit = ExitKind::Quit;
        loop {
            self.draw(screen)?;
            let mut next = self.wait(&mut signals, events, effects).await;
            for _ in 0..AT_ONCE {
                match next {
                    Woken::Message(message) => {
                        if let Message::Signalled(signal) = &message {
                            exit = ExitKind::Signalled(*signal);
                            self.hung_up |= *signal == Signal::Hangup;
                        }
                        if self.take(message, effects, screen)? {
                            return Ok(exit);
                        }
                    }
                    Woken::Session(session) => effects.adopt(*session),
                    Woken::Renewed(renewed) => {
                        let (session, facts) = *renewed;
                        // What a cleanup still has to tell must be heard: then once more, when it has ended.
                        let message = if is_applying(&self.state) {
                            Message::SsotChanged
                        } else {
                            effects.renew(session);
                            Message::Reloaded(Ok(Box::new(facts)))
                        };
                        if self.take(message, effects, screen)? {
                            return Ok(exit);
                        }
                    }
                    Woken::Mouse(event) => {
                        if let Some(message) = self.pointed(event)
                            && self.take(message, effects, screen)?
                        {
                            return Ok(exit);
                        }
                    }
                    Woken::GoesOn if self.hung_up => {}
                    Woken::GoesOn => match screen.take_again().and_then(|()| screen.size()) {
                        Ok((width, height)) => {
                            self.take(Message::Resized(width, height), effects, screen)?;
                        }
                        Err(error) => self.lost(error)?,
                    },
                    Woken::Panicked => return Err(ConsoleError::Panicked),
                    Woken::Nothing => {}
                }
                match self.inbox.try_recv() {
                    Ok(envelope) => next = effects.unpack(envelope),
                    Err(_) => break,
                }
            }
        }
    }

    async fn wait(&mut self, signals: &mut Signals, events: &mut Option<Events>, effects: &Effects) -> Woken {
        let event = async {
            match events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        let tick = async {
            match next_tick(&self.state) {
                Some(span) => tokio::time::sleep(span).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            envelope = self.inbox.recv() => envelope.map_or(Woken::Nothing, |it| effects.unpack(it)),
            signal = signals.next() => signal.map_or(Woken::GoesOn, |it| Woken::Message(Message::Signalled(it))),
            event = event => if let Some(event) = event {
                understood(event)
            } else {
                // Nobody is there to press keys any more.
                *events = None;
                Woken::Message(Message::Signalled(Signal::Hangup))
            },
            () = tick => Woken::Message(Message::Clock(Timestamp::now())),
        }
    }

    /// What the mouse means where it is.
    fn pointed(&self, event: MouseEvent) -> Option<Message> {
        match event.kind {
            MouseEventKind::ScrollDown => Some(Message::Wheel(1)),
            MouseEventKind::ScrollUp => Some(Message::Wheel(-1)),
            MouseEventKind::Down(MouseButton::Left) => {
                view::target(&self.state, self.theme(), (event.column, event.row)).map(Message::Clicked)
            }
            _ => None,
        }
    }

    fn theme(&self) -> &Theme {
        &self.themes[self.state.theme.min(self.themes.len() - 1)]
    }

    /// Takes a message; returns whether the console ends.
    fn take(
        &mut self,
        message: Message,
        effects: &mut Effects,
        screen: &mut Screen,
    ) -> Result<bool, ConsoleError> {
        if matches!(message, Message::Resized(..)) && !self.hung_up {
            screen.clear().or_else(|error| self.lost(error))?;
        }
        if matches!(message, Message::Opened(Ok(_))) {
            fault::here("update");
        }
        let mut asked = Vec::new();
        if !matches!(message, Message::Clock(_)) {
            asked.extend(update(&mut self.state, Message::Clock(Timestamp::now())));
        }
        asked.extend(update(&mut self.state, message));
        for effect in asked {
            if effects.run(effect, screen)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The terminal does not take anything any more. While something is being removed, that is no reason to
    /// let go of it.
    fn lost(&mut self, error: std::io::Error) -> Result<(), ConsoleError> {
        if is_applying(&self.state) {
            self.hung_up = true;
            return Ok(());
        }
        Err(error.into())
    }

    fn draw(&mut self, screen: &mut Screen) -> Result<(), ConsoleError> {
        if self.hung_up {
            return Ok(());
        }
        let theme = self.theme();
        let mut extent = None;
        let drawn = screen.draw(|frame| extent = Some(view::draw(&self.state, theme, frame)));
        if let Err(error) = drawn {
            return self.lost(error);
        }
        if let Some(extent) = extent {
            update(&mut self.state, Message::Drawn(extent));
        }
        Ok(())
    }
}

fn is_applying(state: &State) -> bool {
    matches!(&state.stage, Stage::Open(desk) if matches!(desk.cleanup, Cleanup::Run(_)))
}

fn understood(event: Event) -> Woken {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Woken::Message(Message::Key(key)),
        Event::Paste(text) => Woken::Message(Message::Paste(text)),
        Event::Mouse(event) => Woken::Mouse(event),
        Event::Resize(width, height) => Woken::Message(Message::Resized(width, height)),
        _ => Woken::Nothing,
    }
}
