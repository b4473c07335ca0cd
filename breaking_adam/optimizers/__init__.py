"""Optimizers of the paper, as torch optimizers."""
