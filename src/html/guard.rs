//! The one way into the HTML parser.
//!
//! html5ever is quadratic in depth, in open formatting elements and in the attributes of one
//! tag: 100,000 nested `<div>` (1.1 MB) take 115 s, 10,000 times `<b id=…><p>` (139 kB) exhaust
//! the memory (<https://github.com/servo/html5ever/issues/788>). The guard stands between the
//! tokenizer and the tree and counts as the page is read, so that such a page ends within a
//! tenth of a second: of 336 real pages the deepest had 45 levels, the largest 21,166 nodes.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::time::{Duration, Instant};

use ego_tree::{NodeId, Tree};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{TokenizerResult, local_name};
use scraper::{Html, HtmlTreeSink, Node};

use super::attributes::Count;
use super::{script, simple};

/// Small enough that the attributes of one tag cannot do much harm before they are counted: ten
/// thousand fit, and take 30 ms.
const PIECE_BYTES: usize = 32 * 1024;

const CLOCK_EVERY_BYTES: usize = 32 * 1024;

/// The nodes are counted once in so many tokens.
const COUNT_EVERY: usize = 8;

/// What a page may cost, and how much of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub size_bytes: usize,
    pub nodes: usize,
    pub depth: usize,
    /// Tags, texts and comments in the source; a million `<` are a million texts. The largest real pages have a tenth.
    pub tokens: usize,
    pub attributes: usize,
    pub attributes_of_tag: usize,
    /// Whether the text of styles and programs comes into the tree, 30 % of the bytes of a news page (of 39 MB): only a
    /// page that is to be drawn needs it.
    pub with_programs: bool,
    /// The last resort: it depends on the machine, and nothing known reaches it.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            size_bytes: 10 * 1024 * 1024,
            nodes: 200_000,
            depth: 256,
            tokens: 500_000,
            attributes: 500_000,
            attributes_of_tag: 128,
            with_programs: false,
            time: Duration::from_secs(2),
        }
    }
}

/// The page exceeds a limit; nothing of it is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooComplex {
    #[error("the page has more than {0} bytes")]
    Size(usize),
    #[error("the page has more than {0} nodes")]
    Nodes(usize),
    #[error("the page is nested deeper than {0} elements")]
    Depth(usize),
    #[error("the page has more than {0} tags and texts")]
    Tokens(usize),
    #[error("the page has more than {0} attributes")]
    Attributes(usize),
    #[error("the page has a tag with more than {0} attributes")]
    AttributesOfTag(usize),
    #[error("the page took longer than {0:?} to parse")]
    Time(Duration),
}

/// No page of 155 real ones has less for each node of its tree.
const BYTES_OF_NODE: usize = 28;

/// How many nodes a page may have: of 155 real ones, half have 1.1 for each `<`, and none has more than 1.5. Room is
/// made for them all at once, since a tree that grows is moved to memory that was not touched yet; not for many more,
/// since what is kept for a page comes behind its tree.
fn expected_nodes(text: &str) -> usize {
    let tags = memchr::memchr_iter(b'<', text.as_bytes()).count();
    (tags + tags / 2).min(text.len() / BYTES_OF_NODE)
}

/// Parses a whole document.
///
/// # Errors
/// [`TooComplex`] as soon as a limit is passed; the rest of the page is not looked at.
pub fn parse(text: &str, limits: &Limits) -> Result<Html, TooComplex> {
    if text.len() > limits.size_bytes {
        return Err(TooComplex::Size(limits.size_bytes));
    }
    let started = Instant::now();
    let mut html = Html::new_document();
    html.tree = Tree::with_capacity(Node::Document, expected_nodes(text));
    let tree = TreeBuilder::new(HtmlTreeSink::new(html), TreeBuilderOpts::default());
    let tokenizer = Tokenizer::new(Guard::new(tree, limits), TokenizerOpts::default());
    let guard = &tokenizer.sink;
    let input = BufferQueue::default();
    let mut silence = Silence::default();
    let mut start = 0;
    let mut looked_at_clock = 0;
    while start < text.len() {
        if guard.is_between.get()
            && let Some((token, length)) = simple::token(&text[start..])
        {
            guard.pass(token);
            guard.is_between.set(true);
            start += length;
        } else {
            let end = piece(text, start);
            let tokens_before = guard.tokens.get();
            guard.is_between.set(false);
            input.push_back(StrTendril::from_slice(&text[start..end]));
            // Scripts are not run, so that every interruption is answered by going on.
            while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
            let has_spoken = guard.tokens.get() != tokens_before;
            if silence.attributes(text.as_bytes(), start..end, has_spoken) > limits.attributes_of_tag {
                return Err(TooComplex::AttributesOfTag(limits.attributes_of_tag));
            }
            start = end;
            if let Some(kind) = guard.raw_text.get()
                && let Some(end) = raw_text_end(text, start, kind.end_tag())
            {
                let raw = &text[start..end];
                if limits.with_programs || kind.may_hold_data(raw) {
                    guard.pass(Token::CharacterTokens(StrTendril::from_slice(&simple::with_line_feeds(raw))));
                }
                start = end;
            }
        }
        if let Some(tripped) = guard.tripped.take() {
            return Err(tripped);
        }
        if start >= looked_at_clock + CLOCK_EVERY_BYTES {
            looked_at_clock = start;
            if started.elapsed() > limits.time {
                return Err(TooComplex::Time(limits.time));
            }
        }
    }
    tokenizer.end();
    match tokenizer.sink.tripped.take() {
        Some(tripped) => Err(tripped),
        None => Ok(tokenizer.sink.tree.sink.finish()),
    }
}

/// Where the piece ends that html5ever is given: with what may be the end of a tag, so that it is
/// known whether the tokenizer is between two tokens then.
fn piece(text: &str, start: usize) -> usize {
    let most = text.floor_char_boundary(start + PIECE_BYTES);
    memchr::memchr(b'>', &text.as_bytes()[start..most]).map_or(most, |at| start + at + 1)
}

/// What the text of an element is when it is no markup.
#[derive(Debug, Clone, Copy)]
enum RawText {
    Style,
    Program,
    /// A script with a type of its own, such as `application/ld+json` or `text/template`.
    Other,
}

impl RawText {
    fn of(tag: &Tag) -> Option<RawText> {
        let kind = || tag.attrs.iter().find(|attribute| attribute.name.local == local_name!("type"));
        match tag.name {
            local_name!("style") => Some(RawText::Style),
            local_name!("script") => Some(match kind() {
                Some(kind) if !script::is_program(&kind.value) => RawText::Other,
                _ => RawText::Program,
            }),
            _ => None,
        }
    }

    fn end_tag(self) -> &'static str {
        match self {
            RawText::Style => "</style",
            RawText::Program | RawText::Other => "</script",
        }
    }

    fn may_hold_data(self, text: &str) -> bool {
        match self {
            RawText::Style => false,
            RawText::Program => script::may_hold_data(text),
            RawText::Other => true,
        }
    }
}

/// Where a script or style ends, if the tokenizer would make nothing else of it than what it is: a
/// comment in a script may hide an end tag, and U+0000 is replaced
/// (<https://html.spec.whatwg.org/multipage/parsing.html#script-data-state>). What is kept of it is handed
/// to the tree as it stands then: scripts and styles are 47 % of the bytes of a news page (of 9.8 MB), and
/// html5ever would look at every character.
fn raw_text_end(text: &str, start: usize, end_tag: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_end = |at: &usize| {
        bytes.get(*at..*at + end_tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(end_tag.as_bytes()))
    };
    let end = memchr::memchr_iter(b'<', &bytes[start..]).map(|at| start + at).find(is_end)?;
    let raw = &bytes[start..end];
    let is_plain = memchr::memchr(b'\0', raw).is_none() && memchr::memmem::find(raw, b"<!--").is_none();
    (is_plain && end > start).then_some(end)
}

/// Inside a tag the tokenizer says nothing for as long as the tag lasts. This counts the
/// attributes meanwhile; comments and long values are silent as well, but have none.
#[derive(Default)]
struct Silence {
    /// Where the piece began in which something was said last: the tag begins there, or with
    /// the first silent piece.
    last_said: usize,
    pieces: usize,
    count: Count,
}

impl Silence {
    /// The most attributes of the tag at the end of this piece.
    fn attributes(&mut self, text: &[u8], piece: Range<usize>, has_spoken: bool) -> usize {
        if has_spoken {
            *self = Silence { last_said: piece.start, ..Silence::default() };
            return 0;
        }
        self.pieces += 1;
        if self.pieces == 1 {
            self.count.read(&text[self.last_said..piece.end], true);
        } else {
            self.count.read(&text[piece], false);
        }
        self.count.most()
    }
}

/// Passes tokens on to the tree for as long as no limit is reached.
struct Guard<'a> {
    tree: TreeBuilder<NodeId, HtmlTreeSink>,
    limits: &'a Limits,
    tokens: Cell<usize>,
    attributes: Cell<usize>,
    newest: Cell<Newest>,
    /// The raw text that begins behind the token before.
    raw_text: Cell<Option<RawText>>,
    /// Whether a tag or comment has ended, after which the tokenizer reads what comes as texts and
    /// tags again.
    is_between: Cell<bool>,
    tripped: RefCell<Option<TooComplex>>,
}

impl<'a> Guard<'a> {
    fn new(tree: TreeBuilder<NodeId, HtmlTreeSink>, limits: &'a Limits) -> Guard<'a> {
        Guard {
            tree,
            limits,
            tokens: Cell::new(0),
            attributes: Cell::new(0),
            newest: Cell::default(),
            raw_text: Cell::new(None),
            is_between: Cell::new(false),
            tripped: RefCell::new(None),
        }
    }

    /// Passes a token on that the tokenizer did not make.
    fn pass(&self, token: Token) {
        let result = self.process_token(token, 0);
        debug_assert!(!matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext));
    }

    fn trip(&self, why: TooComplex) {
        self.tripped.borrow_mut().get_or_insert(why);
    }

    fn count_attributes(&self, of_tag: usize) {
        if of_tag > self.limits.attributes_of_tag {
            self.trip(TooComplex::AttributesOfTag(self.limits.attributes_of_tag));
        }
        self.attributes.set(self.attributes.get() + of_tag);
        if self.attributes.get() > self.limits.attributes {
            self.trip(TooComplex::Attributes(self.limits.attributes));
        }
    }

    fn count_nodes(&self) {
        if self.tree.sink.0.borrow().tree.nodes().len() > self.limits.nodes {
            self.trip(TooComplex::Nodes(self.limits.nodes));
        }
    }

    /// Looks how deep the element lies that a start tag made; it is the newest node then. (At
    /// another time the newest node says nothing: a comment behind `</body>` is a shallow one,
    /// however deep the page is nested.) Formatting elements that the parser opens again for a
    /// text can double the depth, since as many of them as are allowed may be open.
    fn measure_depth(&self) {
        let html = self.tree.sink.0.borrow();
        let Some(node) = html.tree.nodes().next_back() else { return };
        let id = Some(node.id());
        let parent = node.parent().map(|parent| parent.id());
        let last = self.newest.get();
        // Most elements are sisters or daughters of the one before.
        let depth = match parent {
            None => 0,
            _ if parent == last.parent => last.depth,
            _ if parent == last.id => last.depth + 1,
            _ => node.ancestors().take(self.limits.depth + 1).count(),
        };
        self.newest.set(Newest { id, parent, depth });
        if depth > self.limits.depth {
            self.trip(TooComplex::Depth(self.limits.depth));
        }
    }
}

/// Where the element lies that was made last.
#[derive(Debug, Clone, Copy, Default)]
struct Newest {
    id: Option<NodeId>,
    parent: Option<NodeId>,
    depth: usize,
}

impl TokenSink for Guard<'_> {
    type Handle = NodeId;

    #[inline]
    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
        if self.tripped.borrow().is_some() {
            return TokenSinkResult::Continue;
        }
        let is_start = match &token {
            // Errors inside a tag must not make it look as if the tag had ended.
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::TagToken(tag) => {
                self.count_attributes(tag.attrs.len());
                tag.kind == TagKind::StartTag
            }
            _ => false,
        };
        let tokens = self.tokens.get() + 1;
        self.tokens.set(tokens);
        if tokens > self.limits.tokens {
            self.trip(TooComplex::Tokens(self.limits.tokens));
        }
        let raw_text = match &token {
            Token::TagToken(tag) if is_start => RawText::of(tag),
            _ => None,
        };
        let is_text = matches!(token, Token::CharacterTokens(_) | Token::NullCharacterToken | Token::EOFToken);
        let result = self.tree.process_token(token, line_number);
        let is_raw = matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext);
        self.raw_text.set(raw_text.filter(|_| is_raw));
        self.is_between.set(!is_text && !is_raw);
        if tokens.is_multiple_of(COUNT_EVERY) {
            self.count_nodes();
        }
        if is_start {
            self.measure_depth();
        }
        result
    }

    fn end(&self) {
        self.tree.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.tree.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<(), TooComplex>) {
        let got = parse(text, &Limits::default()).map(|_| ());
        assert_eq!(got, want, "{}…", &text[..text.floor_char_boundary(40)]);
    }

    #[test]
    fn lets_real_pages_pass() {
        check("", Ok(()));
        check("<p>Grüße</p>", Ok(()));
        check(&"<p>ü</p>".repeat(20_000), Ok(()));
        // What looks long or many but is not: a value, a comment, a script, a style.
        let words = "{\"a\": 1, \"b\": \"<p class=x>\"} ".repeat(20_000);
        check(&format!("<div data-state='{words}'>a</div>"), Ok(()));
        check(&format!("<div><!-- {words} --></div>"), Ok(()));
        check(&format!("<script>{words}</script><style>{words}</style>"), Ok(()));
        let attributes: String = (0..120).map(|i| format!(" data-a{i}='a value of some length'")).collect();
        check(&format!("<div{attributes}>"), Ok(()));
    }

    #[test]
    fn keeps_data_and_no_programs() {
        let kept = |page: &str| {
            let html = parse(page, &Limits::default()).unwrap();
            let all = parse(page, &Limits { with_programs: true, ..Limits::default() }).unwrap();
            assert_eq!(all.tree, Html::parse_document(page).tree, "{page}");
            html.tree == all.tree
        };
        assert!(kept("<script type=application/ld+json>a{b}</script><p>c"));
        assert!(kept("<script>window.__STATE__ = {\"a\": 1}</script>"));
        assert!(kept("<svg><style>a</style></svg>"), "that is markup");
        assert!(!kept("<style>a{b:c}</style><p>d"));
        assert!(!kept("<script>a(b)</script>"));
        assert!(!kept("<script type=Text/JavaScript>a(b)</script>"));
        let html = parse("<p>a<script>b()</script>c<style>d</style>e", &Limits::default()).unwrap();
        let texts: String = html.root_element().text().collect();
        assert_eq!(texts, "ace");
    }

    #[test]
    fn reads_what_html5ever_reads() {
        let page = "<!doctype html><title>a</title><body><p>b<b>c<p>d</b>e<table>f<tr><td>g</table></body><!--h-->";
        let ours = parse(page, &Limits::default()).unwrap();
        assert_eq!(ours.html(), Html::parse_document(page).html());
        assert_eq!(ours.quirks_mode, Html::parse_document(page).quirks_mode);
    }

    #[test]
    fn reads_simple_tags_as_html5ever_does() {
        let pieces = [
            "<p>",
            "</p>",
            "<p class=a>",
            "<p class='a b' id=\"c\">",
            "<p a a=b>",
            "<p a = b>",
            "<p a/>",
            "<br/>",
            "<br / >",
            "<a href=/x/>",
            "<a href=/x/ b>",
            "<a href='x?a=1&amp;b=2&b=3'>",
            "<a title=\"&quot;&#39;&nbsp;\">",
            "<a x=&lt>",
            "<A>",
            "</A >",
            "</p x>",
            "</>",
            "<>",
            "< p>",
            "<p",
            "<1>",
            "<p\n\tx\r\ny='\r\n\r'>",
            "<p a='b'c='d'>",
            "<p a=\"b>",
            "<p a='<b>'>",
            "<x-y z:w=1 @click='a' :b=c>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<b>",
            "<i>",
            "</b>",
            "<li>",
            "<svg>",
            "<path d='M0 0'/>",
            "<title>",
            "</title>",
            "</svg>",
            "<math>",
            "<mi>",
            "<![CDATA[ <p> ]]>",
            "<!-- <p> -->",
            "<!-->",
            "<!doctype html>",
            "<?xml?>",
            "<textarea>",
            "</textarea>",
            "<pre>",
            "\n",
            "a",
            " ",
            "ü",
            "&",
            "&amp;",
            "&amp",
            "&auml;x",
            "&notit;",
            "a\r\nb",
            "\0",
            "<script>",
            "</script>",
            "<style>",
            "</style>",
            "<noscript>",
            "</noscript>",
            "<template>",
            "</template>",
            "<select>",
            "<option>",
            "</select>",
            "<form>",
            "<input value=1>",
            "<body a=b>",
            "<html c>",
            "<head>",
            "</head>",
            "</body>",
            "</html>",
            "<frameset>",
            "<iframe>",
            "</iframe>",
            "<meta charset=utf-8>",
            "<image>",
            "<p a=b/>",
            "<p/a>",
            "<plaintext>",
            "<xmp>",
            "</xmp>",
            "<button>",
            "<h1>",
            "</h2>",
            "<nobr>",
            "<font color=red>",
        ];
        let all = Limits { with_programs: true, ..Limits::default() };
        // Linear congruential numbers (Knuth's MMIX): the same pages every time.
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            pieces[(seed >> 33) as usize % pieces.len()]
        };
        for _ in 0..4000 {
            let page: String = (0..30).map(|_| next()).collect();
            let ours = parse(&page, &all).unwrap();
            assert_eq!(ours.tree, Html::parse_document(&page).tree, "{page:?}");
        }
    }

    #[test]
    fn reads_scripts_and_styles_as_html5ever_does() {
        let raw_texts = [
            "",
            "a",
            "\na < b && c > d\r\ne\rf",
            "ü</scrip </styl <b> </ script>",
            "<script>a</script",
            "<!-- <script> </script> --> b",
            "<!-- a </script b> c",
            "a\0b",
            "a</SCRIPT x='>'>b</STYLE\n>c",
        ];
        let around = [
            ("<p>a<script>", "</script>b"),
            ("<Script a='>' b=\">\">", "</sCript >b<style>c</style>"),
            ("<style media=x>", "</style><p>b"),
            ("<svg><style>", "</style><script>b</script></svg>"),
            ("<title><script>", "</script></title>b"),
            ("<!-- <script>", "</script> -->b"),
            ("<p title='<script>'>", "</script>'>b"),
            ("<noscript><style>", "</style></noscript><textarea><script>a</textarea>"),
            ("<template><script>", "</script></template><plaintext><script>a</script>"),
            ("<table><script>", "</script><tr><td>b"),
            ("<script>", ""),
            ("<style", "</style>b"),
        ];
        for (before, after) in around {
            for raw in raw_texts {
                let page = format!("{before}{raw}{after}");
                let ours = parse(&page, &Limits { with_programs: true, ..Limits::default() }).unwrap();
                assert_eq!(ours.tree, Html::parse_document(&page).tree, "{page}");
            }
        }
    }

    #[test]
    fn stops_hostile_pages() {
        let limits = Limits::default();
        let depth = Err(TooComplex::Depth(limits.depth));
        let nodes = Err(TooComplex::Nodes(limits.nodes));
        let of_tag = Err(TooComplex::AttributesOfTag(limits.attributes_of_tag));
        let numbered = |count, make: &dyn Fn(usize) -> String| (0..count).map(make).collect::<String>();
        check(&"<div>".repeat(100_000), depth.clone());
        check(&"<div></body><!---->".repeat(10_000), depth.clone());
        check(&"<ul><li>".repeat(20_000), depth.clone());
        check(&"<table><tr><td>".repeat(20_000), depth.clone());
        check(&numbered(20_000, &|i| format!("<font size={i}>")), depth.clone());
        check(&format!("<svg>{}", "<g>".repeat(60_000)), depth.clone());
        // Different ids keep the parser from folding equal formatting elements.
        check(&numbered(10_000, &|i| format!("<b id={i}><p>")), depth);
        let reopened = numbered(200, &|i| format!("<b id={i}>"));
        check(&format!("<p>{reopened}{}", "</p><p>a".repeat(3000)), nodes.clone());
        check(&"<i>a</i>".repeat(300_000), nodes.clone());
        check(&"<!-->".repeat(300_000), nodes.clone());
        check(&format!("a{}", "</p>".repeat(300_000)), nodes);
        check(&format!("<a{}>", numbered(200_000, &|i| format!(" a{i}=b"))), of_tag.clone());
        check(&format!("<a{}>", numbered(200_000, &|i| format!(" a{i}"))), of_tag.clone());
        check(&format!("<a x='<b y=\" '{}>", numbered(200_000, &|i| format!(" a{i}"))), of_tag.clone());
        check(&format!("<a{}>", numbered(300, &|i| format!(" a{i}"))).repeat(2000), of_tag);
        let many = format!("<a{}>", numbered(100, &|i| format!(" a{i}")));
        check(&many.repeat(5001), Err(TooComplex::Attributes(limits.attributes)));
        check(&"<".repeat(10 << 20), Err(TooComplex::Tokens(limits.tokens)));
        check(&" ".repeat(11 << 20), Err(TooComplex::Size(limits.size_bytes)));
    }
}
