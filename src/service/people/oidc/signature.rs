//! Whether a token is signed by one of the provider's keys (RFC 7515, 7517, 7518, 8037).
//!
//! Only algorithms with public keys are known: a token cannot choose `none`, nor a shared secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

use super::OidcError;

/// The provider's keys, as it publishes them.
#[derive(Debug, Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    crit: Option<serde_json::Value>,
}

/// The payload of a token, if a key of the provider signed it.
pub(super) fn verified(token: &str, keys: &Keys) -> Result<Vec<u8>, OidcError> {
    const NONE: OidcError = OidcError::Token("its token is signed by none of its keys");
    let shape = || OidcError::Token("its token has a wrong form");
    let (signed, signature) = token.rsplit_once('.').ok_or_else(shape)?;
    let (header, payload) = signed.split_once('.').ok_or_else(shape)?;
    let header: Header = decoded(header)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(shape)?;
    let signature = decoded(signature).ok_or_else(shape)?;
    if header.crit.is_some() {
        return Err(NONE);
    }
    let fits = |key: &&Key| {
        key.purpose.as_deref().is_none_or(|p| p == "sig")
            && key.alg.as_ref().is_none_or(|alg| *alg == header.alg)
            && (header.kid.is_none() || key.kid == header.kid)
    };
    let mut fitting = keys.keys.iter().filter(fits);
    if fitting.any(|key| key.signed(&header.alg, signed.as_bytes(), &signature)) {
        decoded(payload).ok_or_else(shape)
    } else {
        Err(NONE)
    }
}

impl Key {
    fn signed(&self, alg: &str, message: &[u8], signature: &[u8]) -> bool {
        let part = |part: &Option<String>| part.as_deref().and_then(decoded);
        let curve = self.crv.as_deref();
        match (self.kty.as_str(), alg) {
            ("RSA", "RS256" | "PS256") => {
                let (Some(n), Some(e)) = (part(&self.n), part(&self.e)) else {
                    return false;
                };
                let parameters = if alg == "RS256" {
                    &RSA_PKCS1_2048_8192_SHA256
                } else {
                    &RSA_PSS_2048_8192_SHA256
                };
                let key = RsaPublicKeyComponents { n: &n, e: &e };
                key.verify(parameters, message, signature).is_ok()
            }
            ("EC", "ES256") if curve == Some("P-256") => {
                let (Some(x), Some(y)) = (part(&self.x), part(&self.y)) else {
                    return false;
                };
                // SEC 1: 4 stands before an uncompressed point.
                let point = [&[4], x.as_slice(), &y].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(message, signature).is_ok()
            }
            ("OKP", "EdDSA") if curve == Some("Ed25519") => part(&self.x).is_some_and(|x| {
                let key = UnparsedPublicKey::new(&ED25519, x);
                key.verify(message, signature).is_ok()
            }),
            _ => false,
        }
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys made by OpenSSL for this test; what follows was signed by it with their other halves.
    const N: &str = "7MfnURTa4HeLaQz4NYztiXGdNeUSUJyIxDkk53e4ov_IVxxBnrKTvc1L1_xgdK6TZMyN1S5sgJtXncUDLdR_VMYF4h2VX95h51Qn\
    KSBzuiOY3ld651jhuOUVSWwZVkujvjJUxrBaWgKPj4bTYuw5tKXzT38zK2L37g8TJoj1SJVi1UVn6w5eiwvxnhTlo9pBsi83QrbC\
    xo2yrlFdm5HhscdBuCmpQ_iN1mY0FcL7OA0eh4WFgZqAlPqlvVivfHbwPsUOXfbzc5rhjlwAoYc9ypU7ow9yZ66fL3e2WJG1o3n2\
    sUbfnOqZUsZ1Qqt_qXkxrs3sVKgVr9r8oTzP4ronvw";
    const X: &str = "OCmW_gwhnyJOHDchfkM3E0zFjJDrfoHE_dnvJgl1okY";
    const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.dOM3XdvVkDvjxkomHh3T4ZUKNN2RVcCfXAkxmpy5r1DJj8VTa7bvSqim62KJZqY\
    2on7cMlmuMzJhwYbqT3RA95DxSqx5Z0F_EraTjCjByEVCqeGBt2JP-EiVH_8-CVFl-VLq136gGcELquQZUD7Uhv8ef5HDypHtbFe\
    qbrotAjG3Eq_8LCW_FGhl0h_21P5BaJfFv6v1qC-rJpLoiTkUAkinPsoitBSzKGqVzP0iy4Hx4sq8EjZW9KEi4uPHOHAYCWThwP3\
    _AI-pMjvy-K7pwZSefBvBATS0pUOeiRmTHzMbHVxgrcllcglmar0ErnfSgPt3DXdLCrZ1AWbHuk4x3Q";
    const PS256: &str = "eyJhbGciOiJQUzI1NiJ9.eyJzdWIiOiJ4In0.WicAWEhffnaqXgKCYJ0unKLmlZKF-bWeF5ABj1WwwE96weMWIcBlmOjGbJllslR\
    ak8J-AwL2X5FXN8LGmKtQ_5_NAhKx3iRSrEuYek1Gsfbei4Tzj2SlnHHwynD4-OmvygLYV2R-s65mDC6Nzvy0HTyhee9Rbm1ThB4\
    WuQZdTZbUN10Ow9rjr1707uHbrOMAGAr7xXrgVE4J3TywnelI-yddnf0w-Vex7IRfpFEX3Q4yTo3Xk7uZnXGY3NJXYQQ1wtv9siU\
    LWuJ_nzv1QsCz_AOzK5q7Tz2VGXHcU4oOe-dZIDRBWSN27SvR0VsPigzzMQixseI7Qo2CMCuQuNyH2w";
    const EDDSA: &str = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.lY5LwGi95AB18LX7XWh9OoSApyXXIebUi_OKN4La-u_PvvsJLtPlrQ-whq4p4rf\
    Oo1K9iPYcMPU3NJsQa-fkBw";

    fn keys() -> Keys {
        let keys = serde_json::json!({"keys": [
            {"kty": "RSA", "n": N, "e": "AQAB", "use": "sig"},
            {"kty": "OKP", "crv": "Ed25519", "x": X},
        ]});
        serde_json::from_value(keys).unwrap()
    }

    #[test]
    fn what_another_program_signed_is_taken_and_nothing_that_was_changed_since() {
        for token in [RS256, PS256, EDDSA] {
            assert_eq!(verified(token, &keys()).unwrap(), br#"{"sub":"x"}"#);
            let (signed, signature) = token.rsplit_once('.').unwrap();
            let (header, _) = signed.split_once('.').unwrap();
            let other = URL_SAFE_NO_PAD.encode(r#"{"sub":"y"}"#);
            assert!(verified(&format!("{header}.{other}.{signature}"), &keys()).is_err());
        }
    }

    #[test]
    fn a_key_signs_only_what_it_is_for() {
        let of = |key: serde_json::Value| -> Keys {
            serde_json::from_value(serde_json::json!({"keys": [key]})).unwrap()
        };
        let rsa = |name: &str, value: &str| {
            let mut key = serde_json::json!({"kty": "RSA", "n": N, "e": "AQAB"});
            key[name] = value.into();
            of(key)
        };
        assert!(verified(RS256, &rsa("alg", "RS256")).is_ok());
        for keys in [
            rsa("alg", "PS256"),
            rsa("use", "enc"),
            rsa("kty", "EC"),
            rsa("e", "!"),
        ] {
            assert!(verified(RS256, &keys).is_err());
        }
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","crit":["x"]}"#);
        let (_, rest) = RS256.split_once('.').unwrap();
        for token in [
            &*format!("{header}.{rest}"),
            "",
            ".",
            "..",
            "a.b.c",
            &*"é.".repeat(3),
        ] {
            assert!(verified(token, &keys()).is_err(), "{token}");
        }
    }
}
