//! Image references as the engine reads and prints them (distribution/reference).

/// A reference in its full form: `docker.io/library/odoo`, tag and digest apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// With the registry's host.
    pub(super) name: String,
    /// `None` when there is a digest and no tag.
    pub(super) tag: Option<String>,
    /// `sha256:…`.
    pub(super) digest: Option<String>,
}

/// Reads a reference; a name without tag and digest means `latest`. The error is the engine's text.
pub(super) fn parse(text: &str) -> Result<Reference, String> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
        Some(_) => return Err("invalid reference format".to_owned()),
        None => (text, None),
    };
    // A colon before the last slash belongs to the registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
        _ => (rest, None),
    };
    if name.is_empty() || !tag.as_deref().is_none_or(is_tag) {
        return Err("invalid reference format".to_owned());
    }
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if is_host(host) => (host, path.to_owned()),
        Some(_) => ("docker.io", name.to_owned()),
        None => ("docker.io", format!("library/{name}")),
    };
    let host = if host == "index.docker.io" { "docker.io" } else { host };
    if path.chars().any(|c| c.is_ascii_uppercase()) {
        return Err("invalid reference format: repository name must be lowercase".to_owned());
    }
    if !path.split('/').all(is_component) {
        return Err("invalid reference format".to_owned());
    }
    let path = if host == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path };
    let tag = if digest.is_none() { tag.or_else(|| Some("latest".to_owned())) } else { tag };
    Ok(Reference { name: format!("{host}/{path}"), tag, digest })
}

impl Reference {
    /// The name as people write it: without Docker Hub's host and its `library/`.
    pub(super) fn familiar_name(&self) -> &str {
        let name = self.name.strip_prefix("docker.io/").unwrap_or(&self.name);
        name.strip_prefix("library/").filter(|rest| !rest.contains('/')).unwrap_or(name)
    }

    /// The whole as people write it.
    pub(super) fn familiar(&self) -> String {
        let mut text = self.familiar_name().to_owned();
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest);
        }
        text
    }
}

/// The familiar form, with `latest` where there is no tag; what cannot be read is left as it is.
pub(super) fn with_tag(text: &str) -> String {
    parse(text).map_or_else(|_| text.to_owned(), |reference| reference.familiar())
}

/// The repository of a tag or digest in familiar form.
pub(super) fn repository(reference: &str) -> &str {
    match reference.split_once('@') {
        Some((name, _)) => name,
        None => match reference.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => name,
            _ => reference,
        },
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| is_full_id(hex))
}

/// 64 lower-case hex digits.
pub(super) fn is_full_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= 128 && tag.starts_with(word) && tag.chars().all(|c| word(c) || c == '.' || c == '-')
}

fn is_host(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':']) || text.chars().any(|c| c.is_ascii_uppercase())
}

fn is_component(part: &str) -> bool {
    let alnum = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(alnum) && part.ends_with(alnum) && part.chars().all(|c| alnum(c) || "._-".contains(c))
}

/// Go's `path.Match` for the `reference` filter: `*` and `?` do not cross a slash.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    fn go(pattern: &[char], text: &[char]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some('*'), _) => {
                go(&pattern[1..], text) || text.first().is_some_and(|&c| c != '/' && go(pattern, &text[1..]))
            }
            (Some('?'), Some(&c)) => c != '/' && go(&pattern[1..], &text[1..]),
            (Some(a), Some(b)) => a == b && go(&pattern[1..], &text[1..]),
            _ => false,
        }
    }
    go(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_one() {
        for text in
            ["odoo:18.0", "library/odoo:18.0", "docker.io/odoo:18.0", "index.docker.io/library/odoo:18.0"]
        {
            assert_eq!(parse(text).unwrap().familiar(), "odoo:18.0", "{text}");
        }
        assert_eq!(parse("ghcr.io:443/a/b").unwrap().familiar(), "ghcr.io:443/a/b:latest");
    }

    #[test]
    fn globs_stop_at_slashes() {
        assert!(glob("odoo*", "odoo:18.0") && glob("mcp/*", "mcp/github") && !glob("*", "mcp/github"));
    }
}
