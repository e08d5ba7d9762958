//! `ressort schema`: the JSON Schema of what people write, for editors.

use schemars::{Schema, schema_for};

use crate::cli::SchemaOf;
use crate::config::{Definition, Settings, Site};

/// The schema as it is printed.
pub fn schema(of: SchemaOf) -> Schema {
    match of {
        SchemaOf::Feed => schema_for!(Definition),
        SchemaOf::Site => schema_for!(Site),
        SchemaOf::Settings => schema_for!(Settings),
    }
}
