-- Appends one event of an interaction, if and only if it is the next one.
--
-- keys: 1 fence   hash: who wrote last, in which epoch, up to which seq
--       2 events  stream of the shard
--       3 state   hash of the newest scores
--       4 ix      stream of the interaction
--       5 hints   stream of the shard's routing hints
-- args: 1 owner  2 epoch  3 seq  4 dropped  5 type  6 subject  7 data
--       8 fence ttl, ms  9 state ttl, ms  10 ix ttl, ms (0 = no ix)  11 ix length
--       12 field of state that gets data, '' = none
--       13 seq with which the owner's epoch begins
--       14 count of arguments that follow for state, then those (field, value ...)
--       the rest: fields of the entry in hints, none = no hint
--
-- Returns 1 appended; 0 it is there already; 2 appended, but a key beside the
-- stream holds another type and was left alone. Errors: GAP and FENCED, both with
-- the last seq and epoch.
local function append(keys, args)
  local owner, epoch, seq = args[1], tonumber(args[2]), tonumber(args[3])
  local f = redis.call('HMGET', keys[1], 'owner', 'epoch', 'seq', 'was_owner', 'was_epoch', 'was_seq')
  local last_epoch, last = tonumber(f[2] or '0'), tonumber(f[3] or '0')
  local ours = f[1] == owner and last_epoch == epoch
  if ours and seq <= last then
    -- A write, so that a WAIT after it waits for replicas that have the entry.
    redis.call('PEXPIRE', keys[1], args[8])
    return 0
  end
  -- A writer whose place was taken may still ask for what it had written before.
  if f[4] == owner and tonumber(f[5] or '0') == epoch and seq <= tonumber(f[6] or '0') then
    return 0
  end
  if not ours and epoch <= last_epoch then
    return redis.error_reply('FENCED another writer is at seq ' .. last .. ' epoch ' .. last_epoch)
  end
  -- Another's place is taken by the first event of an epoch alone: of a pipeline
  -- that came too late, one further on could follow the last by chance.
  if seq ~= last + 1 or (not ours and args[3] ~= args[13]) then
    return redis.error_reply('GAP the last event is seq ' .. last .. ' epoch ' .. last_epoch)
  end

  -- The stream first and the fence at once after it: whatever fails later, the
  -- same event will be found done.
  local id = redis.call('XADD', keys[2], '*', 'data', args[7], 'type', args[5], 'subject', args[6], 'seq', args[3])
  if not ours and f[1] then
    redis.call('HSET', keys[1], 'was_owner', f[1], 'was_epoch', f[2], 'was_seq', f[3])
  end
  redis.call('HSET', keys[1], 'owner', owner, 'epoch', args[2], 'seq', args[3], 'dropped', args[4])
  redis.call('PEXPIRE', keys[1], args[8])

  local result = 1
  local function beside(...)
    local reply = redis.pcall(...)
    if type(reply) == 'table' and reply['err'] then
      result = 2
    end
  end
  if args[5] == 'attune.erased' then
    beside('DEL', keys[3], keys[4])
  end
  local pairs_end = 14 + tonumber(args[14])
  local set = {'HSET', keys[3], 'seq', args[3], 'epoch', args[2], 'type', args[5]}
  if args[12] ~= '' then
    set[#set + 1] = args[12]
    set[#set + 1] = args[7]
  end
  for i = 15, pairs_end do
    set[#set + 1] = args[i]
  end
  beside(unpack(set))
  beside('PEXPIRE', keys[3], args[9])
  if args[10] ~= '0' then
    beside('XADD', keys[4], 'MAXLEN', '~', args[11], args[3] .. '-0', 'data', args[7], 'type', args[5], 'entry', id)
    beside('PEXPIRE', keys[4], args[10])
  end
  if #args > pairs_end then
    local hint = {'XADD', keys[5], '*', 'data', args[7], 'type', args[5], 'subject', args[6], 'seq', args[3]}
    for i = pairs_end + 1, #args do
      hint[#hint + 1] = args[i]
    end
    beside(unpack(hint))
  end
  return result
end
