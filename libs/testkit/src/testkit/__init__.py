"""The local stack for tests and the demo: real Kafka, real PostgreSQL and the services."""
