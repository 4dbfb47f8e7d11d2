//! Düken.
