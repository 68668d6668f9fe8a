"""tRPC: the protocol as it was captured, the worked procedures, and the real client against a real server."""
