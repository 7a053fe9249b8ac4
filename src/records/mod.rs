//! What the steward writes down.
