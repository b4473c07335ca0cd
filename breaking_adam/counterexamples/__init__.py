"""The published one-dimensional counterexamples: a file each, and what the theory says of them."""
