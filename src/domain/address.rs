//! Postal addresses in parts.

use super::{Country, Invalid, Text};

/// A postal address in parts, at least one of which is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// What people call the place ("head office", "branch at the station").
    pub label: Option<Text<100>>,
    /// Street and house, in lines.
    pub street: Option<Text<256>>,
    /// Postal code, as it is written there.
    pub postcode: Option<Text<20>>,
    /// Town.
    pub city: Option<Text<100>>,
    /// State, province or county.
    pub region: Option<Text<100>>,
    /// Country.
    pub country: Option<Country>,
}

impl Address {
    /// Refuses an address that says nowhere: a label alone is none.
    pub fn validate(&self) -> Result<(), Invalid> {
        let nowhere = self.street.is_none()
            && self.postcode.is_none()
            && self.city.is_none()
            && self.region.is_none()
            && self.country.is_none();
        if nowhere {
            return Err(Invalid::new(
                "address",
                self.label.as_ref().map_or("", Text::as_str),
                "give at least one of street, postcode, city, region, country",
            ));
        }
        Ok(())
    }
}
