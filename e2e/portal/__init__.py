"""The portal in a real browser, on the whole stack."""
