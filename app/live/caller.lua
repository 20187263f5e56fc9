-- Whose call it is, for people who look at the board.
-- KEYS  the call's name
-- ARGV  the number and the 400 number, for how many seconds
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
