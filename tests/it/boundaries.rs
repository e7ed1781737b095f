//! Which room may import which (DESIGN §3): the rule has its one place here.
//!
//! The sources are scanned as text: comments and string literals are blanked, then every path that begins with
//! `crate::`, or climbs by `super::`, is resolved to the room it names, `use` groups included. A room that the
//! table does not allow fails, and so does an outside crate or part of `std` that a room has sworn off.

mod scan;

use std::fs;
use std::path::{Path, PathBuf};

use scan::{blanked, paths, without_tests};

/// What one room may do. The longest `room` that a file's path starts with applies; a room may import itself.
struct Rule {
    room: &'static str,
    may: &'static [&'static str],
    /// Paths of other crates and of `std` that the room does without.
    never: &'static [&'static str],
}

const NO_WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::time",
    "std::thread",
    "serde_json",
    "tokio",
    "sqlx",
    "axum",
    "clap",
    "utoipa",
    "tracing",
];
const NO_EDGES: &[&str] = &["axum", "clap", "sqlx", "indicatif", "anstream", "std::net"];

/// The shipped tables are compressed within the program; unpacking them needs `std::io::Read` over bytes.
const NO_WORLD_BUT_READ: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time",
    "std::thread",
    "serde_json",
    "tokio",
    "sqlx",
    "axum",
    "clap",
    "utoipa",
    "tracing",
];

const RULES: &[Rule] = &[
    Rule {
        room: "domain",
        may: &[],
        never: NO_WORLD,
    },
    Rule {
        room: "engine",
        may: &["domain"],
        never: NO_WORLD,
    },
    Rule {
        room: "engine::phone",
        may: &["domain"],
        never: NO_WORLD,
    },
    Rule {
        room: "engine::name",
        may: &["domain"],
        never: NO_WORLD,
    },
    Rule {
        room: "engine::name::shipped",
        may: &["domain", "engine::name"],
        never: NO_WORLD_BUT_READ,
    },
    Rule {
        room: "engine::index",
        may: &["domain", "engine::name"],
        never: NO_WORLD,
    },
    Rule {
        room: "engine::screening",
        may: &["domain", "engine"],
        never: NO_WORLD,
    },
    Rule {
        room: "store",
        may: &["domain"],
        never: &["axum", "clap", "utoipa"],
    },
    Rule {
        room: "service",
        may: &["domain", "engine", "store", "providers"],
        never: NO_EDGES,
    },
    Rule {
        room: "providers",
        may: &["domain"],
        never: &["axum", "clap", "sqlx"],
    },
    Rule {
        room: "http",
        may: &["service", "domain"],
        never: &["clap", "sqlx"],
    },
    Rule {
        room: "cli",
        may: &[
            "app",
            "config",
            "telemetry",
            "http",
            "service",
            "store",
            "domain",
        ],
        never: &["sqlx"],
    },
    Rule {
        room: "config",
        may: &["domain"],
        never: &["sqlx", "axum"],
    },
    Rule {
        room: "telemetry",
        may: &["config"],
        never: &["sqlx"],
    },
    Rule {
        room: "app",
        may: &[
            "config",
            "http",
            "telemetry",
            "service",
            "store",
            "providers",
            "domain",
        ],
        never: &["clap"],
    },
    Rule {
        room: "main",
        may: &["cli"],
        never: &[],
    },
    Rule {
        room: "lib",
        may: &[],
        never: &[],
    },
];

/// Parts of a room that are closed to all but those named, whatever the table says: what is concrete.
const CLOSED: &[(&str, &[&str])] = &[
    ("store::sqlite", &["store", "app"]),
    ("store::postgres", &["store", "app"]),
];

#[test]
fn no_room_imports_what_it_may_not() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 10, "the scan found no sources");
    let mut offences = Vec::new();
    for file in files {
        let module = module_of(file.strip_prefix(&src).unwrap());
        let source = fs::read_to_string(&file).unwrap();
        for offence in offences_in(&module, &source) {
            offences.push(format!("{}: {offence}", file.display()));
        }
    }
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn every_room_has_a_rule() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let name = entry
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(
            RULES.iter().any(|r| r.room == name),
            "{name} is in no row of the table"
        );
    }
}

fn rust_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// `engine/phone/plan.rs` is `engine::phone::plan`, `engine/mod.rs` is `engine`.
fn module_of(path: &Path) -> String {
    let parts: Vec<_> = path
        .with_extension("")
        .iter()
        .map(|p| p.to_string_lossy().into_owned())
        .filter(|p| p != "mod")
        .collect();
    parts.join("::")
}

fn is_within(path: &str, room: &str) -> bool {
    path.strip_prefix(room)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn rule_of(module: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .filter(|r| is_within(module, r.room))
        .max_by_key(|r| r.room.len())
}

fn offences_in(module: &str, source: &str) -> Vec<String> {
    let Some(rule) = rule_of(module) else {
        return vec![format!("{module} is in no row of the table")];
    };
    let code = without_tests(&blanked(source));
    let mut offences = Vec::new();
    for path in paths(&code) {
        if let Some(target) = inner(module, &path) {
            if target.is_empty() {
                continue;
            }
            let allowed = is_within(&target, rule.room)
                || rule.may.iter().any(|room| is_within(&target, room));
            let closed = CLOSED.iter().any(|(part, to)| {
                is_within(&target, part) && !to.iter().any(|room| is_within(module, room))
            });
            if !allowed || closed {
                offences.push(format!("{} may not import {target}", rule.room));
            }
        } else if rule.never.iter().any(|never| is_within(&path, never)) {
            offences.push(format!("{} may not use {path}", rule.room));
        }
    }
    offences.sort();
    offences.dedup();
    offences
}

/// The path within the crate that a path names, if it names one.
fn inner(module: &str, path: &str) -> Option<String> {
    if path == "crate" {
        return Some(String::new());
    }
    if let Some(rest) = path.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    let mut here: Vec<&str> = module.split("::").collect();
    let mut rest = path;
    if !rest.starts_with("super") {
        return None;
    }
    while let Some(after) = rest.strip_prefix("super") {
        here.pop();
        rest = after.strip_prefix("::").unwrap_or(after);
    }
    here.extend(rest.split("::").filter(|p| !p.is_empty()));
    Some(here.join("::"))
}

#[test]
fn the_scanner_finds_what_a_bad_source_imports() {
    let bad = r##"
        //! use crate::http::in_a_comment;
        use std::{fmt, fs::File, io::{self, Read as Reading}};
        use crate::{domain::{Account, Email}, service::check};
        use super::super::store::Store;
        use serde_json as json;
        /* use crate::cli; */
        fn f<'a>(text: &'a str) -> char {
            let _ = "use crate::app::in_a_text; \" still";
            let _ = r#"crate::providers::raw "quoted" text"#;
            crate::cli::run(text);
            std::env::var("x");
            'c'
        }
        #[cfg(test)]
        mod tests { use crate::http::router; }
    "##;
    assert_eq!(
        offences_in("engine::screening", bad),
        [
            "engine::screening may not import cli::run",
            "engine::screening may not import service::check",
            "engine::screening may not import store::Store",
            "engine::screening may not use serde_json",
            "engine::screening may not use std::env::var",
            "engine::screening may not use std::fs::File",
            "engine::screening may not use std::io",
            "engine::screening may not use std::io::Read",
        ]
    );
}

#[test]
fn the_scanner_knows_its_rooms() {
    for (module, source, good) in [
        (
            "engine::index::segment",
            "use crate::engine::name::View;",
            true,
        ),
        (
            "engine::index::segment",
            "use super::super::name::View;",
            true,
        ),
        (
            "engine::index::segment",
            "use crate::engine::phone::read;",
            false,
        ),
        (
            "engine::name::fold",
            "use crate::engine::index::Index;",
            false,
        ),
        (
            "engine::screening::model",
            "use crate::engine::phone::read;",
            true,
        ),
        ("domain::text", "use super::Invalid;", true),
        (
            "domain::text",
            "fn f() { serde_json::to_string(&1); }",
            false,
        ),
        ("http::api", "use crate::store::Store;", false),
        ("http::api", "use crate::engine::index::Index;", false),
        (
            "cli::import",
            "use crate::store::sqlite::SqliteStore;",
            false,
        ),
        ("cli::import", "use crate::store::StoreError;", true),
        (
            "service::check",
            "use crate::store::sqlite::SqliteStore;",
            false,
        ),
        ("app", "use crate::store::sqlite::SqliteStore;", true),
        ("service::check", "use crate::http::Problem;", false),
        ("store::sqlite::rows", "use super::super::StoreError;", true),
        ("kitchen", "use std::fmt;", false),
    ] {
        assert_eq!(
            offences_in(module, source).is_empty(),
            good,
            "{module}: {source}"
        );
    }
}
