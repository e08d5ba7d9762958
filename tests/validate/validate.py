"""Checks directories with rss.xml, atom.xml and feed.json as readers and the W3C validator do.

The W3C's own program (https://github.com/w3c/feedvalidator) is no package; its rules that can
apply to our files are restated here. Prints findings and exits with 1 if there are any.
"""

import datetime
import email.utils
import json
import pathlib
import re
import sys
import xml.parsers.expat

import feedparser
import html5lib
import jsonschema
import lxml.etree

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
URI = re.compile(r"(https?://|urn:uuid:)[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]+$")
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d [+-]\d{4}$")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
MARKUP = re.compile(r"</(a|b|i|p|em|strong|script|span|div)>", re.I)
ELEMENTS = set("""a abbr blockquote br caption cite code dd del dl dt em figcaption figure h2 h3 h4 h5 h6 hr img
                  ins li ol p pre q strong sub sup table tbody td tfoot th thead tr ul""".split())
ATTRIBUTES = set("href rel src alt width height colspan rowspan start".split())
SIZE_LIMIT = 5_000_000

findings = []


def find(where, what):
    findings.append(f"{where}: {what}")


def check_uri(where, text):
    if not URI.match(text or ""):
        find(where, f"not an address by RFC 3986: {text!r}")


def check_text(where, text):
    """Plain text that readers may take for HTML."""
    if MARKUP.search(text):
        find(where, f"contains markup: {text!r}")
    check_characters(where, text)


def check_characters(where, text):
    bad = [c for c in text if c == "\ufffd" or "\x7f" <= c <= "\x9f" or (c < " " and c not in "\t\n")]
    if bad:
        find(where, f"bad characters {bad}")


def check_html(where, html):
    """As strictly as the W3C: the first mistake a browser would mend is a finding."""
    check_characters(where, html)
    try:
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    except html5lib.html5parser.ParseError as error:
        return find(where, f"{error} in {html[:2000]!r}")
    for element in tree.iter():
        if element.tag == "DOCUMENT_FRAGMENT":
            continue
        if element.tag not in ELEMENTS:
            find(where, f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                find(where, f"attribute {name}")
            if name in ("href", "src"):
                check_uri(where, value)


def check_bytes(where, data):
    if data.startswith(b"\xef\xbb\xbf"):
        find(where, "byte order mark")
    if b"<!DOCTYPE" in data[:1000]:
        find(where, "document type")
    if len(data) > SIZE_LIMIT:
        find(where, f"{len(data)} bytes")
    data.decode("utf-8")


def parse_xml(where, data):
    check_bytes(where, data)
    try:
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.Parse(data, True)
        return lxml.etree.fromstring(data, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    except (xml.parsers.expat.ExpatError, lxml.etree.XMLSyntaxError) as error:
        find(where, f"not well-formed: {error}")


def check_rss(where, data):
    root = parse_xml(where, data)
    if root is None:
        return
    channel = root.find("channel")
    lines = data.decode().split("\n")
    for name in ("title", "link", "description", "language"):
        if not channel.findtext(name):
            find(where, f"channel without {name}")
    if channel.find(f"{ATOM}link[@rel='self']") is None:
        find(where, "no self link")
    if (image := channel.find("image")) is not None:
        if (image.findtext("title"), image.findtext("link")) != (channel.findtext("title"), channel.findtext("link")):
            find(where, "title or link of the image differ")
        check_uri(where, image.findtext("url"))
    check_history(where, channel)
    if not int(channel.findtext("ttl")) > 0:
        find(where, "ttl")
    ids = [item.findtext("guid") for item in channel.iter("item")]
    if len(ids) != len(set(ids)):
        find(where, "guid used twice")
    plain = [*channel.iter("title", "category"), channel.find("description"), *channel.iter(f"{MEDIA}description", f"{MEDIA}credit")]
    for element in plain:
        check_text(where, element.text)
        # A line with a hexadecimal reference is what the W3C takes for "this is plain text".
        if re.search(r"&|<", element.text) and not any("&#x" in line for line in lines[element.sourceline - 1:][:1]):
            find(where, f"{element.tag}: {element.text!r} could be HTML")
    for link in channel.iter("link"):
        check_uri(where, link.text)
    for link in channel.iter(f"{ATOM}link"):
        check_uri(where, link.get("href"))
    for date in channel.iter("pubDate", "lastBuildDate"):
        if not RFC_822.match(date.text) or email.utils.parsedate_to_datetime(date.text).strftime("%a") != date.text[:3]:
            find(where, f"date {date.text}")
    for date in channel.iter(f"{ATOM}updated"):
        if not RFC_3339.match(date.text):
            find(where, f"date {date.text}")
    for item in channel.iter("item"):
        names = [child.tag for child in item]
        for once in ("title", "link", "description", "guid", "pubDate", f"{DC}creator", f"{CONTENT}encoded", f"{MEDIA}content"):
            if names.count(once) > 1:
                find(where, f"{once} twice")
        if f"{CONTENT}encoded" in names and "description" not in names[:names.index(f"{CONTENT}encoded")]:
            find(where, "content before description")
        if not (item.findtext("title") or "").strip():
            find(where, "blank title")
        check_html(where, item.findtext("description") or "")
        check_html(where, item.findtext(f"{CONTENT}encoded") or "")
        check_media(where, item, item.findtext(f"{CONTENT}encoded") or "")


def check_history(where, head):
    """Archived feeds, RFC 5005 section 4."""
    links = {link.get("rel"): link.get("href") for link in head.findall(f"{ATOM}link")}
    is_page = "/archive/" in (links.get("self") or "")
    if (head.find("{http://purl.org/syndication/history/1.0}archive") is not None) != is_page:
        find(where, "fh:archive where none belongs, or missing")
    if ("current" in links) != is_page:
        find(where, "current where none belongs, or missing")
    if "next-archive" in links and not is_page:
        find(where, "something follows the feed")


def check_media(where, item, html):
    for media in item.iter(f"{MEDIA}content"):
        check_uri(where, media.get("url"))
        images = [image.get("src") for image in html5lib.parseFragment(html, namespaceHTMLElements=False).iter("img")]
        if media.get("url") not in images:
            find(where, f"media:content is not in the content: {media.get('url')}")


def check_atom(where, data):
    root = parse_xml(where, data)
    if root is None:
        return
    if not root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        find(where, "no xml:lang")
    if root.find(f"{ATOM}link[@rel='self']") is None:
        find(where, "no self link")
    check_history(where, root)
    for parent in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            if len(parent.findall(ATOM + name)) != 1:
                find(where, f"{parent.tag} without one {name}")
    # The source of an entry has the id of another feed, and many entries may have one source.
    ids = [parent.findtext(f"{ATOM}id") for parent in [root, *root.iter(f"{ATOM}entry")]]
    if len(ids) != len(set(ids)):
        find(where, "id used twice")
    for uri in ids + [source.findtext(f"{ATOM}id") for source in root.iter(f"{ATOM}source")] + [link.get("href") for link in root.iter(f"{ATOM}link")]:
        check_uri(where, uri)
    for element in root.iter(f"{ATOM}title", f"{ATOM}summary", f"{ATOM}subtitle", f"{ATOM}name", f"{MEDIA}description", f"{MEDIA}credit"):
        if not (element.text or "").strip():
            find(where, f"blank {element.tag}")
        check_text(where, element.text or "")
    for category in root.iter(f"{ATOM}category"):
        check_text(where, category.get("term"))
    for date in root.iter(f"{ATOM}updated", f"{ATOM}published"):
        if not RFC_3339.match(date.text):
            find(where, f"date {date.text}")
    for entry in root.iter(f"{ATOM}entry"):
        html = entry.findtext(f"{ATOM}content")
        if html is None and entry.find(f"{ATOM}summary") is None:
            find(where, "neither content nor summary")
        check_html(where, html or "")
        check_media(where, entry, html or "")


def check_json(where, data, schema):
    check_bytes(where, data)
    feed = json.loads(data)
    for error in jsonschema.Draft7Validator(schema).iter_errors(feed):
        find(where, f"{error.message} at {list(error.path)}")
    if next(iter(feed)) != "version":
        find(where, "version is not first")
    if "authors" in feed:
        find(where, "authors of the feed")
    ids = [item["id"] for item in feed["items"]]
    if len(ids) != len(set(ids)):
        find(where, "id used twice")
    for item in feed["items"]:
        for name in ("url", "external_url", "image"):
            if name in item:
                check_uri(where, item[name])
        check_html(where, item["content_html"])
        for text in [item.get("title", ""), item.get("summary", ""), *item.get("tags", [])]:
            check_text(where, text)
    return feed


def check_readers(directory, feed):
    """feedparser must see in both XML formats what the JSON Feed says."""
    wanted = [(item["id"], item["url"], item["content_html"]) for item in feed["items"]]
    for name in ("rss.xml", "atom.xml"):
        where = f"{directory.name}/{name}"
        parsed = feedparser.parse((directory / name).read_bytes(), sanitize_html=False, resolve_relative_uris=False)
        if parsed.bozo:
            find(where, f"feedparser: {parsed.bozo_exception}")
        seen = [(entry.id, entry.link, entry.content[0].value if "content" in entry else "") for entry in parsed.entries]
        if [id for id, _, _ in seen] != [id for id, _, _ in wanted]:
            find(where, "feedparser sees other entries than feed.json has")
        for (id, link, html), (_, url, content) in zip(seen, wanted):
            # feedparser decides for itself whether a link is one; it trims text.
            if link != url:
                find(where, f"{id}: link {link} instead of {url}")
            if html.strip() != content.strip():
                find(where, f"{id}: content {html!r}\ninstead of {content!r}")
        for entry, item in zip(parsed.entries, feed["items"]):
            compare(where, entry, item)


def compare(where, entry, item):
    for name, date in (("published_parsed", item["date_published"]), ("updated_parsed", item["date_modified"])):
        want = datetime.datetime.fromisoformat(date).astimezone(datetime.timezone.utc).timetuple()[:6]
        if entry.get(name) is None or tuple(entry[name][:6]) != want:
            find(where, f"{item['id']}: {name} {entry.get(name)} instead of {date}")
    if item.get("title") and entry.title != item["title"]:
        find(where, f"title {entry.title!r} instead of {item['title']!r}")
    tags = [tag.term for tag in entry.get("tags", [])]
    if tags != item.get("tags", []):
        find(where, f"{item['id']}: tags {tags}")
    names = [author["name"] for author in item.get("authors", [])]
    seen = [author.get("name") for author in entry.get("authors", [])]
    if names and seen not in (names, [", ".join(names)]):
        find(where, f"{item['id']}: authors {seen} instead of {names}")


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    checks = 0
    for name in sys.argv[2:]:
        directory = pathlib.Path(name)
        read = lambda file: (directory / file).read_bytes()
        check_rss(f"{directory.name}/rss.xml", read("rss.xml"))
        check_atom(f"{directory.name}/atom.xml", read("atom.xml"))
        feed = check_json(f"{directory.name}/feed.json", read("feed.json"), schema)
        check_readers(directory, feed)
        checks += len(feed["items"])
    for finding in findings:
        print(finding)
    print(f"{len(sys.argv) - 2} feeds, {checks} entries, {len(findings)} findings", file=sys.stderr)
    sys.exit(bool(findings))


main()
