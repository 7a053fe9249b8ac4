//! The wall: which requests a connection may send at all. Whatever the code above asks for, nothing else
//! reaches an engine.

use http::Method;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// GET and HEAD only.
    ReadOnly,
    /// Those, the six removals of the safety contract, and the session that keeps other stewards off.
    Cleanup,
    /// Those of [`ReadOnly`](Self::ReadOnly), and what a health check needs to run a command in a container:
    /// `POST /containers/ID/exec` and `POST /exec/ID/start`, with whole IDs.
    Health,
}

/// Whether the request may pass. `path` is without the API version.
pub(super) fn allows(access: Access, method: &Method, path: &str, query: Option<&str>) -> bool {
    if method == Method::GET || method == Method::HEAD {
        return true;
    }
    match access {
        Access::ReadOnly => false,
        Access::Cleanup => is_removal(method, path, query) || is_session(method, path, query),
        Access::Health => is_exec(method, path, query),
    }
}

/// The two requests that run a command in a container.
fn is_exec(method: &Method, path: &str, query: Option<&str>) -> bool {
    if method != Method::POST || !query.is_none_or(str::is_empty) {
        return false;
    }
    let exec = |path: &str| path.strip_prefix("/containers/")?.strip_suffix("/exec").map(is_full_id);
    let start = |path: &str| path.strip_prefix("/exec/")?.strip_suffix("/start").map(is_full_id);
    exec(path).or_else(|| start(path)).unwrap_or(false)
}

/// What a cleanup holds the engine by: a session, which ends with its connection.
fn is_session(method: &Method, path: &str, query: Option<&str>) -> bool {
    method == Method::POST && path == "/session" && query.is_none_or(str::is_empty)
}

/// Stop, and the unforced removal of one thing by its whole ID or exact name. No `force`, no `v`, no
/// prune, no kill: they have no spelling that passes.
fn is_removal(method: &Method, path: &str, query: Option<&str>) -> bool {
    let words: Vec<&str> = path.trim_start_matches('/').splitn(2, '/').collect();
    let [collection, rest] = words[..] else { return false };
    let bare = query.is_none_or(str::is_empty);
    match (method, collection) {
        (&Method::POST, "containers") => bare && rest.strip_suffix("/stop").is_some_and(is_full_id),
        (&Method::DELETE, "containers" | "networks") => bare && is_full_id(rest),
        (&Method::DELETE, "images") => query == Some("noprune=1") && !rest.is_empty() && rest != "prune",
        (&Method::DELETE, "volumes") => bare && !rest.is_empty() && !rest.contains('/'),
        _ => false,
    }
}

fn is_full_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The query as the Docker CLI would write it: bollard spells out every option, and `force=false` is
/// better not on the wire at all.
pub(super) fn plain_query(query: &str) -> Option<String> {
    let kept: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.ends_with("=false"))
        .map(|pair| pair.strip_suffix("=true").map_or_else(|| pair.to_owned(), |key| format!("{key}=1")))
        .collect();
    (!kept.is_empty()).then(|| kept.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_connection_only_reads() {
        let id = "a".repeat(64);
        for method in
            [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::CONNECT]
        {
            for path in
                [format!("/containers/{id}"), format!("/containers/{id}/stop"), "/volumes/x".to_owned()]
            {
                assert!(!allows(Access::ReadOnly, &method, &path, None), "{method} {path}");
            }
        }
        assert!(allows(Access::ReadOnly, &Method::GET, "/info", None));
        assert!(allows(Access::ReadOnly, &Method::HEAD, "/_ping", None));
    }

    #[test]
    fn a_cleanup_removes_in_six_ways_holds_a_session_and_does_nothing_else() {
        let id = "a".repeat(64);
        let ok = |method: &Method, path: &str, query| allows(Access::Cleanup, method, path, query);
        let (post, delete) = (Method::POST, Method::DELETE);
        assert!(ok(&post, &format!("/containers/{id}/stop"), None));
        assert!(ok(&delete, &format!("/containers/{id}"), None));
        assert!(ok(&delete, &format!("/images/sha256:{id}"), Some("noprune=1")));
        assert!(ok(&delete, "/images/mcp/github:latest", Some("noprune=1")));
        assert!(ok(&delete, "/volumes/tmp-cache", None));
        assert!(ok(&delete, &format!("/networks/{id}"), None));

        assert!(ok(&post, "/session", None));

        assert!(!ok(&post, "/session", Some("x=1")) && !ok(&delete, "/session", None));
        assert!(!allows(Access::ReadOnly, &post, "/session", None));
        assert!(!allows(Access::Health, &post, "/session", None));
        assert!(!ok(&delete, &format!("/containers/{id}"), Some("force=1")));
        assert!(!ok(&delete, &format!("/containers/{id}"), Some("v=1")));
        assert!(!ok(&delete, "/containers/tmp-debug", None), "a name follows a rename");
        assert!(!ok(&delete, "/containers/abc", None), "a prefix may mean another");
        assert!(!ok(&delete, &format!("/images/sha256:{id}"), None), "parents would go along");
        assert!(!ok(&delete, &format!("/images/sha256:{id}"), Some("noprune=1&force=1")));
        assert!(!ok(&delete, "/volumes/x", Some("force=1")));
        for path in ["containers", "images", "volumes", "networks", "build"] {
            assert!(!ok(&post, &format!("/{path}/prune"), None));
        }
        assert!(!ok(&post, &format!("/containers/{id}/kill"), None));
        assert!(!ok(&post, "/containers/create", None));
    }

    #[test]
    fn a_health_check_runs_a_command_and_does_nothing_else() {
        let id = "a".repeat(64);
        let ok = |method: &Method, path: &str, query| allows(Access::Health, method, path, query);
        let (exec, start) = (format!("/containers/{id}/exec"), format!("/exec/{id}/start"));
        assert!(ok(&Method::POST, &exec, None) && ok(&Method::POST, &start, None));
        assert!(ok(&Method::GET, &format!("/exec/{id}/json"), None));

        for access in [Access::ReadOnly, Access::Cleanup] {
            for path in [&exec, &start] {
                assert!(!allows(access, &Method::POST, path, None), "{access:?} {path}");
            }
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert!(!ok(&method, &exec, None) && !ok(&method, &start, None), "{method}");
        }
        assert!(!ok(&Method::POST, &exec, Some("x=1")), "no query");
        let refused = [
            "/containers/odoo-staging-db/exec".to_owned(),
            "/containers/abc/exec".to_owned(),
            format!("/exec/{id}/resize"),
            format!("/exec/{id}/start/x"),
            "/exec/abc/start".to_owned(),
            format!("/containers/{id}/x/exec"),
            format!("/containers/{id}/stop"),
            format!("/containers/{id}/start"),
            format!("/containers/{id}/kill"),
            "/containers/create".to_owned(),
            format!("//containers/{id}/exec"),
        ];
        for path in refused {
            assert!(!ok(&Method::POST, &path, None), "{path}");
        }
        for path in [format!("/containers/{id}"), "/volumes/x".to_owned(), format!("/networks/{id}")] {
            assert!(!ok(&Method::DELETE, &path, None), "{path}");
        }
    }

    #[test]
    fn false_is_left_unsaid() {
        assert_eq!(plain_query("force=false&noprune=true").as_deref(), Some("noprune=1"));
        assert_eq!(plain_query("v=false&force=false&link=false"), None);
    }
}
