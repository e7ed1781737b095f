//! A QR code as SVG, drawn here so that the secret that it holds goes nowhere else.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The drawing of a text; none for one too long to be drawn.
pub fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let drawing = code
        .render::<svg::Color<'_>>()
        .quiet_zone(false)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // What stands before it is the declaration of a file, which a page does not have.
    drawing
        .find("<svg")
        .map(|start| drawing[start..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_drawn_and_one_too_long_is_not() {
        let drawing = drawn("otpauth://totp/Bonafide:ann%40example.com?secret=JBSWY3DP").unwrap();
        assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>"));
        assert!(!drawing.contains("style="));
        assert_eq!(drawn(&"x".repeat(5_000)), None);
    }
}
