//! The shipped declarations, as tests may use them.

/// A declaration without its health checks: tests contact nobody but the engine that they are pointed at.
pub(crate) fn without_health(text: &str) -> String {
    let mut inside = false;
    let kept = text.split_inclusive('\n').filter(|line| {
        if !line.starts_with([' ', '#', '\n']) {
            inside = line.starts_with("health:");
        }
        !inside
    });
    let kept: String = kept.collect();
    assert!(!kept.contains("http: \"http") && kept.contains("protected:"), "{kept}");
    kept
}
