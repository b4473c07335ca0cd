"""Rules and problems to machine code."""
