//! How many attributes a tag has that is still being read.
//!
//! The tokenizer compares each attribute with all before it, and says nothing until the tag
//! ends: two hundred thousand attributes (1.9 MB) take ten seconds. Where it began is not known
//! either, for a `<` can stand in the value of an attribute as well. So every `<` is followed
//! that may have been the beginning, all at once: what matters after each byte is only which
//! states are possible and the most attributes there can be in each.

/// Where in a tag a byte stands (HTML standard, 13.2.5.32 to 13.2.5.39, in short).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Opened,
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted,
    SingleQuoted,
    Unquoted,
}

impl State {
    /// The state after a byte, or `None` where the tag ends or is none.
    fn after(self, byte: u8) -> Option<State> {
        let is_space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
        match (self, byte) {
            (State::Quoted, b'"') | (State::SingleQuoted, b'\'') => Some(State::BeforeName),
            (State::Quoted | State::SingleQuoted, _) => Some(self),
            (State::Opened, b'/') => Some(State::Opened),
            (State::Opened, _) => byte.is_ascii_alphabetic().then_some(State::TagName),
            (_, b'>') => None,
            (State::Unquoted, _) => Some(if is_space { State::BeforeName } else { self }),
            (State::TagName | State::BeforeName, b'/') => Some(State::BeforeName),
            (State::TagName, _) => Some(if is_space { State::BeforeName } else { self }),
            (State::Name | State::AfterName, b'/') => Some(State::BeforeName),
            (State::Name | State::AfterName, b'=') => Some(State::BeforeValue),
            (State::Name | State::AfterName, _) if is_space => Some(State::AfterName),
            (State::BeforeName | State::BeforeValue, _) if is_space => Some(self),
            (State::BeforeName | State::Name | State::AfterName, _) => Some(State::Name),
            (State::BeforeValue, b'"') => Some(State::Quoted),
            (State::BeforeValue, b'\'') => Some(State::SingleQuoted),
            (State::BeforeValue, _) => Some(State::Unquoted),
        }
    }
}

/// The most attributes the current tag can have, by the states it can be in.
#[derive(Debug, Default)]
pub struct Count {
    possible: Vec<(State, usize)>,
    /// Only to keep its memory.
    next: Vec<(State, usize)>,
}

impl Count {
    /// Reads on. A tag may begin at any `<` while `may_begin`, that is, before the tokenizer
    /// fell silent.
    pub fn read(&mut self, bytes: &[u8], may_begin: bool) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let boring = self.boring(rest, may_begin);
            rest = &rest[boring..];
            let Some((&byte, after)) = rest.split_first() else { return };
            self.step(byte, may_begin);
            rest = after;
        }
    }

    /// How many bytes change nothing. Nearly all that is silent is the value of one attribute,
    /// or no tag at all.
    fn boring(&self, bytes: &[u8], may_begin: bool) -> usize {
        let end = |stops: &[u8]| bytes.iter().position(|byte| stops.contains(byte)).unwrap_or(bytes.len());
        match (self.possible.as_slice(), may_begin) {
            ([], true) => end(b"<"),
            ([], false) => bytes.len(),
            ([(State::Quoted, _)], true) => end(b"\"<"),
            ([(State::Quoted, _)], false) => end(b"\""),
            ([(State::SingleQuoted, _)], true) => end(b"'<"),
            ([(State::SingleQuoted, _)], false) => end(b"'"),
            _ => 0,
        }
    }

    fn step(&mut self, byte: u8, may_begin: bool) {
        let mut next = std::mem::take(&mut self.next);
        next.clear();
        let begun = (may_begin && byte == b'<').then_some((State::Opened, 0));
        let after = self.possible.iter().filter_map(|(state, count)| {
            let then = state.after(byte)?;
            let begins = then == State::Name && matches!(state, State::BeforeName | State::AfterName);
            Some((then, count + usize::from(begins)))
        });
        for (state, count) in after.chain(begun) {
            match next.iter_mut().find(|(known, _)| *known == state) {
                Some((_, most)) => *most = count.max(*most),
                None => next.push((state, count)),
            }
        }
        self.next = std::mem::replace(&mut self.possible, next);
    }

    /// The most attributes so far.
    pub fn most(&self) -> usize {
        self.possible.iter().map(|(_, count)| *count).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_attributes_of_a_tag_that_has_not_ended() {
        fn check(text: &str, want: usize) {
            let mut count = Count::default();
            count.read(text.as_bytes(), true);
            assert_eq!(count.most(), want, "{text}");
        }
        check("", 0);
        check("a b c", 0);
        check("< a b", 0);
        check("<div a b='1 2 3' c = \"4 5\" d=6/7 e", 5);
        check("</div a b", 2);
        check("<div a/b/c", 3);
        check("<div =a ==b", 1);
        check("<div a b>", 0);
        check("<div a='>' b", 2);
        check("<div data-x='<b y c d", 3);
        check("<div a b><p c", 1);
    }
}
