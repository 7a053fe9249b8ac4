//! The document as a tree whose every node knows where it stands.
//!
//! Values come from `serde_yaml`, which is strict; places come from `yaml-edit`, which is lossless. Both must
//! read the same, or the file is refused: `ssot approve` edits through the second what the first obeys.

use std::collections::HashMap;
use std::ops::Range;

use yaml_edit::{AsYaml, MappingEntry, SyntaxKind, YamlFile, YamlNode};

use super::raw::Raw;
use super::syntax::Fault;

/// A value in the file.
#[derive(Debug)]
pub(super) struct Node {
    /// Its rule, such as `safe_to_delete.patterns[1]`; empty for the whole document.
    pub(super) path: String,
    /// The bytes it stands at; where nothing is written, those of its key.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Block(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// Gives the values their places.
pub(super) fn locate(text: &str, raw: Raw) -> Result<Node, Fault> {
    let parsed = YamlFile::parse(text);
    if let Some(error) = parsed.positioned_errors().first() {
        return Err(Fault::new(error.range.start as usize..error.range.end as usize, AMBIGUOUS, PLAINER));
    }
    let file = parsed.tree();
    let mut documents = file.documents();
    let (Some(document), None) = (documents.next(), documents.next()) else {
        return Err(Fault::new(0..0, AMBIGUOUS, PLAINER));
    };
    if let Some(mapping) = document.as_mapping() {
        refuse_indirection(&mapping)?;
        return Builder { text }.build(&YamlNode::Mapping(mapping), raw, String::new());
    }
    let span = document.byte_range();
    let problem = "an SSOT is a block of `key: value` lines, and this is none";
    let first = text[span.start as usize..].lines().next().map_or(0, str::len);
    Err(Fault::new(span.start as usize..span.start as usize + first, problem, "begin with `version: 1`"))
}

const AMBIGUOUS: &str = "this can be read in two ways";
const PLAINER: &str = "write it more plainly: one key a line, spaces for indentation, texts in quotes";

/// Anchors, aliases, merges and tags move meaning from one place of the file to another. A reader of an SSOT must
/// see what is protected where it is written.
fn refuse_indirection(root: &impl AsYaml) -> Result<(), Fault> {
    let Some(root) = root.as_node() else { return Ok(()) };
    for element in root.descendants_with_tokens() {
        let Some(token) = element.as_token() else { continue };
        let what = match token.kind() {
            SyntaxKind::ANCHOR => "an anchor (`&…`)",
            SyntaxKind::REFERENCE => "an alias (`*…`)",
            SyntaxKind::MERGE_KEY => "a merge key (`<<`)",
            SyntaxKind::TAG => "a tag (`!…`)",
            _ => continue,
        };
        let problem = format!("{what}, which an SSOT has no use for");
        return Err(Fault::new(token.text_range().into(), problem, "write the value where it is meant"));
    }
    Ok(())
}

fn ambiguous(span: Range<usize>) -> Fault {
    Fault::new(span, AMBIGUOUS, PLAINER)
}

struct Builder<'t> {
    text: &'t str,
}

impl Builder<'_> {
    fn build(&self, node: &YamlNode, raw: Raw, path: String) -> Result<Node, Fault> {
        let span = range(node);
        let kind = match (node, raw) {
            (YamlNode::Mapping(mapping), Raw::Block(raw)) => {
                let entries: Vec<MappingEntry> = mapping.entries().collect();
                if entries.len() != raw.len() {
                    return Err(ambiguous(span));
                }
                Kind::Block(self.block(&entries, raw, &path, &span)?)
            }
            (YamlNode::Sequence(sequence), Raw::List(raw)) => {
                let items: Vec<YamlNode> = sequence.values().collect();
                if items.len() != raw.len() {
                    return Err(ambiguous(span));
                }
                let items = items.iter().zip(raw).enumerate();
                let items = items.map(|(at, (item, raw))| self.build(item, raw, format!("{path}[{at}]")));
                Kind::List(items.collect::<Result<_, _>>()?)
            }
            (YamlNode::Scalar(scalar), Raw::Text(text)) if scalar.as_string() == text => Kind::Text(text),
            (YamlNode::Scalar(scalar), Raw::Number) => Kind::Number(scalar.value()),
            (YamlNode::Scalar(_), Raw::Bool(value)) => Kind::Bool(value),
            (YamlNode::Scalar(_), Raw::Null) => Kind::Null,
            _ => return Err(ambiguous(span)),
        };
        Ok(Node { path, span, kind })
    }

    fn block(
        &self,
        entries: &[MappingEntry],
        raw: Vec<(Raw, Raw)>,
        path: &str,
        around: &Range<usize>,
    ) -> Result<Vec<Entry>, Fault> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut block = Vec::with_capacity(entries.len());
        for (entry, (raw_key, raw_value)) in entries.iter().zip(raw) {
            let (Some(key_node), Some(value_node)) = (entry.key_node(), entry.value_node()) else {
                return Err(ambiguous(around.clone()));
            };
            let key_span = range(&key_node);
            let key = match (&key_node, raw_key) {
                (YamlNode::Scalar(scalar), Raw::Text(key)) if scalar.as_string() == key => key,
                (YamlNode::Scalar(_), Raw::Bool(_) | Raw::Number | Raw::Null) => {
                    return Err(Fault::new(
                        key_span,
                        "this key is not a word",
                        "every key is an English word",
                    ));
                }
                _ => return Err(ambiguous(key_span)),
            };
            let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if let Some(first) = seen.insert(key.clone(), key_span.start) {
                let line = line_at(self.text, first);
                let problem = format!("the key `{full}` is written twice, first in line {line}");
                return Err(Fault::new(key_span, problem, "keep one of the two"));
            }
            let mut value = self.build(&value_node, raw_value, full)?;
            if matches!(value.kind, Kind::Null) && value.span.is_empty() {
                value.span = key_span.clone();
            }
            block.push(Entry { key, key_span, value });
        }
        Ok(block)
    }
}

/// The line in which a byte stands, counted from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|&(place, _)| place < at).filter(|&(_, c)| c == '\n').count() + 1
}

fn range(node: &YamlNode) -> Range<usize> {
    let range = node.byte_range();
    range.start as usize..range.end as usize
}

impl Node {
    /// Every rule in the file with the byte where a reader looks for it: a key's value at the key, an item of a
    /// list at itself.
    pub(super) fn places(&self) -> HashMap<String, usize> {
        let mut places = HashMap::new();
        self.collect_places(&mut places);
        places
    }

    fn collect_places(&self, places: &mut HashMap<String, usize>) {
        match &self.kind {
            Kind::Block(entries) => {
                for entry in entries {
                    places.insert(entry.value.path.clone(), entry.key_span.start);
                    entry.value.collect_places(places);
                }
            }
            Kind::List(items) => {
                for item in items {
                    places.insert(item.path.clone(), item.span.start);
                    item.collect_places(places);
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
        }
    }
}
