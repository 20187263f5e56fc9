"""What calls share while they live: Redis, always with a deadline, never needed for a call to go on."""
