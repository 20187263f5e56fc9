"""Pure decisions about whom to ring: numbers, regions, opening hours, strategies."""
