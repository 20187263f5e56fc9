-- Queues as callers' snapshots have them, for the scripts that callers join by.
local function read_plan(at)
  return { id = ARGV[at], strategy = ARGV[at + 1], max_size = tonumber(ARGV[at + 2]), wrap_up_ms = ARGV[at + 3],
    weights = ARGV[at + 4], max_misses = ARGV[at + 5], rest_ms = ARGV[at + 6], phones = ARGV[at + 7] }
end

local function serve(phone, queue, really)
  local others = {}
  for other in queues_of(phone) do
    if other ~= queue then others[#others + 1] = other end
  end
  if really then others[#others + 1] = queue end
  if #others == 0 then
    call('HDEL', P .. 'serves', phone)
  else
    call('HSET', P .. 'serves', phone, table.concat(others, ' '))
  end
end

local function change(plan)
  local members = P .. 'members:' .. plan.id
  for _, phone in ipairs(call('ZRANGE', members, 0, -1)) do
    serve(phone, plan.id, false)
  end
  call('DEL', members, P .. 'free:' .. plan.id)
  call('HSET', P .. 'plan:' .. plan.id, 'strategy', plan.strategy, 'wrap_up_ms', plan.wrap_up_ms, 'weights', plan.weights,
    'max_misses', plan.max_misses, 'rest_ms', plan.rest_ms)
  local position = 0
  for phone in string.gmatch(plan.phones, '[^,]+') do
    call('ZADD', members, position, phone)
    serve(phone, plan.id, true)
    position = position + 1
  end
  for phone in string.gmatch(plan.phones, '[^,]+') do
    refresh(phone)
  end
end

local function register(plan)
  local text = table.concat(
    { plan.strategy, plan.wrap_up_ms, plan.weights, plan.max_misses, plan.rest_ms, plan.phones }, ' ')
  local key = P .. 'plan:' .. plan.id
  if call('HGET', key, 'text') ~= text or call('EXISTS', P .. 'serves') == 0 then
    change(plan)
    call('HSET', key, 'text', text)
  end
  call('SADD', P .. 'queues', plan.id)
  for _, name in ipairs({ 'plan:' .. plan.id, 'members:' .. plan.id, 'free:' .. plan.id, 'serves', 'queues' }) do
    call('EXPIRE', P .. name, DAY)
  end
end
