//! Names: folds that remember which disguise they undid, tokens, and what words mean.
