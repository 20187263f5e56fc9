-- Sets a phone's state from now on.
-- ARGV  phone, state, until in µs (of what ends by itself, else 0)
set_agent(ARGV[3], ARGV[4], ARGV[5])
match()
