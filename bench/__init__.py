"""Benchmarks: what Duely does, measured against a truth that is known and a floor of the same run."""
