"""项目备案: takes projects in, checks their identifiers and completeness, and keeps every revision."""
