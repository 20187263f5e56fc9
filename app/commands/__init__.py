"""What the sub-commands of `hotline400` do, one file each."""
