//! Records of legal entities.

use bonafide::domain::Lei;
use bonafide::providers::Trouble;
use serde_json::json;

use super::{missing, providers, trouble};
use crate::support::servers::Servers;

const HSBC: &str = "MLU0ZO3ML4LN2LL2TL39";
const APPLE: &str = "HWUPKR0MPOU8FGXBT394";

#[tokio::test]
async fn a_record_is_read_or_told_to_be_missing() {
    let servers = Servers::start().await;
    let legal = providers(&servers).legal;
    servers
        .gleif
        .add(HSBC, "HSBC HOLDINGS PLC", "GB", "00617987");
    let record = legal.record(&Lei::parse(HSBC).unwrap()).await.unwrap();
    assert_eq!(record.legal_name, "HSBC HOLDINGS PLC");
    assert_eq!(record.other_names, ["HSBC HOLDINGS PLC (trading)"]);
    assert_eq!(record.country.unwrap().as_str(), "GB");
    assert_eq!(record.company_number.as_deref(), Some("00617987"));
    assert_eq!(record.register.as_deref(), Some("RA000585"));
    assert_eq!(
        record.next_renewal.unwrap().to_string(),
        "2027-01-20T00:00:00Z"
    );
    assert!(record.is_in_good_standing());
    let told = missing(legal.record(&Lei::parse(APPLE).unwrap()).await);
    assert!(
        told.contains(APPLE) && told.ends_with("found no such record"),
        "{told}"
    );
}

#[tokio::test]
async fn a_lapsed_entity_is_told_and_an_odd_answer_is_a_trouble() {
    let servers = Servers::start().await;
    let legal = providers(&servers).legal;
    let lei = Lei::parse(HSBC).unwrap();
    let least = |lei: &str, status: &str, registration: &str| {
        json!({"lei": lei, "entity": {"legalName": {"name": "X"}, "status": status, "registeredAs": null},
            "registration": {"status": registration, "nextRenewalDate": null}})
    };
    for (status, registration) in [
        ("INACTIVE", "ISSUED"),
        ("ACTIVE", "LAPSED"),
        ("NULL", "ANNULLED"),
    ] {
        servers.gleif.put(HSBC, least(HSBC, status, registration));
        assert!(!legal.record(&lei).await.unwrap().is_in_good_standing());
    }
    servers.gleif.put(HSBC, least(APPLE, "ACTIVE", "ISSUED"));
    assert!(matches!(
        trouble(legal.record(&lei).await),
        Trouble::Unreadable(_)
    ));
    servers.gleif.put(HSBC, json!({"lei": HSBC}));
    assert!(matches!(
        trouble(legal.record(&lei).await),
        Trouble::Unreadable(_)
    ));
}
