"""The demo: real and invented projects go in over gRPC, reasoned decisions come out."""
