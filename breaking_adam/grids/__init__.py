"""Grids: many Trials at once, over named axes."""
