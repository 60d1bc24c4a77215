"""What people read: decisions, tables, errors, in Chinese or English."""
