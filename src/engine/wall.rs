//! The wall: which requests a connection may send at all. Whatever the code above asks for, nothing else
//! reaches an engine.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;

/// What a connection may do.
#[derive(Debug, Clone)]
pub(super) enum Access {
    /// GET and HEAD only.
    ReadOnly,
    /// Those, the six removals of the safety contract, and the session that keeps other stewards off.
    Cleanup,
    /// Those of [`ReadOnly`](Self::ReadOnly), and what a health check needs to run a command in a container:
    /// `POST /containers/ID/exec` and `POST /exec/ID/start`, with whole IDs.
    Health,
    /// Those of [`ReadOnly`](Self::ReadOnly), and a helper: a container under a name of the steward's own, of an empty
    /// image without a name where there is no other, that is made, filled and removed, and never started. Both are filled
    /// and removed only by the IDs under which this very connection made them.
    Helper(Made),
    /// Those of [`ReadOnly`](Self::ReadOnly), and what an undo makes. Nothing that removes, stops, fills or renames; what
    /// is started is what this very connection made.
    Undo(Made),
}

/// The whole IDs of what a connection has made itself: containers, and images with `sha256:` before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Made(Arc<Mutex<BTreeSet<String>>>);

impl Made {
    /// Takes the ID that the engine answered to a creation.
    pub(super) fn note(&self, id: &str) {
        // A set is whole between any two of its calls, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    fn has(&self, id: &str) -> bool {
        is_full_id(id.trim_start_matches("sha256:"))
            && self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// How the name of every helper begins.
pub const HELPER: &str = "docker-steward-helper-";

/// Whether the request may pass. `path` is without the API version.
pub(super) fn allows(access: &Access, method: &Method, path: &str, query: Option<&str>) -> bool {
    if method == Method::GET || method == Method::HEAD {
        return true;
    }
    match access {
        Access::ReadOnly => false,
        Access::Cleanup => is_removal(method, path, query) || is_session(method, path, query),
        Access::Health => is_exec(method, path, query),
        Access::Helper(made) => is_help(made, method, path, query),
        Access::Undo(made) => method == Method::POST && is_making(made, path, query),
    }
}

/// The five requests of a helper.
fn is_help(made: &Made, method: &Method, path: &str, query: Option<&str>) -> bool {
    let own = |rest: Option<&str>| rest.is_some_and(|id| made.has(id));
    let of = path.strip_prefix("/containers/");
    match *method {
        Method::POST => match path {
            "/containers/create" => query.is_some_and(names_helper),
            // Under no name.
            "/images/create" => query == Some("fromSrc=-"),
            _ => false,
        },
        Method::PUT => query == Some("path=/") && own(of.and_then(|it| it.strip_suffix("/archive"))),
        Method::DELETE if query == Some("noprune=1") => own(path.strip_prefix("/images/")),
        Method::DELETE => query.is_none_or(str::is_empty) && own(of),
        _ => false,
    }
}

fn names_helper(query: &str) -> bool {
    query
        .strip_prefix("name=")
        .and_then(|name| name.strip_prefix(HELPER))
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

/// The seven requests of an undo, all of them POST.
fn is_making(made: &Made, path: &str, query: Option<&str>) -> bool {
    let bare = query.is_none_or(str::is_empty);
    match path {
        "/volumes/create" | "/networks/create" => bare,
        // Under one name, and nothing else asked.
        "/containers/create" => query.is_some_and(|it| it.starts_with("name=") && !it.contains('&')),
        "/images/load" => query == Some("quiet=1"),
        _ => {
            let within = |before: &str, after: &str| {
                path.strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after))
                    .filter(|name| !name.is_empty())
            };
            let tag = |id: &str| {
                id.strip_prefix("sha256:").is_some_and(is_full_id)
                    && query.is_some_and(|it| it.starts_with("repo="))
            };
            within("/images/", "/tag").is_some_and(tag)
                || bare && within("/containers/", "/start").is_some_and(|id| made.has(id))
                || bare && within("/networks/", "/connect").is_some_and(is_full_id)
        }
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
                assert!(!allows(&Access::ReadOnly, &method, &path, None), "{method} {path}");
            }
        }
        assert!(allows(&Access::ReadOnly, &Method::GET, "/info", None));
        assert!(allows(&Access::ReadOnly, &Method::HEAD, "/_ping", None));
    }

    #[test]
    fn a_cleanup_removes_in_six_ways_holds_a_session_and_does_nothing_else() {
        let id = "a".repeat(64);
        let ok = |method: &Method, path: &str, query| allows(&Access::Cleanup, method, path, query);
        let (post, delete) = (Method::POST, Method::DELETE);
        assert!(ok(&post, &format!("/containers/{id}/stop"), None));
        assert!(ok(&delete, &format!("/containers/{id}"), None));
        assert!(ok(&delete, &format!("/images/sha256:{id}"), Some("noprune=1")));
        assert!(ok(&delete, "/images/mcp/github:latest", Some("noprune=1")));
        assert!(ok(&delete, "/volumes/tmp-cache", None));
        assert!(ok(&delete, &format!("/networks/{id}"), None));

        assert!(ok(&post, "/session", None));

        assert!(!ok(&post, "/session", Some("x=1")) && !ok(&delete, "/session", None));
        assert!(!allows(&Access::ReadOnly, &post, "/session", None));
        assert!(!allows(&Access::Health, &post, "/session", None));
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
        let ok = |method: &Method, path: &str, query| allows(&Access::Health, method, path, query);
        let (exec, start) = (format!("/containers/{id}/exec"), format!("/exec/{id}/start"));
        assert!(ok(&Method::POST, &exec, None) && ok(&Method::POST, &start, None));
        assert!(ok(&Method::GET, &format!("/exec/{id}/json"), None));

        for access in [Access::ReadOnly, Access::Cleanup] {
            for path in [&exec, &start] {
                assert!(!allows(&access, &Method::POST, path, None), "{access:?} {path}");
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
    fn a_helper_is_made_under_its_own_name_and_only_what_was_made_is_filled_and_removed() {
        let (own, other) = ("a".repeat(64), "b".repeat(64));
        let made = Made::default();
        made.note(&own);
        made.note("tmp-debug");
        let image = format!("sha256:{own}");
        made.note(&image);
        let access = Access::Helper(made);
        let ok = |method: &Method, path: &str, query| allows(&access, method, path, query);
        let (post, put, delete) = (Method::POST, Method::PUT, Method::DELETE);
        assert!(ok(&post, "/containers/create", Some("name=docker-steward-helper-1-0")));
        assert!(ok(&put, &format!("/containers/{own}/archive"), Some("path=/")));
        assert!(ok(&delete, &format!("/containers/{own}"), None));
        assert!(ok(&post, "/images/create", Some("fromSrc=-")));
        assert!(ok(&delete, &format!("/images/{image}"), Some("noprune=1")));

        assert!(!ok(&delete, &format!("/images/{image}"), None));
        assert!(!ok(&delete, &format!("/images/sha256:{other}"), Some("noprune=1")));
        assert!(!ok(&delete, "/images/tmp-debug", Some("noprune=1")));
        for query in [None, Some("fromSrc=-&repo=odoo"), Some("fromImage=odoo")] {
            assert!(!ok(&post, "/images/create", query), "{query:?}");
        }
        for query in [None, Some("name=odoo"), Some("name=docker-steward-helper-1&platform=x"), Some("x=1")] {
            assert!(!ok(&post, "/containers/create", query), "{query:?}");
        }
        assert!(!ok(&delete, &format!("/containers/{other}"), None), "made by somebody else");
        assert!(!ok(&delete, "/containers/tmp-debug", None), "a name follows a rename");
        for query in ["v=1", "force=1"] {
            assert!(!ok(&delete, &format!("/containers/{own}"), Some(query)));
        }
        assert!(!ok(&put, &format!("/containers/{other}/archive"), Some("path=/")));
        assert!(!ok(&put, &format!("/containers/{own}/archive"), Some("path=/etc")));
        assert!(!ok(&post, &format!("/containers/{own}/start"), None), "a helper never runs");
        for path in [format!("/volumes/{own}"), format!("/networks/{own}")] {
            assert!(!ok(&delete, &path, None) && !ok(&delete, &path, Some("noprune=1")), "{path}");
        }
        for path in ["/volumes/create", "/networks/create", "/session", "/containers/prune"] {
            assert!(!ok(&post, path, None), "{path}");
        }
    }

    #[test]
    fn an_undo_makes_in_seven_ways_and_takes_nothing_away() {
        let (own, other) = ("a".repeat(64), "b".repeat(64));
        let made = Made::default();
        made.note(&own);
        let access = Access::Undo(made);
        let ok = |path: &str, query| allows(&access, &Method::POST, path, query);
        assert!(ok("/networks/create", None) && ok("/volumes/create", None));
        assert!(ok("/images/load", Some("quiet=1")));
        assert!(ok(&format!("/images/sha256:{own}/tag"), Some("repo=odoo&tag=18.0")));
        assert!(ok("/containers/create", Some("name=tmp-debug")));
        assert!(ok(&format!("/networks/{other}/connect"), None));
        assert!(ok(&format!("/containers/{own}/start"), None));

        assert!(!ok(&format!("/containers/{other}/start"), None), "made by somebody else");
        assert!(!ok("/containers/create", None) && !ok("/containers/create", Some("name=a&force=1")));
        assert!(!ok("/images/load", None) && !ok("/images/create", Some("fromImage=odoo")));
        assert!(!ok("/images/odoo:18.0/tag", Some("repo=a")), "a tag may mean another image by now");
        let refused = [
            format!("/containers/{own}/stop"),
            format!("/containers/{own}/kill"),
            format!("/containers/{own}/rename"),
            format!("/containers/{own}/exec"),
            format!("/networks/{other}/disconnect"),
            "/networks/back/connect".to_owned(),
            "/session".to_owned(),
            "/volumes/prune".to_owned(),
            "/build".to_owned(),
        ];
        for path in refused {
            assert!(!ok(&path, None) && !ok(&path, Some("name=x")), "{path}");
        }
        for method in [Method::DELETE, Method::PUT, Method::PATCH] {
            for path in
                [format!("/containers/{own}"), format!("/containers/{own}/archive"), "/volumes/x".to_owned()]
            {
                assert!(!allows(&access, &method, &path, None), "{method} {path}");
                assert!(!allows(&access, &method, &path, Some("path=/")), "{method} {path}");
            }
        }
    }

    #[test]
    fn false_is_left_unsaid() {
        assert_eq!(plain_query("force=false&noprune=true").as_deref(), Some("noprune=1"));
        assert_eq!(plain_query("v=false&force=false&link=false"), None);
    }
}
