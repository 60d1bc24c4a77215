"""What every domain shares: exact quantities, the clock, bilingual text and the kinds of refusal."""
