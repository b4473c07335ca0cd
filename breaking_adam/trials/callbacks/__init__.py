"""What a Trial calls between its steps, a file each."""
