"""能耗预算: holds the energy of projects against the envelopes of a region and of all regions above it."""
