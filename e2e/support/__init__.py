"""What the black-box tests, the drills and the benches share."""
