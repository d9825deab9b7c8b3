//! A line of JSON as a flat list of nodes, so that keys may stand in any order and nothing
//! recurses.

use json_event_parser::{JsonEvent, SliceJsonParser};

/// One value of the line. Children are indexes into the list.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Number(String),
    Bool(bool),
    Null,
    List(Vec<usize>),
    Object(Vec<(String, usize)>),
}

/// The line: its nodes, the outermost value first.
#[derive(Debug)]
pub(super) struct Json {
    nodes: Vec<Node>,
}

impl Json {
    pub(super) fn parse(line: &[u8]) -> Result<Json, String> {
        let mut parser = SliceJsonParser::new(line);
        let mut json = Json { nodes: Vec::new() };
        // The lists and objects around the next value, and its key if it has one.
        let mut open: Vec<usize> = Vec::new();
        let mut key = None;
        loop {
            let node = match parser.parse_next().map_err(|error| format!("not JSON: {error}"))? {
                JsonEvent::String(text) => Node::Text(text.into_owned()),
                JsonEvent::Number(text) => Node::Number(text.into_owned()),
                JsonEvent::Boolean(value) => Node::Bool(value),
                JsonEvent::Null => Node::Null,
                JsonEvent::StartArray => Node::List(Vec::new()),
                JsonEvent::StartObject => Node::Object(Vec::new()),
                JsonEvent::ObjectKey(name) => {
                    key = Some(name.into_owned());
                    continue;
                }
                JsonEvent::EndArray | JsonEvent::EndObject => {
                    open.pop();
                    continue;
                }
                JsonEvent::Eof => break,
            };
            let index = json.nodes.len();
            let nests = matches!(node, Node::List(_) | Node::Object(_));
            json.nodes.push(node);
            match open.last().and_then(|around| json.nodes.get_mut(*around)) {
                Some(Node::List(items)) => items.push(index),
                Some(Node::Object(fields)) => {
                    fields.push((key.take().unwrap_or_default(), index));
                }
                _ => {}
            }
            if nests {
                open.push(index);
            }
        }
        if json.nodes.is_empty() {
            return Err("not JSON: an empty line".to_owned());
        }
        Ok(json)
    }

    pub(super) fn node(&self, index: usize) -> &Node {
        &self.nodes[index]
    }

    /// The field `name` of the object at `index`.
    pub(super) fn field(&self, index: usize, name: &str) -> Option<&Node> {
        self.field_index(index, name).map(|index| self.node(index))
    }

    pub(super) fn field_index(&self, index: usize, name: &str) -> Option<usize> {
        match self.node(index) {
            Node::Object(fields) => {
                fields.iter().find(|(key, _)| key == name).map(|(_, index)| *index)
            }
            _ => None,
        }
    }
}
