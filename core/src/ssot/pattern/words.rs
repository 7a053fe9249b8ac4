//! Plain words and beginnings of words, asked all at once: one walk along a text finds every one that it is or
//! begins with, however many there are.

/// The node that every text begins at.
const ROOT: usize = 0;

/// A tree of bytes. Whoever adds words from their end and finds them from there has a tree of endings.
#[derive(Clone, Debug)]
pub(super) struct Words {
    nodes: Vec<Node>,
    /// The node behind each first byte, the root where there is none: most texts that are asked go no further.
    first: Box<[usize; 256]>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The node behind each byte, by byte.
    next: Vec<(u8, usize)>,
    /// Which words end here.
    words: Vec<usize>,
    /// Which beginnings do.
    beginnings: Vec<usize>,
}

impl Default for Words {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], first: Box::new([ROOT; 256]) }
    }
}

impl Words {
    /// Adds a whole word.
    pub(super) fn add_word(&mut self, word: impl Iterator<Item = u8>, number: usize) {
        let node = self.node(word);
        self.nodes[node].words.push(number);
    }

    /// Adds the beginning of words.
    pub(super) fn add_beginning(&mut self, beginning: impl Iterator<Item = u8>, number: usize) {
        let node = self.node(beginning);
        self.nodes[node].beginnings.push(number);
    }

    /// Whether there is anything to be found but what begins everything.
    pub(super) const fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Tells the number of every word that the text is and of every beginning that it has.
    pub(super) fn find(&self, mut text: impl Iterator<Item = u8>, found: &mut Vec<usize>) {
        let root = &self.nodes[ROOT];
        if !root.beginnings.is_empty() {
            found.extend_from_slice(&root.beginnings);
        }
        let Some(byte) = text.next() else {
            found.extend_from_slice(&root.words);
            return;
        };
        let first = self.first[usize::from(byte)];
        if first == ROOT {
            return;
        }
        let mut node = &self.nodes[first];
        if !node.beginnings.is_empty() {
            found.extend_from_slice(&node.beginnings);
        }
        for byte in text {
            let Ok(at) = node.next.binary_search_by_key(&byte, |(byte, _)| *byte) else { return };
            node = &self.nodes[node.next[at].1];
            if !node.beginnings.is_empty() {
                found.extend_from_slice(&node.beginnings);
            }
        }
        found.extend_from_slice(&node.words);
    }

    fn node(&mut self, text: impl Iterator<Item = u8>) -> usize {
        let mut node = ROOT;
        for byte in text {
            let parent = node;
            node = match self.nodes[node].next.binary_search_by_key(&byte, |(byte, _)| *byte) {
                Ok(at) => self.nodes[node].next[at].1,
                Err(at) => {
                    self.nodes.push(Node::default());
                    let new = self.nodes.len() - 1;
                    self.nodes[node].next.insert(at, (byte, new));
                    new
                }
            };
            if parent == ROOT {
                self.first[usize::from(byte)] = node;
            }
        }
        node
    }
}
