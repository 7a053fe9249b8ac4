//! Secrets in a line that an error quotes: whoever knows a webhook's address can post to it, and an error ends in
//! logs, chats and issues.

use std::ops::Range;

/// The keys of an alert whose value is an address.
const KEYS: [&str; 3] = ["mattermost:", "slack:", "webhook:"];
/// How much of an address without a host is still shown, in characters.
const SHOWN: usize = 4;

/// A line of a file with a `*` for each character that may be secret, so that every column stays where it was.
///
/// Hidden is: the value of an alert's address, but for its scheme and host, where it is not a variable; of any other
/// URL the user and the password, and all behind the host, unless it is the `http:` of a health check; and any word
/// that looks like a webhook's path.
pub(super) fn mask(line: &str) -> String {
    let mut hidden = in_words(line);
    for key in KEYS {
        for (at, _) in line.match_indices(key) {
            hidden.extend(secret_of_value(line, at + key.len()));
        }
    }
    hide(line, &hidden)
}

/// The same for a sentence, which may name a key and then say something else.
pub(super) fn mask_words(text: &str) -> String {
    hide(text, &in_words(text))
}

fn hide(text: &str, hidden: &[Range<usize>]) -> String {
    let secret = |at: usize| hidden.iter().any(|range| range.contains(&at));
    text.char_indices().map(|(at, it)| if secret(at) { '*' } else { it }).collect()
}

/// What looks secret in itself.
fn in_words(text: &str) -> Vec<Range<usize>> {
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for (at, word) in words(text) {
        let checked = text[..at].trim_end().trim_end_matches(['"', '\'']).trim_end().ends_with("http:");
        let Some((scheme, rest)) = word.split_once("://") else {
            let like_a_hook = word.contains("/hooks/") || word.contains("/services/");
            if like_a_hook && !checked {
                hidden.push(behind(at, word, SHOWN));
            }
            continue;
        };
        let host = at + scheme.len() + "://".len();
        let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if let Some(user) = rest[..authority].rfind('@') {
            hidden.push(host..host + user);
        }
        if !checked && matches!(scheme, "http" | "https") {
            hidden.push((host + authority + 1).min(at + word.len())..at + word.len());
        }
    }
    hidden
}

/// The secret part of an address that begins, blanks and a quote aside, at a byte.
fn secret_of_value(text: &str, from: usize) -> Option<Range<usize>> {
    let (at, word) = words(&text[from..]).next().map(|(at, word)| (from + at, word))?;
    if word.starts_with("${") {
        return None;
    }
    let url = word.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
    Some(match url {
        // What stands behind its host is hidden as that of every URL.
        Some(_) => return None,
        None => behind(at, word, SHOWN),
    })
}

/// The bytes of a word behind its first characters.
fn behind(at: usize, word: &str, characters: usize) -> Range<usize> {
    let start = word.char_indices().nth(characters).map_or(word.len(), |(at, _)| at);
    at + start..at + word.len()
}

/// The words of a line of YAML with their places: what stands between blanks, quotes, and brackets; `${…}` is part
/// of its word.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|it| !ends_a_word(it))?;
        let mut braces = 0_usize;
        let mut end = text.len();
        for (offset, it) in text[start..].char_indices() {
            match it {
                '{' if text[..start + offset].ends_with('$') => braces += 1,
                '}' if braces > 0 => braces -= 1,
                it if ends_a_word(it) => {
                    end = start + offset;
                    break;
                }
                _ => {}
            }
        }
        at = end;
        Some((start, &text[start..end]))
    })
}

fn ends_a_word(it: char) -> bool {
    it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | '[' | ']' | '{' | '}')
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn what_could_be_posted_to_is_hidden_and_columns_stay() {
        let lines = [
            "  - {mattermost: \"https://chat.example/hooks/abc123\", on: [drift]}",
            "  - {slack: https://hooks.slack.com/services/T0/B0/x, on: drift}",
            "  - {slack: \"https:/hooks.slack.com/services/T0/B0/x\", on: [drift]}",
            "    webhook: hooks.example",
            "      hooks.slack.com/services/T0/B0/x",
            "      https://hooks.slack.com/services/T0/B0/x?a=ü日",
            "  - {mattermost: \"${MATTERMOST_URL}\", on: [drift]}",
            "  - {mattermost: \"${WEBHOOK\", on: [drift]}",
            "  - {mattermost: \"https://chat.example/hooks/${TOKEN}\"}",
            "  - {name: Odoo, http: \"https://staging.example/web/health\", status: 200}",
            "  - {name: Odoo, http: 'https://me:secret@staging.example/web/health'}",
            "  images: [{name: \"ghcr.io/acme/webhook:1\"}]",
            "compose_file: sandbox/staging/docker-compose.yml",
            "webhook:",
        ];
        for line in lines {
            assert_eq!(mask(line).chars().count(), line.chars().count(), "{line}");
        }
        insta::assert_snapshot!(lines.map(mask).join("\n"), @r#"
          - {mattermost: "https://chat.example/************", on: [drift]}
          - {slack: https://hooks.slack.com/****************, on: drift}
          - {slack: "http***********************************", on: [drift]}
            webhook: hook*********
              hook****************************
              https://hooks.slack.com/*********************
          - {mattermost: "${MATTERMOST_URL}", on: [drift]}
          - {mattermost: "${WEBHOOK", on: [drift]}
          - {mattermost: "https://chat.example/**************"}
          - {name: Odoo, http: "https://staging.example/web/health", status: 200}
          - {name: Odoo, http: 'https://*********@staging.example/web/health'}
          images: [{name: "ghcr.io/acme/webhook:1"}]
        compose_file: sandbox/staging/docker-compose.yml
        webhook:
        "#);
    }

    #[test]
    fn any_text_can_be_masked() {
        for text in
            ["", "${", "slack:", "slack: ${${", "://", "a://@", "slack:\"", "日://本/x/y/hook", "slack: ¥€$"]
        {
            assert_eq!(mask(text).chars().count(), text.chars().count(), "{text}");
        }
    }
}
