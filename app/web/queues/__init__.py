"""Settings of queues."""
