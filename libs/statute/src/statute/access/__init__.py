"""Energy per unit of product: levels, mandatory norms, and the duties to reach them."""
