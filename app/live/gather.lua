-- Takes all free phones of a simultaneous queue for a caller who is offered one.
-- ARGV  call
-- Returns the phones, that one first; nothing when he is offered none.
local id = ARGV[3]
local w = read_waiter(id)
if not w or w.phone == '-' then return {} end
local phones = { w.phone }
local rings_all = call('HGET', P .. 'plan:' .. w.queue, 'strategy') == 'simultaneous'
for _, phone in ipairs(rings_all and call('ZRANGE', P .. 'free:' .. w.queue, 0, -1) or {}) do
  take(phone, { call = id, owner = me, queue = w.queue, since = now })
  phones[#phones + 1] = phone
end
return phones
