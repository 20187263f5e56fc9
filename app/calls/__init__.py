"""What is done with a call: begin, record, explain. Shells call these; they call the pure packages and the live ones."""
