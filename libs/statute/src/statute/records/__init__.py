"""What the law stands on and points at: sources, the province's opinion, industry classes, parks, working days."""
