"""Faults, planted one at a time: does the suite find them? Run as ``python -m mutants``."""
