"""The law as dated, cited data, and the findings that rest on it."""
