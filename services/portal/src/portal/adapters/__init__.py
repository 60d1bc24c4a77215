"""Sessions in PostgreSQL, the services over gRPC, and the provider of sign-in over HTTP."""
