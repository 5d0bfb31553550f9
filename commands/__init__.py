"""What the command line does and prints, a file for each command."""
