//! Phone numbers: extraction, normalisation, variants and neighbours.
