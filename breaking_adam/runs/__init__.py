"""A command's directory: attempts, checkpoints, the lock, resuming."""
