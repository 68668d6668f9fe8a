"""What the benchmarks are made of: that it answers rightly, and says what was measured."""
