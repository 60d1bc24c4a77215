"""Kafka: events out through the outbox, events in through the inbox, poison to the dead letters."""
