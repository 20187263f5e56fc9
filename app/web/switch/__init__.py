"""What FreeSWITCH itself tells us."""
