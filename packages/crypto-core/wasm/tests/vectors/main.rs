//! Vectors: those that others publish, and those of the sealed record.
mod json;
mod official;
mod own;
