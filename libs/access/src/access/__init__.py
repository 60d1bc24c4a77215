"""Who may do what, where: roles, acts, grants and the one decision."""
