"""A small issuer of identities for the local stack: for demonstrations and tests, and for nothing else."""
