-- Agents' states, for the scripts that change them.
local function set_agent(phone, state, untill)
  if state ~= 'rest' then call('HDEL', P .. 'missed', phone) end
  call('ZREM', DUE, company .. ' phone ' .. phone)
  if state == 'available' then
    call('HDEL', P .. 'states', phone)
  else
    call('HSET', P .. 'states', phone, state .. ' ' .. untill)
    call('EXPIRE', P .. 'states', QUARTER)
    if state == 'wrap_up' or state == 'rest' then call('ZADD', DUE, untill, company .. ' phone ' .. phone) end
  end
  refresh(phone)
end
