-- Which claims are granted, with their ages. KEYS: as in exchange.lua.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local reply = {}
local granted = redis.call('HGETALL', KEYS[4])
for i = 1, #granted, 2 do
    local abandoned = redis.call('HGET', KEYS[8], granted[i])
    table.insert(reply, redis.call('HGET', KEYS[2], granted[i]))
    table.insert(reply, tostring(now - tonumber(granted[i + 1])))
    table.insert(reply, abandoned and tostring(now - tonumber(abandoned)) or '')
end
return reply
