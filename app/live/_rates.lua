-- How many phones a company rings in a minute of the clock.
local MINUTE = 60000000

local function may_ring(count, limit) -- counted in when they may
  if limit == 0 or count == 0 then return true end
  local rung = P .. 'rung:' .. whole(math.floor(now / MINUTE))
  if tonumber(call('GET', rung) or '0') + count > limit then
    call('SET', P .. 'refused', whole(now), 'EX', DAY)
    return false
  end
  call('INCRBY', rung, count)
  call('EXPIRE', rung, 120)
  return true
end
