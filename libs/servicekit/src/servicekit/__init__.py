"""What every service stands on: rpc, eventing, storage, telemetry, settings."""
