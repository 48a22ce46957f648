-- save.lua - wrk's side of save.sh: each request saves one place, or a page of
-- several, under a key of its own.
-- Arguments: token, csrf, file of "place version" lines, run, places a page (1).
local threads = 0

function setup(thread)
	thread:set("id", threads)
	threads = threads + 1
end

function init(args)
	token, csrf, run = args[1], args[2], tonumber(args[4])
	size = tonumber(args[5] or 1)
	places, n = {}, 0
	for line in io.lines(args[3]) do
		local place, version = line:match("(%d+) (%d+)")
		places[#places + 1] = { place, version }
	end
	math.randomseed(run * 100 + id)
	headers = {
		["Accept"] = "application/json",
		["Content-Type"] = "application/x-www-form-urlencoded",
		["Cookie"] = "__Host-ror=" .. token,
		["Sec-Fetch-Site"] = "same-origin",
	}
end

local function page()
	local first, body = math.random(#places - size + 1), { "jeton=" .. csrf }
	for i = first, first + size - 1 do
		local l = "l" .. places[i][1]
		body[#body + 1] = string.format("inst.%s=20&ferm_nr.%s=1&dispo_ind.%s=3&suppl_mob.%s=0&version.%s=%s",
		    l, l, l, l, l, places[i][2])
	end
	body[#body + 1] = string.format("cle=%08x-%04x-4000-8000-%012x", run, id, n)
	return wrk.format("POST", "/capacitaire", headers, table.concat(body, "&"))
end

function request()
	local p = places[math.random(#places)]
	n = n + 1
	if size > 1 then
		return page()
	end
	return wrk.format("POST", "/capacitaire/l" .. p[1], headers, string.format(
	    "jeton=%s&inst=20&ferm_nr=1&dispo_ind=3&suppl_mob=0&version=%s" ..
	    "&cle=%08x-%04x-4000-8000-%012x", csrf, p[2], run, id, n))
end
