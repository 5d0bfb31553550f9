"""The bank's files taken in: recorded once, whatever file says a thing again."""
