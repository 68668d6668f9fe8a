"""What every room stands on: errors, JSON, the database, the clock. Knows Flask, not users."""
