"""granian, the other server: what stands before the app there, what is amiss, and nginx in front (docs/granian.md)."""
