"""What the ladder is: pure functions and frozen values. No Temporal, database, web or calendar."""
