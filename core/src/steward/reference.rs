//! Image references: one spelling for each, and the parts by which one may be protected.

/// The reference without what Docker leaves out when it prints one: `docker.io/library/odoo:18.0`
/// and `odoo:18.0` are one name. Nothing else is changed.
pub fn normalise(reference: &str) -> &str {
    let rest = ["docker.io/", "index.docker.io/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix))
        .unwrap_or(reference);
    // `library/` is implied only on Docker's own registry, which has no host part.
    rest.strip_prefix("library/").unwrap_or(rest)
}

/// A reference taken apart: `registry:5000/acme/web:prod-3@sha256:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Without tag and digest: `registry:5000/acme/web`.
    pub repository: &'a str,
    /// `prod-3`.
    pub tag: Option<&'a str>,
    /// `sha256:…`.
    pub digest: Option<&'a str>,
}

/// Takes a reference apart. A colon before the last slash belongs to the registry's port.
pub fn parts(reference: &str) -> Parts<'_> {
    let (name, digest) = match reference.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (reference, None),
    };
    let last = name.rfind('/').map_or(0, |at| at + 1);
    match name[last..].find(':') {
        Some(colon) => {
            Parts { repository: &name[..last + colon], tag: Some(&name[last + colon + 1..]), digest }
        }
        None => Parts { repository: name, tag: None, digest },
    }
}

/// Calls `see` with every part of a reference by which it may be protected: the whole, the
/// repository, each of its components, the tag.
pub fn each_facet<'a>(reference: &'a str, see: &mut dyn FnMut(&'a str)) {
    see(reference);
    let Parts { repository, tag, .. } = parts(reference);
    if repository != reference {
        see(repository);
    }
    if repository.contains('/') {
        repository.split('/').for_each(&mut *see);
    }
    if let Some(tag) = tag {
        see(tag);
    }
}

/// What a user may have typed for an image, as the engine lists it: without a tag it is `latest`.
pub fn with_default_tag(reference: &str) -> String {
    let Parts { tag, digest, .. } = parts(reference);
    if tag.is_none() && digest.is_none() { format!("{reference}:latest") } else { reference.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_for_docker_hub() {
        assert_eq!(normalise("docker.io/library/odoo:18.0"), "odoo:18.0");
        assert_eq!(normalise("docker.io/n8nio/n8n:1"), "n8nio/n8n:1");
        assert_eq!(normalise("library/odoo:18.0"), "odoo:18.0");
        assert_eq!(normalise("ghcr.io/library/odoo:18.0"), "ghcr.io/library/odoo:18.0");
    }

    #[test]
    fn a_port_is_not_a_tag() {
        let at = parts("registry:5000/acme/web");
        assert_eq!((at.repository, at.tag), ("registry:5000/acme/web", None));
        let at = parts("registry:5000/acme/web:prod-3@sha256:abc");
        assert_eq!(
            (at.repository, at.tag, at.digest),
            ("registry:5000/acme/web", Some("prod-3"), Some("sha256:abc"))
        );
    }

    #[test]
    fn every_part_is_a_facet() {
        let mut seen = Vec::new();
        each_facet("reg:5000/acme/web:prod-3", &mut |facet| seen.push(facet));
        assert_eq!(
            seen,
            ["reg:5000/acme/web:prod-3", "reg:5000/acme/web", "reg:5000", "acme", "web", "prod-3"]
        );
    }
}
