//! XPath 1.0 expressions as CSS selectors, as far as one says what the other can.
//!
//! Recipes of FreshRSS and Full-Text RSS use a small part of XPath: steps down the tree with
//! conditions on attributes. That part is translated exactly; anything else is refused with its
//! reason, because a selector that means something else would be worse than none.

/// Translates an expression.
///
/// # Errors
/// Why CSS cannot say it.
pub fn to_css(expression: &str) -> Result<String, String> {
    let paths: Vec<String> =
        split(expression.trim(), "|").into_iter().map(|part| path(part.trim())).collect::<Result<_, _>>()?;
    Ok(paths.join(", "))
}

fn path(text: &str) -> Result<String, String> {
    let mut rest = text.strip_prefix('.').filter(|rest| rest.starts_with('/')).unwrap_or(text);
    if rest.is_empty() || rest == "." {
        return Err("names no element".to_owned());
    }
    if rest.starts_with(['"', '\'']) {
        return Err("is a fixed text".to_owned());
    }
    if rest.starts_with('(') {
        return Err("counts elements, which a selector cannot".to_owned());
    }
    let mut alternatives = vec![String::new()];
    let mut combinator = "";
    if !rest.starts_with('/') {
        rest = rest.strip_prefix("descendant::").unwrap_or(rest);
    }
    loop {
        if let Some(below) = rest.strip_prefix("//") {
            (rest, combinator) = (below, if combinator.is_empty() && alternatives == [""] { "" } else { " " });
        } else if let Some(child) = rest.strip_prefix('/') {
            (rest, combinator) = (child, if alternatives == [""] { "" } else { " > " });
        }
        if let Some(below) = rest.strip_prefix("descendant::") {
            (rest, combinator) = (below, if alternatives == [""] { "" } else { " " });
        }
        rest = rest.strip_prefix("child::").unwrap_or(rest);
        let end = end_of_step(rest);
        let (this, after) = rest.split_at(end);
        rest = after;
        // What follows reads a value of the element; which one is decided here.
        if this.starts_with('@') || this.starts_with("attribute::") || this == "text()" {
            return if rest.is_empty() && alternatives != [""] {
                Ok(alternatives.join(", "))
            } else {
                Err("reads a value, not an element".to_owned())
            };
        }
        let steps = step(this)?;
        alternatives = alternatives
            .iter()
            .flat_map(|before| steps.iter().map(move |step| format!("{before}{combinator}{step}")))
            .collect();
        if alternatives.len() > 16 {
            return Err("has too many alternatives".to_owned());
        }
        if rest.is_empty() {
            return Ok(alternatives.join(", "));
        }
    }
}

/// One step with its conditions, in as many versions as its `or`s make.
fn step(text: &str) -> Result<Vec<String>, String> {
    let name_end = text.find('[').unwrap_or(text.len());
    let name = text[..name_end].trim();
    if let Some((axis, _)) = name.split_once("::") {
        return Err(format!("goes along `{axis}::`, which a selector cannot"));
    }
    let is_name = name == "*" || !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_name {
        return Err(format!("has the step `{name}`, which a selector cannot express"));
    }
    let mut versions = vec![if name == "*" && name_end < text.len() { String::new() } else { name.to_owned() }];
    let mut rest = text[name_end..].trim();
    while let Some(inside) = rest.strip_prefix('[') {
        let end = matching(inside, '[', ']').ok_or("has a bracket that is not closed")?;
        let conditions = any(&inside[..end])?;
        versions = versions
            .iter()
            .flat_map(|before| conditions.iter().map(move |condition| format!("{before}{condition}")))
            .collect();
        rest = inside[end + 1..].trim();
    }
    match rest.is_empty() {
        true => Ok(versions),
        false => Err(format!("has `{rest}` behind a step")),
    }
}

/// A condition in its alternatives.
fn any(text: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for alternative in split(text, " or ") {
        let parts: Vec<String> = split(alternative, " and ").into_iter().map(condition).collect::<Result<_, _>>()?;
        all.push(parts.concat());
    }
    Ok(all)
}

fn condition(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let alternatives = any(inside)?;
        return match &alternatives[..] {
            [only] => Ok(only.clone()),
            _ => Ok(format!(":is({})", alternatives.join(", "))),
        };
    }
    if let Some(inside) = call(text, "not") {
        let alternatives = any(inside)?;
        return Ok(alternatives.iter().map(|alternative| format!(":not({alternative})")).collect());
    }
    if let Some((attribute, value)) = call(text, "contains").and_then(arguments) {
        // The idiom for one class among several.
        let squeezed: String = attribute.chars().filter(|c| !c.is_whitespace() || *c == ' ').collect();
        let is_idiom = squeezed.replace(' ', "").replace('"', "'") == "concat('',normalize-space(@class),'')"
            || squeezed.replace(' ', "").replace('"', "'") == "concat('',@class,'')";
        if is_idiom && value.starts_with(' ') && value.ends_with(' ') {
            return Ok(format!("[class~={}]", quoted(value.trim())));
        }
        return Ok(format!("[{}*={}]", attribute_name(attribute)?, quoted(&value)));
    }
    if let Some((attribute, value)) = call(text, "starts-with").and_then(arguments) {
        return Ok(format!("[{}^={}]", attribute_name(attribute)?, quoted(&value)));
    }
    if let Some(inside) = text.strip_prefix("string-length(") {
        let (attribute, rest) = inside.split_once(')').ok_or("has a bracket that is not closed")?;
        if rest.replace(' ', "") == ">0" {
            return Ok(format!("[{}]:not([{0}=\"\"])", attribute_name(attribute)?));
        }
    }
    if let Some((attribute, value)) = text.split_once("!=") {
        let value = literal(value).ok_or("compares with something that is no text")?;
        return Ok(format!("[{}]:not([{0}={}])", attribute_name(attribute)?, quoted(&value)));
    }
    if let Some((attribute, value)) = text.split_once('=') {
        let value = literal(value).ok_or("compares with something that is no text")?;
        return Ok(format!("[{}={}]", attribute_name(attribute)?, quoted(&value)));
    }
    if text.starts_with('@') {
        return Ok(format!("[{}]", attribute_name(text)?));
    }
    match text.parse::<u32>().is_ok() || text.contains("last()") || text.contains("position()") {
        true => Err("counts elements, which a selector cannot".to_owned()),
        false => Err(format!("has the condition `{text}`, which a selector cannot express")),
    }
}

fn attribute_name(text: &str) -> Result<&str, String> {
    let name = text.trim().strip_prefix('@').unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_name { Ok(name) } else { Err(format!("looks at `{}`, which a selector cannot", text.trim())) }
}

fn call<'a>(text: &'a str, function: &str) -> Option<&'a str> {
    text.strip_prefix(function)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// `@class, 'teaser'`
fn arguments(text: &str) -> Option<(&str, String)> {
    let parts = split(text, ",");
    // The commas of a function in the first argument are its own.
    let (last, first) = parts.split_last()?;
    let attribute = &text[..first.iter().map(|part| part.len() + 1).sum::<usize>().checked_sub(1)?];
    Some((attribute.trim(), literal(last)?))
}

fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.strip_prefix(quote)?.strip_suffix(quote).map(str::to_owned)
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The end of a step: the next slash outside brackets and quotes.
fn end_of_step(text: &str) -> usize {
    split(text, "/").first().map_or(text.len(), |first| first.len())
}

/// Where the bracket closes that was opened before `text`.
fn matching(text: &str, open: char, close: char) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open_quote), c) if c == open_quote => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c == open => depth += 1,
            (None, c) if c == close && depth == 0 => return Some(at),
            (None, c) if c == close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Splits outside brackets and quotes.
fn split<'a>(text: &'a str, at: &str) -> Vec<&'a str> {
    let (mut parts, mut begin, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth -= 1,
            (None, _) if depth == 0 && index >= begin && text[index..].starts_with(at) => {
                parts.push(&text[begin..index]);
                begin = index + at.len();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Css;

    #[test]
    fn says_in_css_what_css_can_say() {
        let check = |expression: &str, css: &str| {
            assert_eq!(to_css(expression).as_deref(), Ok(css), "{expression}");
            css.parse::<Css>().unwrap();
        };
        check("//div[@class=\"news-item\"]", "div[class=\"news-item\"]");
        check("descendant::h2", "h2");
        check("descendant::a/@href", "a");
        check("descendant::a[string-length(@href)>0]/@href", "a[href]:not([href=\"\"])");
        check("//div[@id = 'id-Article-body']", "div[id=\"id-Article-body\"]");
        check("//article//p[contains(@class, 'lead')]", "article p[class*=\"lead\"]");
        check("//*[contains(concat(' ', normalize-space(@class), ' '), ' teaser ')]", "[class~=\"teaser\"]");
        check("//main/article | //section[@data-a]", "main > article, section[data-a]");
        check("./h3/a", "h3 > a");
        check(".//time/@datetime", "time");
        check("//div[@class='a' or @id='b']/p", "div[class=\"a\"] > p, div[id=\"b\"] > p");
        check("//div[@class='a' and not(@hidden)]", "div[class=\"a\"]:not([hidden])");
        check("//a[contains(@href, '/a/b,c')]", "a[href*=\"/a/b,c\"]");
        check("//span[starts-with(@class, 'x')]/text()", "span[class^=\"x\"]");
        check("//h1", "h1");
    }

    #[test]
    fn refuses_what_would_mean_something_else() {
        let check = |expression: &str, reason: &str| {
            let said = to_css(expression).unwrap_err();
            assert!(said.contains(reason), "{expression}: {said}");
        };
        check("//a[contains(@href, '/interesting/')]/ancestor::article", "ancestor::");
        check("(//p)[1]", "counts elements");
        check("//p[1]", "counts elements");
        check("//p[last()]", "counts elements");
        check("//p[text()='x']", "looks at `text()`");
        check(".", "names no element");
        check("\"Anonymous\"", "fixed text");
        check("//a[count(b)>1]", "cannot express");
        check("//a[", "not closed");
        check("", "names no element");
        check("//p/following-sibling::div", "following-sibling");
        check("@href", "reads a value");
    }
}
