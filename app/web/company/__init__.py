"""What concerns the company as a whole: its limit, its secret, and how notices reach people."""
