//! Where in the text of an SSOT a rule is written.
//!
//! A splice adds bytes and takes none away, but where one value takes another's place: so comments, order and
//! layout cannot be lost. A layout that is not understood here is left to the author.

use std::ops::Range;

use crate::ssot::policy::EngineBinding;
use crate::ssot::tree::{Entry, Kind, Node};
use crate::ssot::{syntax, tree};

/// The text with its tree.
pub(super) struct Splice<'t> {
    text: &'t str,
    root: Node,
    newline: &'static str,
}

impl<'t> Splice<'t> {
    /// Reads the text; none if it is no SSOT's.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let root = tree::locate(text, syntax::read(text).ok()?).ok()?;
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Some(Self { text, root, newline })
    }

    /// The text with one more pattern in `safe_to_delete.patterns`.
    pub(super) fn add_safe_pattern(&self, pattern: &str) -> Option<String> {
        let quoted = quoted(pattern);
        match entry(&self.root, "safe_to_delete") {
            None => self.append(&format!("safe_to_delete:{}  patterns: [{quoted}]", self.newline)),
            Some(block) => self.push(&entry(&block.value, "patterns")?.value, &quoted),
        }
    }

    /// The text with this engine in `host.engine`.
    pub(super) fn set_engine(&self, binding: &EngineBinding) -> Option<String> {
        let Some(host) = entry(&self.root, "host") else {
            return self.append(&format!("host:{}  engine: {}", self.newline, engine(binding)));
        };
        if let Some(bound) = entry(&host.value, "engine") {
            return self.replace_engine(&bound.value, binding);
        }
        self.add_key(&host.value, &format!("engine: {}", engine(binding)))
    }

    fn replace_engine(&self, bound: &Node, binding: &EngineBinding) -> Option<String> {
        let flow = self.text.get(bound.span.clone())?;
        if flow.starts_with('{') {
            // What spans lines may hold comments.
            return if flow.contains('\n') {
                None
            } else {
                replaced(self.text, &bound.span, &engine(binding))
            };
        }
        let mut text = self.text.to_owned();
        for (key, value) in parts(binding) {
            // What was written before has moved what comes after it.
            let splice = Splice::of(&text)?;
            let bound = &entry(&entry(&splice.root, "host")?.value, "engine")?.value;
            text = match entry(bound, key) {
                Some(part) => replaced(&text, &part.value.span, &quoted(value))?,
                None => splice.add_key(bound, &format!("{key}: {}", quoted(value)))?,
            };
        }
        Some(text)
    }

    /// A list with one more item at its end.
    fn push(&self, node: &Node, item: &str) -> Option<String> {
        let Kind::List(items) = &node.kind else { return None };
        let flow = self.text.get(node.span.clone())?.starts_with('[');
        match items.last() {
            None if flow => self.insert(node.span.start + 1, item),
            Some(last) if flow => self.insert(last.span.end, &format!(", {item}")),
            Some(last) => {
                let begin = self.line_start(last.span.start);
                let lead = self.text.get(begin..last.span.start)?;
                // `    - ` and nothing else: a list in a list, or beside its key, is not understood here.
                if lead.trim() != "-" {
                    return None;
                }
                self.insert_line_after(last.span.end, &format!("{lead}{item}"))
            }
            None => None,
        }
    }

    /// A block with one more key.
    fn add_key(&self, block: &Node, pair: &str) -> Option<String> {
        let Kind::Block(entries) = &block.kind else { return None };
        let flow = self.text.get(block.span.clone())?.starts_with('{');
        match entries.last() {
            None if flow => self.insert(block.span.start + 1, pair),
            Some(last) if flow => self.insert(last.value.span.end, &format!(", {pair}")),
            Some(last) => {
                let indent = self.text.get(self.line_start(last.key_span.start)..last.key_span.start)?;
                if !indent.trim().is_empty() {
                    return None;
                }
                match last.value.kind {
                    Kind::Block(_) | Kind::List(_) => {
                        let at = self.line_start(last.key_span.start);
                        self.insert(at, &format!("{indent}{pair}{}", self.newline))
                    }
                    _ => self.insert_line_after(last.value.span.end, &format!("{indent}{pair}")),
                }
            }
            None => None,
        }
    }

    /// The text with a block of its own at its end.
    fn append(&self, block: &str) -> Option<String> {
        let newline = self.newline;
        let gap = if self.text.ends_with('\n') { "" } else { newline };
        self.insert(self.text.len(), &format!("{gap}{newline}{block}{newline}"))
    }

    /// A line after the one in which the byte before `at` stands: what is remarked beside it stays beside it.
    fn insert_line_after(&self, at: usize, line: &str) -> Option<String> {
        let end = self.text.get(..at)?.trim_end().len();
        match self.text.get(end..)?.find('\n') {
            Some(length) => self.insert(end + length + 1, &format!("{line}{}", self.newline)),
            None => self.insert(self.text.len(), &format!("{}{line}{}", self.newline, self.newline)),
        }
    }

    fn insert(&self, at: usize, text: &str) -> Option<String> {
        replaced(self.text, &(at..at), text)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
    }
}

fn replaced(text: &str, range: &Range<usize>, with: &str) -> Option<String> {
    Some(format!("{}{with}{}", text.get(..range.start)?, text.get(range.end..)?))
}

fn entry<'n>(block: &'n Node, key: &str) -> Option<&'n Entry> {
    let Kind::Block(entries) = &block.kind else { return None };
    entries.iter().find(|entry| entry.key == key)
}

/// The value of `host.engine`.
pub(super) fn engine(binding: &EngineBinding) -> String {
    let pairs: Vec<String> = parts(binding).map(|(key, value)| format!("{key}: {}", quoted(value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// What of a binding is noted, under its keys.
fn parts(binding: &EngineBinding) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("id", Some(binding.id.as_str())),
        ("name", Some(&binding.name)),
        ("root_dir", binding.root_dir.as_deref()),
        ("storage", binding.storage.as_deref()),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
}

/// A text in double quotes: JSON's escapes are YAML's too, and a quoted text is never read as anything else.
pub(in crate::ssot) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
