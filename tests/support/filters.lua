-- Puts every filter of a file to a capture in one run of tshark: FILTERS names the file, one filter a line. Prints a line
-- for each: its number, and the frames that pass or ERR with the reason.
local hits, count = {}, 0
for filter in io.lines(os.getenv("FILTERS")) do
  count = count + 1
  local at = count
  local valid, tap = pcall(Listener.new, "frame", filter)
  if valid then
    hits[at] = {}
    function tap.packet(pinfo) table.insert(hits[at], pinfo.number) end
  else
    hits[at] = "ERR " .. tostring(tap):gsub("%s+", " ")
  end
end
local last = Listener.new("frame")
function last.draw()
  for at = 1, count do
    local hit = hits[at]
    print("FILTER " .. at .. "\t" .. (type(hit) == "table" and table.concat(hit, ",") or hit))
  end
end
