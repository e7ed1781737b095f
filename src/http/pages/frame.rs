//! What stands around a page: who is signed in, the rooms of the console, what is to be said once.

use std::fmt;

use super::flash::Flash;
use crate::domain::{AnswerLanguage, Bilingual, Role};
use crate::service::access::Scope;
use crate::service::people::Person;

/// What stands around a page.
#[derive(Debug)]
pub struct Frame {
    /// The language of the page.
    pub language: AnswerLanguage,
    /// What it is called.
    pub title: String,
    /// The room that it is in, by its address; empty for none.
    pub room: &'static str,
    /// Who is signed in; nobody on pages for everybody.
    pub who: Option<Who>,
    /// What forms of it have to show; empty where nobody is signed in.
    pub csrf_token: String,
    /// What is to be said once.
    pub flash: Option<Flash>,
    /// What the person may do.
    pub groups: Vec<Group>,
}

/// Somebody who is signed in, as others call them.
#[derive(Debug)]
pub struct Who {
    /// The name.
    pub name: String,
    /// What the person is here for.
    pub role: &'static str,
}

/// Rooms that belong together.
#[derive(Debug)]
pub struct Group {
    /// What they are called.
    pub name: &'static str,
    /// The rooms.
    pub rooms: Vec<&'static Room>,
}

/// A part of the console.
#[derive(Debug, PartialEq, Eq)]
pub struct Room {
    /// Where it is.
    pub path: &'static str,
    /// What it is called.
    pub name: Bilingual<&'static str>,
    /// What one needs to enter.
    pub scope: Scope,
    group: Bilingual<&'static str>,
}

const REVIEW: Bilingual<&str> = Bilingual {
    en: "Review",
    zh: "审核",
};
const REGISTRY: Bilingual<&str> = Bilingual {
    en: "Registry",
    zh: "登记库",
};
const ADMINISTRATION: Bilingual<&str> = Bilingual {
    en: "Administration",
    zh: "管理",
};

const fn room(
    path: &'static str,
    en: &'static str,
    zh: &'static str,
    scope: Scope,
    group: Bilingual<&'static str>,
) -> Room {
    Room {
        path,
        name: Bilingual { en, zh },
        scope,
        group,
    }
}

/// Every room, those of one group side by side.
pub const ROOMS: &[Room] = &[
    room("/console/cases", "Queue", "审核队列", Scope::Review, REVIEW),
    room("/console/appeals", "Appeals", "申诉", Scope::Review, REVIEW),
    room(
        "/console/templates",
        "Texts",
        "文本模板",
        Scope::Review,
        REVIEW,
    ),
    room(
        "/console/statistics",
        "Statistics",
        "统计",
        Scope::Review,
        REVIEW,
    ),
    room(
        "/console/businesses",
        "Businesses",
        "企业",
        Scope::RegistryRead,
        REGISTRY,
    ),
    room(
        "/console/conflicts",
        "Conflicts",
        "渠道冲突",
        Scope::Review,
        REGISTRY,
    ),
    room("/console/labels", "Labels", "标签", Scope::Review, REGISTRY),
    room(
        "/console/imports",
        "Imports",
        "导入",
        Scope::RegistryWrite,
        REGISTRY,
    ),
    room(
        "/console/users",
        "People",
        "人员",
        Scope::Admin,
        ADMINISTRATION,
    ),
    room(
        "/console/organisations",
        "Organisations",
        "组织",
        Scope::Admin,
        ADMINISTRATION,
    ),
    room(
        "/console/keys",
        "API keys",
        "API 密钥",
        Scope::Admin,
        ADMINISTRATION,
    ),
    room(
        "/console/audit",
        "Audit log",
        "审计日志",
        Scope::Admin,
        ADMINISTRATION,
    ),
    room(
        "/console/settings",
        "Settings",
        "设置",
        Scope::Admin,
        ADMINISTRATION,
    ),
];

/// A page for everybody, who need not be signed in.
#[derive(Debug, Clone, Copy)]
pub struct Door(pub AnswerLanguage);

impl Door {
    /// The frame of such a page.
    pub fn frame(self, en: &str, zh: &str, flash: Option<Flash>) -> Frame {
        Frame {
            language: self.0,
            title: (*Bilingual { en, zh }.of(self.0)).to_owned(),
            room: "",
            who: None,
            csrf_token: String::new(),
            flash,
            groups: Vec::new(),
        }
    }
}

impl Frame {
    /// The frame of a page for somebody.
    pub fn of(language: AnswerLanguage, person: &Person, flash: Option<Flash>) -> Self {
        let caller = person.caller();
        let mut groups: Vec<Group> = Vec::new();
        for room in ROOMS.iter().filter(|room| caller.may(room.scope)) {
            let name = *room.group.of(language);
            match groups.last_mut() {
                Some(group) if group.name == name => group.rooms.push(room),
                _ => groups.push(Group {
                    name,
                    rooms: vec![room],
                }),
            }
        }
        Self {
            language,
            title: String::new(),
            room: "",
            who: Some(Who {
                name: person.user.name.as_str().to_owned(),
                role: role_name(person.user.role, language),
            }),
            csrf_token: person.csrf_token.clone(),
            flash,
            groups,
        }
    }

    /// The same, of a page with a title in a room.
    #[must_use]
    pub fn titled(self, title: impl fmt::Display, room: &'static str) -> Self {
        Self {
            title: title.to_string(),
            room,
            ..self
        }
    }

    /// A text of the page in its language; the template gives both.
    pub fn says(&self, en: &'static str, zh: &'static str) -> &'static str {
        Bilingual { en, zh }.of(self.language)
    }

    /// What a room is called.
    pub fn room_name(&self, room: &Room) -> &'static str {
        room.name.of(self.language)
    }

    /// What a role is called.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates give references"
    )]
    pub fn role(&self, role: &Role) -> &'static str {
        role_name(*role, self.language)
    }
}

fn role_name(role: Role, language: AnswerLanguage) -> &'static str {
    let (en, zh) = match role {
        Role::Business => ("Business", "企业"),
        Role::Reviewer => ("Reviewer", "审核员"),
        Role::Lead => ("Lead", "审核主管"),
        Role::Admin => ("Admin", "管理员"),
    };
    Bilingual { en, zh }.of(language)
}
