"""Side-by-side timings, each with a command of its own."""
