//! A bucket: whole objects with the headers that readers need, written on condition that nobody
//! wrote meanwhile (`If-Match`, `If-None-Match`).

use std::collections::HashSet;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion,
};
use sha2::{Digest, Sha256};

use super::{PublishError, Versions};
use crate::config::{BucketAddress, BucketEncoding, BucketSettings, Provider};
use crate::digest::hex;
use crate::render::FeedFile;

/// The name of the metadata that says what was written, and that it was us.
const HASH: &str = "ressort-hash";

/// The region of servers of one's own, which have none but want one in the signature.
const SOME_REGION: &str = "us-east-1";

/// What stands at a path. Neither a tag nor a number: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    e_tag: Option<String>,
    /// Of stores that number their versions.
    number: Option<String>,
    /// What was written there, if it was us.
    hash: Option<String>,
}

/// An open bucket.
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    address: BucketAddress,
    encoding: BucketEncoding,
    /// Objects that were there when they were last asked for. Whether they still are is asked anew
    /// by the next process: a request for each feed at each refresh would cost more than the feeds.
    known: Mutex<HashSet<String>>,
}

impl Bucket {
    /// Opens the bucket with credentials from the environment; it is not asked yet.
    pub fn open(address: &BucketAddress, settings: &BucketSettings) -> Result<Bucket, PublishError> {
        // `object_store` takes the provider of TLS from the process; that there is one is all it needs.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = settings.endpoint.as_ref().map(|endpoint| endpoint.0.as_str().trim_end_matches('/').to_owned());
        let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let store: Result<Arc<dyn ObjectStore>, Error> = match address.provider {
            Provider::S3 => {
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(&address.bucket);
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
                    if std::env::var_os("AWS_REGION").or_else(|| std::env::var_os("AWS_DEFAULT_REGION")).is_none() {
                        builder = builder.with_region(SOME_REGION);
                    }
                }
                builder.build().map(|store| Arc::new(store) as _)
            }
            Provider::GoogleCloud => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(&address.bucket);
                builder.build().map(|store| Arc::new(store) as _)
            }
            Provider::Azure => {
                let mut builder = MicrosoftAzureBuilder::from_env().with_container_name(&address.bucket);
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(is_plain);
                }
                builder.build().map(|store| Arc::new(store) as _)
            }
        };
        let store = store.map_err(|error| PublishError::writing(address.to_string(), reason(&error)))?;
        Ok(Bucket { store, address: address.clone(), encoding: settings.encoding, known: Mutex::default() })
    }

    pub async fn are_published(&self, paths: &[String]) -> bool {
        for path in paths {
            if self.known().contains(path) {
                continue;
            }
            match self.version(path).await {
                Ok(version) if version != Version::default() => {}
                // A bucket that does not answer is no reason to write into it.
                Err(_) => return true,
                Ok(_) => return false,
            }
        }
        true
    }

    pub async fn versions(&self, paths: &[String]) -> Result<Versions, PublishError> {
        let mut versions = Versions::default();
        for path in paths {
            versions.0.insert(path.clone(), self.version(path).await?);
        }
        Ok(versions)
    }

    /// Writes an object if it is new or different; tells whether it was.
    pub async fn publish(&self, file: &FeedFile, versions: &Versions, max_age: Duration) -> Result<bool, PublishError> {
        let cache_control = format!("max-age={}", max_age.as_secs());
        let hash = self.hash(file, &cache_control);
        let version = match versions.0.get(&file.path) {
            Some(version) => version.clone(),
            None => self.version(&file.path).await?,
        };
        if version.hash.as_ref() == Some(&hash) {
            return Ok(false);
        }
        let mut attributes = Attributes::from_iter([
            (Attribute::ContentType, file.media_type.to_owned()),
            (Attribute::CacheControl, cache_control),
            (Attribute::Metadata(HASH.into()), hash),
        ]);
        let bytes = match self.encoding {
            BucketEncoding::Identity => file.bytes.clone(),
            BucketEncoding::Gzip => {
                attributes.insert(Attribute::ContentEncoding, "gzip".into());
                compressed(&file.bytes)
            }
        };
        let mode = match version {
            Version { e_tag: None, number: None, .. } => PutMode::Create,
            Version { e_tag, number, .. } => PutMode::Update(UpdateVersion { e_tag, version: number }),
        };
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let written = self.store.put_opts(&self.path(&file.path), bytes.into(), options).await;
        written.map_err(|error| self.error(&file.path, &error))?;
        self.known().insert(file.path.clone());
        Ok(true)
    }

    pub async fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let read = async { self.store.get(&self.path(path)).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok(Some(decompressed(bytes))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(PublishError { is_reading: true, ..self.error(path, &error) }),
        }
    }

    /// Removes an object that was written by us; tells whether it was there.
    pub async fn remove(&self, path: &str) -> Result<bool, PublishError> {
        if self.version(path).await?.hash.is_none() {
            return Ok(false);
        }
        match self.store.delete(&self.path(path)).await {
            Ok(()) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(self.error(path, &error)),
        }
        self.known().remove(path);
        Ok(true)
    }

    async fn version(&self, path: &str) -> Result<Version, PublishError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.store.get_opts(&self.path(path), options).await {
            Ok(found) => {
                self.known().insert(path.to_owned());
                let hash = found.attributes.get(&Attribute::Metadata(HASH.into()));
                Ok(Version {
                    e_tag: found.meta.e_tag,
                    number: found.meta.version,
                    hash: hash.map(|hash| hash.as_ref().to_owned()),
                })
            }
            Err(Error::NotFound { .. }) => Ok(Version::default()),
            Err(error) => Err(PublishError { is_reading: true, ..self.error(path, &error) }),
        }
    }

    /// Of everything that is written: other headers are a change as well.
    fn hash(&self, file: &FeedFile, cache_control: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{}\n{cache_control}\n{:?}\n", file.media_type, self.encoding));
        hash.update(&file.bytes);
        hex(&hash.finalize())
    }

    fn path(&self, path: &str) -> Path {
        Path::from(format!("{}/{path}", self.address.prefix))
    }

    fn error(&self, path: &str, error: &Error) -> PublishError {
        let is_conflict = matches!(error, Error::Precondition { .. } | Error::AlreadyExists { .. });
        PublishError { is_conflict, ..PublishError::writing(format!("{}/{path}", self.address), reason(error)) }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        // Only insertions and removals: a panic leaves nothing half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn compressed(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::best());
    // Writing into memory does not fail.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map_or_else(|_| Bytes::copy_from_slice(bytes), Bytes::from)
}

/// Some stores decompress on their own (<https://cloud.google.com/storage/docs/transcoding>), so
/// that the bytes say more than the header.
fn decompressed(bytes: Bytes) -> Vec<u8> {
    let mut text = Vec::new();
    match bytes.starts_with(&[0x1f, 0x8b]) && MultiGzDecoder::new(bytes.as_ref()).read_to_end(&mut text).is_ok() {
        true => text,
        false => bytes.into(),
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::NotFound { .. } => "there is no such bucket".to_owned(),
        Error::Precondition { .. } | Error::AlreadyExists { .. } => "another writer was faster".to_owned(),
        Error::PermissionDenied { .. } => "the credentials do not allow it".to_owned(),
        Error::Unauthenticated { .. } => "there are no credentials that the bucket accepts".to_owned(),
        other => innermost(other),
    }
}

/// The cause of all: the errors around it repeat it with ever more of the library's words.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
