"""The assessment of a region by the method in force for the year: what is missing is unknown, never met. Pure."""
