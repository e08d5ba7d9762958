//! Where things lie: what is published, and what is remembered.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Address, written_as_string};

/// Where feeds are published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// `dir:PATH` or just a path.
    Directory(PathBuf),
    /// `s3://BUCKET/PREFIX`, `gs://…`, `az://CONTAINER/PREFIX`.
    Bucket(BucketAddress),
}

/// A bucket and the folder in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketAddress {
    pub provider: Provider,
    pub bucket: String,
    /// Without slashes at its ends; empty for the whole bucket.
    pub prefix: String,
}

/// Whose interface a bucket has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// Amazon S3 and all that speak its language: MinIO, Garage, R2, B2, …
    S3,
    GoogleCloud,
    Azure,
}

impl Provider {
    const ALL: [Provider; 3] = [Provider::S3, Provider::GoogleCloud, Provider::Azure];

    /// How its addresses begin.
    pub fn scheme(self) -> &'static str {
        match self {
            Provider::S3 => "s3",
            Provider::GoogleCloud => "gs",
            Provider::Azure => "az",
        }
    }
}

impl FromStr for Target {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Target::Directory(PathBuf::from(text.strip_prefix("dir:").unwrap_or(text))));
        };
        let Some(provider) = Provider::ALL.into_iter().find(|provider| provider.scheme() == scheme) else {
            return Err(format!(
                "`{scheme}://` is no place feeds can be published to; name a directory, or a bucket as `s3://`, `gs://` or `az://`"
            ));
        };
        if !cfg!(feature = "buckets") {
            return Err(format!("this build of ressort cannot publish to `{scheme}://`; {}", with_feature("buckets")));
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains(['?', '#', '@']) {
            return Err(format!("`{text}` names no bucket; write `{scheme}://BUCKET` or `{scheme}://BUCKET/FOLDER`"));
        }
        let prefix = prefix.trim_matches('/').to_owned();
        Ok(Target::Bucket(BucketAddress { provider, bucket: bucket.to_owned(), prefix }))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Directory(path) => write!(f, "dir:{}", path.display()),
            Target::Bucket(address) => write!(f, "{address}"),
        }
    }
}

impl fmt::Display for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.provider.scheme(), self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

written_as_string!(Target, "Target", {"type": "string", "description": "a directory or a bucket", "examples": ["dir:/var/www/feeds", "s3://my-feeds/politics"]});

/// How a bucket is written to. Keys and regions are not written here but come from the environment
/// or the machine, by the names that the provider's own tools use (`AWS_ACCESS_KEY_ID`,
/// `GOOGLE_SERVICE_ACCOUNT`, `AZURE_STORAGE_ACCOUNT_KEY`, …).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BucketSettings {
    /// The address of a server of one's own that speaks S3, such as `http://127.0.0.1:9000/`.
    pub endpoint: Option<Address>,
    pub encoding: BucketEncoding,
}

/// How objects are stored. A bucket hands every reader the same bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BucketEncoding {
    /// As they are: right behind a CDN that compresses, and for readers that cannot decompress.
    #[default]
    Identity,
    /// Compressed, with `Content-Encoding: gzip`: a fifth of the storage and traffic. All known
    /// feed readers and browsers take it; `curl` needs `--compressed`.
    Gzip,
}

/// What is remembered between runs lies here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StateAddress {
    /// `sqlite:PATH` or just a path.
    Sqlite(PathBuf),
    /// `postgres://USER:PASSWORD@HOST/DATABASE`, as `libpq` reads it.
    #[cfg(feature = "postgres")]
    Postgres(url::Url),
}

impl FromStr for StateAddress {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            #[cfg(not(feature = "postgres"))]
            return Err(format!("this build of ressort knows no PostgreSQL; {}", with_feature("postgres")));
            // The address may hold a password: it is not repeated.
            #[cfg(feature = "postgres")]
            return url::Url::parse(text)
                .map(StateAddress::Postgres)
                .map_err(|error| format!("the address of the PostgreSQL database is none: {error}"));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        match path.split_once("://") {
            Some((scheme, _)) => Err(format!(
                "`{scheme}://` is no place for the state; name a SQLite file, or a database as `postgres://…`"
            )),
            None => Ok(StateAddress::Sqlite(PathBuf::from(path))),
        }
    }
}

/// Without the password.
impl fmt::Display for StateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateAddress::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            #[cfg(feature = "postgres")]
            StateAddress::Postgres(url) => {
                let database = url.path().trim_start_matches('/');
                write!(f, "{}://{}/{database}", url.scheme(), url.host_str().unwrap_or_default())
            }
        }
    }
}

written_as_string!(StateAddress, "State", {"type": "string", "description": "a SQLite file or a PostgreSQL database", "examples": ["sqlite:ressort.db", "postgres://ressort@db.example.org/ressort"]});

fn with_feature(feature: &str) -> String {
    format!("install it with `cargo install --path . --features {feature}`, or `full` for everything")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "buckets")]
    #[test]
    fn reads_buckets() {
        for (text, want) in [
            ("s3://feeds", "s3://feeds"),
            ("s3://feeds/politics/", "s3://feeds/politics"),
            ("gs://feeds//a/b", "gs://feeds/a/b"),
            ("az://container/x", "az://container/x"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), want);
        }
        for wrong in ["s3://", "s3:///feeds", "ftp://feeds"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn never_shows_a_password() {
        let address: StateAddress = "postgres://me:secret@db.example.org:5433/feeds".parse().unwrap();
        assert_eq!(address.to_string(), "postgres://db.example.org/feeds");
    }

    #[cfg(not(feature = "full"))]
    #[test]
    fn a_missing_feature_is_named() {
        if !cfg!(feature = "buckets") {
            assert!("s3://feeds".parse::<Target>().unwrap_err().contains("--features buckets"));
        }
        if !cfg!(feature = "postgres") {
            assert!("postgres://db/feeds".parse::<StateAddress>().unwrap_err().contains("--features postgres"));
        }
    }
}
