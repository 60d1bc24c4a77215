"""节能审查意见: what persons write and sign on the decisions of screening."""
