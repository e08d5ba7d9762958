//! Redirects: how far, and where to, they are followed.

use url::Url;

use super::{FetchError, Follow, Page};

/// Redirects further than this are followed by nobody (browsers stop after 20).
const MOST_REDIRECTS: usize = 10;

/// The way from the address asked for to the page.
pub struct Trail {
    start: Url,
    /// The address to ask next.
    pub url: Url,
    visited: Vec<Url>,
    is_permanent: bool,
}

impl Trail {
    pub fn new(start: &Url) -> Trail {
        let url = without_secrets(start.clone());
        Trail { start: url.clone(), visited: vec![url.clone()], url, is_permanent: true }
    }

    /// Goes one hop further.
    ///
    /// # Errors
    /// When nobody should go there.
    pub fn step(&mut self, to: Url, is_permanent: bool, follow: Follow<'_>) -> Result<(), FetchError> {
        let to = without_secrets(to);
        if self.url.scheme() == "https" && to.scheme() == "http" {
            return Err(FetchError::Downgrade { url: self.start.clone() });
        }
        if self.visited.len() > MOST_REDIRECTS || self.visited.contains(&to) {
            return Err(FetchError::Redirects { url: self.start.clone() });
        }
        if !is_within(follow, &self.start, &to) {
            return Err(FetchError::Elsewhere { to });
        }
        self.is_permanent &= is_permanent;
        self.visited.push(to.clone());
        self.url = to;
        Ok(())
    }

    /// Notes on the page whether it moved for good.
    pub fn arrive(&self, mut page: Box<Page>) -> Box<Page> {
        page.moved_to = (self.is_permanent && self.visited.len() > 1).then(|| page.url.clone());
        page
    }
}

/// Without fragment, which is nobody's business, and credentials, which would be sent.
fn without_secrets(mut url: Url) -> Url {
    url.set_fragment(None);
    // Only addresses without a host cannot have their credentials taken away.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

fn is_within(follow: Follow<'_>, from: &Url, to: &Url) -> bool {
    let Follow::Site(further) = follow else { return true };
    let (from, to) = (from.host_str().unwrap_or_default(), to.host_str().unwrap_or_default());
    from == to || site_of(from).is_some_and(|site| is_below(to, site)) || further.iter().any(|host| is_below(to, host))
}

fn is_below(host: &str, site: &str) -> bool {
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Second-level names under which others are given out, where the country has two letters.
/// A list of all such names changes weekly and is 200 kB; a mistake here costs one redirect.
const SHARED_NAMES: [&str; 12] = ["ac", "asn", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org", "gv"];

/// The part of a host name that its owner registered: `example.org` of `www.example.org`.
fn site_of(host: &str) -> Option<&str> {
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return None;
    }
    let host = host.trim_end_matches('.');
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let labels = if top.len() == 2 && SHARED_NAMES.contains(&second) { 3 } else { 2 };
    let start = host.rmatch_indices('.').nth(labels - 1).map_or(0, |(at, _)| at + 1);
    Some(&host[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_hosts_belong_together() {
        fn check(want: bool, from: &str, to: &str, further: &[&str]) {
            let url = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
            let further: Vec<String> = further.iter().map(|host| (*host).to_owned()).collect();
            assert_eq!(is_within(Follow::Site(&further), &url(from), &url(to)), want, "{from} to {to}");
        }
        check(true, "www.example.org", "example.org", &[]);
        check(true, "example.org", "m.example.org", &[]);
        check(true, "www.example.co.uk", "m.example.co.uk", &[]);
        check(true, "127.0.0.1:8080", "127.0.0.1:9090", &[]);
        check(false, "www.example.co.uk", "www.other.co.uk", &[]);
        check(false, "example.org", "notexample.org", &[]);
        check(false, "www.example.org", "example.com", &[]);
        check(false, "127.0.0.1", "127.0.0.2", &[]);
        check(true, "www.example.org", "www.example.com", &["example.com"]);
        check(false, "www.example.org", "badexample.com", &["example.com"]);
    }
}
