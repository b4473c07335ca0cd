"""Trials of a problem and an optimizer, step by step or in compiled blocks."""
