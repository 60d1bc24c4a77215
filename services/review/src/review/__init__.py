"""节能审查: two-high class, competent authority and access standards, by the law in force on the application day."""
