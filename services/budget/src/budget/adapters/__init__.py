"""Where envelopes and deductions are kept."""
