"""How the world is reached: a protocol per kind and its real adapters."""
