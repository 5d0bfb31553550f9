"""The commands of `starter.py` that are more than one call: each reads, asks a room, and prints."""
