//! What claims, their states and their proofs are called, and how each is proved, in words of the page.

use crate::domain::{
    AnswerLanguage, Badge, Bilingual, ClaimKind, ClaimState, ClaimSubject, EvidenceKind, HoldCause,
    Missing, ProblemKind,
};
use crate::service::verification::Instruction;

/// Words in the language of a page.
pub(super) struct Words(pub(super) AnswerLanguage);

impl Words {
    fn says(&self, en: &'static str, zh: &'static str) -> &'static str {
        Bilingual { en, zh }.of(self.0)
    }

    pub(super) fn kind(&self, kind: ClaimKind) -> &'static str {
        match kind {
            ClaimKind::Domain => self.says("Domain", "域名"),
            ClaimKind::Email => self.says("E-mail address", "电子邮箱"),
            ClaimKind::Phone => self.says("Phone number", "电话号码"),
            ClaimKind::Whatsapp => self.says("Number on WhatsApp", "WhatsApp 号码"),
            ClaimKind::Handle => self.says("Profile on a platform", "平台账号"),
            ClaimKind::LegalIdentity => self.says("Legal identity", "法律身份"),
            ClaimKind::Approval => self.says("Reviewer's approval", "审核员批准"),
        }
    }

    /// What is claimed; reviewers are known by their role only.
    pub(super) fn value(&self, subject: &ClaimSubject) -> String {
        match subject {
            ClaimSubject::Approval(_) => self.says("a reviewer", "一位审核员").to_owned(),
            other => other.to_string(),
        }
    }

    /// Where a claim stands: the style and the words.
    pub(super) fn state(&self, state: ClaimState, counts: bool) -> (&'static str, &'static str) {
        match state {
            ClaimState::Proved if counts => ("good", self.says("✓ proved", "✓ 已证实")),
            ClaimState::Failing if counts => (
                "doubt",
                self.says("gone, lapses soon", "证据消失，即将失效"),
            ),
            ClaimState::Proved | ClaimState::Failing | ClaimState::Expired => {
                ("bad", self.says("lapsed", "已失效"))
            }
            ClaimState::Unproved => ("calm", self.says("to be proved", "待证实")),
            ClaimState::Pending => ("doubt", self.says("not found yet", "尚未找到")),
            ClaimState::Withdrawn => ("calm", self.says("withdrawn", "已撤回")),
        }
    }

    pub(super) fn evidence(&self, kind: EvidenceKind) -> &'static str {
        match kind {
            EvidenceKind::DnsTxt => self.says("a record in the DNS", "DNS 记录"),
            EvidenceKind::WellKnown => self.says("a file on the website", "网站文件"),
            EvidenceKind::EmailCode => self.says("a code by e-mail", "电子邮件验证码"),
            EvidenceKind::PhoneCode => self.says("a code to the number", "发送至该号码的验证码"),
            EvidenceKind::WhatsappBusiness => self.says("WhatsApp's word", "WhatsApp 的确认"),
            EvidenceKind::ProfileLink => self.says("links both ways", "双向链接"),
            EvidenceKind::LeiRecord => self.says("the LEI's record", "LEI 记录"),
            EvidenceKind::Document => {
                self.says("a document that a reviewer saw", "审核员查看过的文件")
            }
            EvidenceKind::Approval => self.says("a reviewer's word", "审核员的确认"),
        }
    }

    pub(super) fn problem(&self, kind: ProblemKind) -> &'static str {
        match kind {
            ProblemKind::NotFound => self.says("Not found", "未找到"),
            ProblemKind::Unavailable => self.says(
                "Nobody could look; it is tried again",
                "暂时无法查找，稍后会重试",
            ),
            ProblemKind::Refused => self.says("Not looked for there", "无法在此处查找"),
        }
    }

    pub(super) fn cause(&self, cause: HoldCause) -> &'static str {
        match cause {
            HoldCause::Hijacked => self.says("an account was hijacked", "账号被盗"),
            HoldCause::SimSwap => self.says("the SIM was swapped", "SIM 卡被调换"),
            HoldCause::LostAccess => self.says("access was lost", "失去访问权限"),
            HoldCause::Dispute => self.says("somebody disputes it", "存在争议"),
            HoldCause::Other => self.says("something else", "其他原因"),
        }
    }

    pub(super) fn badge(&self, badge: Badge) -> &'static str {
        match badge {
            Badge::None => self.says("No badge", "无徽章"),
            Badge::Verified => self.says("Verified", "已验证"),
            Badge::Official => self.says("Official", "官方"),
        }
    }

    /// What a badge takes yet, each as a part of a list.
    pub(super) fn missing(&self, missing: &Missing) -> Vec<String> {
        let mut parts: Vec<String> = missing.needs.iter().map(|k| self.kind(*k).into()).collect();
        if !missing.one_of.is_empty() {
            let kinds: Vec<_> = missing.one_of.iter().map(|k| self.kind(*k)).collect();
            parts.push(kinds.join(self.says(" or ", " 或 ")));
        }
        match (missing.approvals, self.0) {
            (0, _) => {}
            (1, AnswerLanguage::English) => parts.push("one more reviewer's approval".to_owned()),
            (n, AnswerLanguage::English) => parts.push(format!("approvals by {n} reviewers")),
            (n, AnswerLanguage::SimplifiedChinese) => parts.push(format!("{n} 位审核员批准")),
        }
        parts
    }

    /// What to do for one way of proving a claim.
    pub(super) fn way(&self, way: &Instruction) -> String {
        let words = match way.method {
            "dns_txt" => self.says(
                "Add a TXT record of this name and this text to your DNS, and leave it there.",
                "在您的 DNS 中添加名称和内容如下的 TXT 记录，并保留它。",
            ),
            "well_known" => self.says(
                "Or put this file at this address of your website, and leave it there. Its channels are those that you call your own: correct them.",
                "或者将此文件放在您网站的以下地址，并保留它。其中的渠道即您声明为自己的渠道：请核对更正。",
            ),
            "profile_link" => self.says(
                "List this profile among the channels of the file /.well-known/bonafide.json of a proved domain, and link to that domain from the profile.",
                "在已证实域名的 /.well-known/bonafide.json 文件中列出此账号，并在账号主页中链接到该域名。",
            ),
            "code" => self.says(
                "Let six digits be sent there, and type them in within 10 minutes.",
                "向该地址发送六位数字，并在 10 分钟内输入。",
            ),
            "whatsapp_business" => self.says(
                "In WhatsApp Manager the number must be verified, and bear an approved display name that is a name of this business.",
                "在 WhatsApp 管理工具中，该号码必须已验证，并使用属于本企业名称的已批准显示名称。",
            ),
            "lei_record" => self.says(
                "The LEI's record must be issued to an active entity that bears a name of this business.",
                "LEI 记录必须属于使用本企业名称的有效实体。",
            ),
            "document" => self.says(
                "Send an extract of the register of companies to us: a reviewer notes that it was seen.",
                "请将工商登记摘录发送给我们：审核员会记录已查看。",
            ),
            "approval" => self.says(
                "A reviewer approves the business again.",
                "由审核员再次批准该企业。",
            ),
            _ => return way.text.clone(),
        };
        words.to_owned()
    }
}
