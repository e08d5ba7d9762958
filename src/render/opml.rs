//! `feeds.opml`: all feeds in one file, as readers import them (<http://opml.org/spec2.opml>).
//!
//! One format for each feed: a reader would subscribe to every line.

use bytes::Bytes;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{FeedFile, FeedInfo, Format, Overview};
use crate::html::address;

/// Renders `feeds.opml`, the feeds in the order given. It says nothing that changes with their
/// entries.
pub fn opml(title: &str, feeds: &[Overview<'_>]) -> FeedFile {
    let mut bytes = write(title, feeds).expect("a Vec takes everything");
    bytes.push(b'\n');
    FeedFile { path: "feeds.opml".to_owned(), bytes: Bytes::from(bytes), media_type: "text/x-opml" }
}

fn write(title: &str, feeds: &[Overview<'_>]) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])))?;
    writer.write_event(Event::Start(BytesStart::new("head")))?;
    writer.create_element("title").write_text_content(BytesText::new(&super::item::plain(title)))?;
    writer.write_event(Event::End(BytesEnd::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    for feed in feeds {
        writer.write_event(Event::Empty(outline(feed.info)))?;
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))?;
    Ok(writer.into_inner())
}

fn outline(info: &FeedInfo) -> BytesStart<'static> {
    let title = info.shown_title();
    let mut outline = BytesStart::new("outline");
    outline.push_attribute(("type", "rss"));
    outline.push_attribute(("text", title.as_str()));
    outline.push_attribute(("title", title.as_str()));
    outline.push_attribute(("xmlUrl", info.link_of(Format::Rss.file_name(), "").as_str()));
    for (name, value) in
        [("htmlUrl", address(&info.home_page)), ("language", info.tag()), ("description", info.shown_description())]
    {
        if let Some(value) = value {
            outline.push_attribute((name, value.as_str()));
        }
    }
    outline
}
