"""What happens, in order, over months. Deterministic: no I/O, no clock, no calendar, no table."""
