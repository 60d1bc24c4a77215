"""Cases that officials write: a project, its circumstances and what is expected, decided without a server."""
