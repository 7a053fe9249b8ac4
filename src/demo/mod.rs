//! The simulated Docker Engine.
