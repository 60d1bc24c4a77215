"""HTTP: pages, sign-in, and what guards them."""
