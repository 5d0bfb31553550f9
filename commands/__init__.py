"""The commands of `starter.py`, one file per group: each reads, asks a room, and prints."""
