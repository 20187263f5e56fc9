"""The durable local log of calls, and its way to the database."""
