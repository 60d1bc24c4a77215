"""产能置换: lots of retired capacity, the ratio that a new project owes, and the holds on lots."""
