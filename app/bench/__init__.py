"""What `make bench` measures, and how: each figure as a ratio of two programs in one run on one machine."""
