"""Pictures: data in, matplotlib axes out. Nothing is run here, and no path is chosen."""
