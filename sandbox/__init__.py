"""What a demo, a replay or a test needs: servers and stand-ins that are real over the wire."""
