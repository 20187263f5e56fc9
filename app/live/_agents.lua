-- Agents' states, for the scripts that change them.
local function set_agent(phone, state, untill)
  call('HDEL', P .. 'missed', phone)
  call('ZREM', DUE, company .. ' phone ' .. phone)
  if state == 'available' then
    call('HDEL', P .. 'states', phone)
  else
    call('HSET', P .. 'states', phone, state .. ' ' .. untill)
    call('EXPIRE', P .. 'states', QUARTER)
    if state == 'wrap_up' then call('ZADD', DUE, untill, company .. ' phone ' .. phone) end
  end
  refresh(phone)
end
