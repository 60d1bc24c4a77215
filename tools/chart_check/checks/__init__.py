"""One module a check; each yields what is wrong, and nothing when all is well."""
