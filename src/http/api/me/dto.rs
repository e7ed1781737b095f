//! Passwords and codes on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new password.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    /// The password of now; left out by somebody who has none.
    #[schema(nullable = false)]
    pub(super) current_password: Option<String>,
    /// The new one.
    #[schema(min_length = 12, max_length = 128)]
    pub(super) password: String,
}

/// A TOTP secret.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpSecret)]
pub(super) struct TotpBody {
    /// In base 32, to be typed into an app.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub(super) secret: String,
    /// The same as an address, to be shown as a QR code.
    #[schema(
        example = "otpauth://totp/Bonafide:ann%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Bonafide"
    )]
    pub(super) otpauth_uri: String,
}

/// A code of an app.
#[derive(Deserialize, ToSchema)]
#[schema(as = TotpCode)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    /// Six digits.
    #[schema(example = "123456")]
    pub(super) code: String,
}

/// Recovery codes.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub(super) struct CodesBody {
    /// Each works once.
    #[schema(example = json!(["7k3m-0qzv-91xw-hd5t"]))]
    pub(super) recovery_codes: Vec<String>,
}
