"""The published phase diagrams: each with its problem, its protocol and what the theory says."""
