//! A port of loopback among the settings.

use serde::{Deserialize, Serialize};

/// `443:34567`: what is asked for at port 443 of loopback goes to port 34567.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoopbackPort {
    /// The port that is asked for.
    pub asked: u16,
    /// The port that is called.
    pub goes_to: u16,
}

impl TryFrom<String> for LoopbackPort {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let port = |t: &str| t.parse::<u16>().ok().filter(|&p| p != 0);
        let both = text.split_once(':');
        match both.map(|(asked, goes_to)| (port(asked), port(goes_to))) {
            Some((Some(asked), Some(goes_to))) => Ok(Self { asked, goes_to }),
            _ => Err(format!("{text:?} is not two ports, such as 443:34567")),
        }
    }
}

impl From<LoopbackPort> for String {
    fn from(port: LoopbackPort) -> Self {
        format!("{}:{}", port.asked, port.goes_to)
    }
}
