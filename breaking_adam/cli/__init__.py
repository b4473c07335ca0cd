"""The command line: options, one file per command, reports."""
