"""What several test packages need: real servers, and waiting without sleeping."""
