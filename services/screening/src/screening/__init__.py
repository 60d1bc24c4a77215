"""筛查: joins what the other services found into one reasoned decision for each filing."""
