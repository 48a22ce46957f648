-- save.lua - wrk's side of save.sh: each request saves one place, under a key
-- of its own.  Arguments: token, csrf, file of "place version" lines, run.
local threads = 0

function setup(thread)
	thread:set("id", threads)
	threads = threads + 1
end

function init(args)
	token, csrf, run = args[1], args[2], tonumber(args[4])
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

function request()
	local p = places[math.random(#places)]
	n = n + 1
	return wrk.format("POST", "/capacitaire/l" .. p[1], headers, string.format(
	    "jeton=%s&inst=20&ferm_nr=1&dispo_ind=3&suppl_mob=0&version=%s" ..
	    "&cle=%08x-%04x-4000-8000-%012x", csrf, p[2], run, id, n))
end
