-- The beginning of every script about one company's phones and queues; pairing.py is the same in Python and says what
-- must hold. All names in Redis are made in keys.py; what is kept under them is said there too.
-- KEYS  the company's prefix, the prefix of what controllers hold, the prefix of their channels, the controllers, what is due
-- ARGV  now in µs (0: this server's clock), the controller that asks, then what each script says
local P, HELD, INBOX, CONTROLLERS, DUE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local DAY, QUARTER = 86400, 7776000
local ALIVE = 10000000 -- µs that a controller counts as alive without a beat
local SPAN, EPOCH, POSITIONS, PRIORITIES = 70368744177664, 1767225600000000, 1024, 100
local now, me = tonumber(ARGV[1]), ARGV[2]
local call = redis.call
local company = string.match(P, '(%d+):$')
local touched = {} -- queues in which somebody may be paired now

if now == 0 then
  local time = call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local function whole(number)
  return string.format('%.0f', number)
end

local function held(owner, kind, name, command)
  call(command, HELD .. owner, company .. ' ' .. kind .. ' ' .. name)
  if command == 'SADD' then -- it may die before its first beat
    call('ZADD', CONTROLLERS, 'NX', whole(now + ALIVE), owner)
  end
end

-- Records

local function read_lease(phone)
  local text = call('HGET', P .. 'leases', phone)
  if not text then return nil end
  local id, owner, queue, since = string.match(text, '(%S+) (%S+) (%S+) (%S+)')
  return { call = id, owner = owner, queue = queue, since = tonumber(since) }
end

local function write_lease(phone, lease)
  local text = table.concat({ lease.call, lease.owner, lease.queue, whole(lease.since) }, ' ')
  call('HSET', P .. 'leases', phone, text)
  call('EXPIRE', P .. 'leases', DAY)
  held(lease.owner, 'phone', phone, 'SADD')
end

local function read_waiter(id)
  local text = call('HGET', P .. 'waiters', id)
  if not text then return nil end
  local queue, score, owner, phone, number, tries = string.match(text, '(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)')
  return { queue = queue, score = score, owner = owner, phone = phone, number = number, tries = tonumber(tries) }
end

local function write_waiter(id, w)
  call('HSET', P .. 'waiters', id, table.concat({ w.queue, w.score, w.owner, w.phone, w.number, w.tries }, ' '))
  call('EXPIRE', P .. 'waiters', DAY)
  held(w.owner, 'wait', id, 'SADD')
end

local function own_waiter(id, w, owner)
  if w.owner ~= owner then
    held(w.owner, 'wait', id, 'SREM')
    w.owner = owner
  end
  write_waiter(id, w)
end

local function own_lease(phone, lease, owner)
  if lease.owner ~= owner then
    held(lease.owner, 'phone', phone, 'SREM')
    lease.owner = owner
  end
  write_lease(phone, lease)
end

-- Phones

local function queues_of(phone)
  return string.gmatch(call('HGET', P .. 'serves', phone) or '', '%S+')
end

local function is_free(phone)
  return call('HEXISTS', P .. 'leases', phone) == 0 and call('HEXISTS', P .. 'states', phone) == 0
end

local function refresh(phone) -- among the free ones of its queues, or not
  local free = is_free(phone)
  for queue in queues_of(phone) do
    local position = call('ZSCORE', P .. 'members:' .. queue, phone)
    if free and position then
      local score = position
      if call('HGET', P .. 'plan:' .. queue, 'strategy') == 'longest_idle' then
        score = whole(tonumber(call('HGET', P .. 'idle', phone) or '0') * POSITIONS + position)
      end
      call('ZADD', P .. 'free:' .. queue, score, phone)
      call('EXPIRE', P .. 'free:' .. queue, DAY)
      touched[queue] = true
    else
      call('ZREM', P .. 'free:' .. queue, phone)
    end
  end
end

local function take(phone, lease)
  write_lease(phone, lease)
  for queue in queues_of(phone) do
    call('ZREM', P .. 'free:' .. queue, phone)
  end
end

local function drop(phone, lease)
  call('HDEL', P .. 'leases', phone)
  held(lease.owner, 'phone', phone, 'SREM')
  local w = read_waiter(lease.call)
  if w and w.phone == phone then
    w.phone = '-'
    write_waiter(lease.call, w)
  end
  refresh(phone)
end

-- Callers

local function line_up(id, w)
  call('ZADD', P .. 'waiting:' .. w.queue, w.score, id)
  call('EXPIRE', P .. 'waiting:' .. w.queue, DAY)
  touched[w.queue] = true
end

local function place_of(id, w)
  local rank = call('ZRANK', P .. 'waiting:' .. w.queue, id)
  return rank and rank + 1 or 0
end

local function free_held(id, w)
  local phone = w.phone
  if phone ~= '-' then
    drop(phone, read_lease(phone))
    w.phone = '-'
  end
end

local function detach(id, w)
  call('ZREM', P .. 'waiting:' .. w.queue, id)
  call('HDEL', P .. 'waiters', id)
  call('SREM', P .. 'promised', id)
  call('ZREM', DUE, company .. ' call ' .. id)
  held(w.owner, 'wait', id, 'SREM')
end

local function remove(id, w)
  free_held(id, w)
  detach(id, w)
end

local function introduce(id, caller) -- whose call it is, for people who look at the board; "" when that is known
  if caller ~= '' then
    call('SET', P .. 'caller:' .. id, caller, 'EX', 21600) -- longer than nearly all waits and conversations
  end
end

-- Who gets which phone

local function chance(id)
  return tonumber(string.sub(redis.sha1hex(id), 1, 8), 16)
end

local function by_weight(queue, luck)
  local weights, sum, shares = {}, 0, {}
  for weight in string.gmatch(call('HGET', P .. 'plan:' .. queue, 'weights'), '%d+') do
    weights[#weights + 1] = tonumber(weight)
  end
  local free = call('ZRANGE', P .. 'free:' .. queue, 0, -1, 'WITHSCORES')
  for at = 2, #free, 2 do
    shares[at] = math.max(1, weights[tonumber(free[at]) + 1] or 1)
    sum = sum + shares[at]
  end
  local mark = luck % sum
  for at = 2, #free, 2 do
    mark = mark - shares[at]
    if mark < 0 then return free[at - 1] end
  end
end

local function in_turn(queue)
  local plan, free = P .. 'plan:' .. queue, P .. 'free:' .. queue
  local last = call('HGET', plan, 'last') or '-1'
  local found = call('ZRANGEBYSCORE', free, '(' .. last, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if #found == 0 then found = call('ZRANGE', free, 0, 0, 'WITHSCORES') end
  call('HSET', plan, 'last', found[2])
  return found[1]
end

local function choose(queue, id)
  local strategy, free = call('HGET', P .. 'plan:' .. queue, 'strategy'), P .. 'free:' .. queue
  if strategy == 'round_robin' then return in_turn(queue) end
  if strategy == 'weighted' then return by_weight(queue, chance(id)) end
  local at = strategy == 'random' and chance(id) % call('ZCARD', free) or 0
  return call('ZRANGE', free, at, at)[1]
end

local function pair(id)
  local w = read_waiter(id)
  local phone = choose(w.queue, id)
  call('ZREM', P .. 'waiting:' .. w.queue, id)
  w.phone = phone
  write_waiter(id, w)
  take(phone, { call = id, owner = w.owner, queue = w.queue, since = now })
  call('PUBLISH', INBOX .. w.owner, table.concat({ company, id, phone, w.queue, w.number, w.tries }, ' '))
end

local function first_of(queue) -- who is to be paired there: call and score
  if call('EXISTS', P .. 'free:' .. queue) == 0 then return nil end
  local head = call('ZRANGE', P .. 'waiting:' .. queue, 0, 0, 'WITHSCORES')
  return head[1], tonumber(head[2])
end

local function match()
  while true do
    local best, lowest
    for queue in pairs(touched) do
      local id, score = first_of(queue)
      if id and (not best or score < lowest or (score == lowest and id < best)) then
        best, lowest = id, score
      end
    end
    if not best then return end
    pair(best)
  end
end
