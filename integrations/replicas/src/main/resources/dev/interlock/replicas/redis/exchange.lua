-- One exchange of a replica, see dev.interlock.replicas.LimitServer; the rules are those of postgres/Ledger.java.
-- KEYS: 1 sessions (by end of lease), 2 claims (JSON by id), 3 those that wait (by arrival), 4 since when others are granted,
--       5 ids that hold slots, 6 how often keys are held, 7 slots used by cap, 8 since when claims are abandoned, 9 last arrival,
--       10 number of the last exchange by session
-- Ids of claims count within their session, so here each begins with that.
-- ARGV: 1 the exchange as JSON, 2 what the names of channels begin with

local exchange = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function own(id)
    return exchange.session .. ' ' .. id
end

local function count(hash, field, by)
    if redis.call('HINCRBY', hash, field, by) == 0 then
        redis.call('HDEL', hash, field)
    end
end

local function hold(claim, by)
    for _, key in ipairs(claim.holds) do
        count(KEYS[6], key, by)
    end
end

local function find(id)
    local text = redis.call('HGET', KEYS[2], id)
    return text and cjson.decode(text)
end

local function returnSlots(id)
    if redis.call('SREM', KEYS[5], id) == 1 then
        for _, cap in ipairs(find(id).caps) do
            count(KEYS[7], cap.name, -1)
        end
    end
end

local function release(id)
    local claim = find(id)
    if claim then
        if redis.call('HDEL', KEYS[4], id) == 1 then
            hold(claim, -1)
            returnSlots(id)
        end
        redis.call('ZREM', KEYS[3], id)
        redis.call('HDEL', KEYS[8], id)
        redis.call('HDEL', KEYS[2], id)
    end
end

local function endSession(session)
    local all = redis.call('HGETALL', KEYS[2])
    for i = 1, #all, 2 do
        if cjson.decode(all[i + 1]).session == session then
            release(all[i])
        end
    end
    redis.call('ZREM', KEYS[1], session)
    redis.call('HDEL', KEYS[10], session)
end

for _, session in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
    endSession(session)
end
local knew = redis.call('HGET', KEYS[10], exchange.session)
local last = knew and tonumber(knew) or 0
if knew and exchange.number < last then
    -- It comes late: its replica has given it up, and gone on.
    return { '0' }
end
if exchange.answered > last then
    -- What the replica was told is lost, or its session is.
    endSession(exchange.session)
    return { '0' }
end
redis.call('ZADD', KEYS[1], now + exchange.lease, exchange.session)
redis.call('HSET', KEYS[10], exchange.session, string.format('%.0f', exchange.number))

for _, id in ipairs(exchange.released) do
    release(own(id))
end
for _, id in ipairs(exchange.slotsReturned) do
    returnSlots(own(id))
end
for _, claimed in ipairs(exchange.abandoned) do
    local id = own(claimed)
    returnSlots(id)
    if redis.call('HEXISTS', KEYS[4], id) == 1 then
        redis.call('HSETNX', KEYS[8], id, now)
    end
end
for _, claim in ipairs(exchange.asked) do
    claim.session = exchange.session
    claim.replica = exchange.replica
    if redis.call('HSETNX', KEYS[2], own(claim.id), cjson.encode(claim)) == 1 then
        redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[9]), own(claim.id))
    end
end
if exchange.ends then
    endSession(exchange.session)
end

-- What claims before this one wait for: keys that they will hold, and slots.
local keysAhead = {}
local slotsAhead = {}

local function isHeld(claim)
    -- What a claim is made within does not hold it up.
    local around = {}
    for _, outer in ipairs(claim.within) do
        local id = claim.session .. ' ' .. outer
        if redis.call('HEXISTS', KEYS[4], id) == 1 then
            table.insert(around, find(id))
        end
    end
    for _, outer in ipairs(around) do
        hold(outer, -1)
    end
    local held = false
    for from = 1, #claim.meets, 500 do
        local to = math.min(from + 499, #claim.meets)
        for _, times in ipairs(redis.call('HMGET', KEYS[6], unpack(claim.meets, from, to))) do
            held = held or times
        end
    end
    for _, outer in ipairs(around) do
        hold(outer, 1)
    end
    if not held and #claim.within == 0 then
        for _, key in ipairs(claim.meets) do
            held = held or keysAhead[key]
        end
    end
    return held
end

-- The first cap that has no slot for it. Slots of those before are kept for it.
local function fullCap(claim)
    for i, cap in ipairs(claim.caps) do
        local used = tonumber(redis.call('HGET', KEYS[7], cap.name) or '0')
        if used + (slotsAhead[cap.name] or 0) >= cap.limit then
            for j = 1, i do
                local name = claim.caps[j].name
                slotsAhead[name] = (slotsAhead[name] or 0) + 1
            end
            return cap.name
        end
    end
    return nil
end

local reply = { knew and '1' or '0' }
local tell = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    local claim = find(id)
    local by = ''
    if not isHeld(claim) then
        by = fullCap(claim)
    end
    if by == nil then
        redis.call('ZREM', KEYS[3], id)
        redis.call('HSET', KEYS[4], id, now)
        hold(claim, 1)
        if #claim.caps > 0 then
            redis.call('SADD', KEYS[5], id)
            for _, cap in ipairs(claim.caps) do
                count(KEYS[7], cap.name, 1)
            end
        end
        tell[claim.session] = true
    else
        for _, key in ipairs(claim.holds) do
            keysAhead[key] = true
        end
        if claim.session == exchange.session then
            table.insert(reply, 'w' .. claim.id .. '\n' .. by)
        end
    end
end

tell[exchange.session] = nil
for session, _ in pairs(tell) do
    redis.call('PUBLISH', ARGV[2] .. session, '')
end
for _, claim in ipairs(exchange.asked) do
    if redis.call('HEXISTS', KEYS[4], own(claim.id)) == 1 then
        table.insert(reply, 'g' .. claim.id)
    end
end
for _, id in ipairs(exchange.waiting) do
    if redis.call('HEXISTS', KEYS[4], own(id)) == 1 then
        table.insert(reply, 'g' .. id)
    end
end
return reply
