"""What belongs to no wing: checks of arguments, files, text."""
