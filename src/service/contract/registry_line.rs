//! One business as a line of a registry file (DESIGN §4).
