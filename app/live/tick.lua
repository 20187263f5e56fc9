-- Ends wrap-ups and rests that are over and lines up call-backs whose pause is over.
-- ARGV  "phone X" or "call X"…
for at = 3, #ARGV do
  local kind, name = string.match(ARGV[at], '(%S+) (%S+)')
  local member = company .. ' ' .. ARGV[at]
  if tonumber(call('ZSCORE', DUE, member) or 'inf') <= now then
    call('ZREM', DUE, member)
    if kind == 'phone' then
      call('HDEL', P .. 'states', name)
      refresh(name)
    else
      local w = read_waiter(name)
      if w and w.phone == '-' then line_up(name, w) end
    end
  end
end
match()
