"""What an installation runs once, or asks now and then. Each is a command: `python -m deploy.NAME`."""
