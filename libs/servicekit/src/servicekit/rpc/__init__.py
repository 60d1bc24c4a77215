"""gRPC: the server, its one interceptor, typed errors, field checks, idempotent requests, pages."""
