-- feed.lua - wrk's side of feed.sh: each request is a PATCH of one feed.
-- Arguments: file of "token site code" lines, run, "change" or "confirm".
local threads = 0

function setup(thread)
	thread:set("id", threads)
	threads = threads + 1
end

local base = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-location-supported-capacity"
local nos = "https://mos.esante.gouv.fr/NOS/"

local function concept(url, list, code)
	return string.format('{"url":"%s","valueCodeableConcept":{"coding":[{"system":"%s%s","code":"%s"}]}}',
	    url, nos, list, code)
end

local function criterion(url, code)
	return string.format("extension.where(url = '%s' and valueCodeableConcept.coding.code = '%s')", url, code)
end

-- The shape of the published examples, around %d.
local function body()
	return '{"parameter":[{"name":"operation","part":[{"name":"type","valueString":"add"},' ..
	    '{"name":"path","valueString":"Location.extension.where(url=\'' .. base .. "').where(" ..
	    criterion("capacityStatus", "02") .. " and " .. criterion("temporalityCapacity", "01") .. " and " ..
	    criterion("genderCapacityAvailable", "04") .. " and " .. criterion("temporaryAssignement", "01") .. ')"},' ..
	    '{"name":"value","part":[{"extension":[{"url":"' .. base .. '","extension":[' ..
	    '{"url":"nbCapacity","valueInteger":%d},' ..
	    concept("capacityStatus", "TRE_R330-TypeStatutCapacite", "02") .. "," ..
	    concept("temporalityCapacity", "TRE_R331-TemporaliteCapacite", "01") .. "," ..
	    concept("capacitySourceType", "TRE_R335-TypeSourceCapacite", "02") .. "," ..
	    concept("genderCapacityAvailable", "TRE_R332-GenreCapacite", "04") .. "," ..
	    concept("temporaryAssignement", "TRE_R337-AffectationTemporaire", "01") ..
	    ']}]}]}]}],"resourceType":"Parameters"}'
end

function init(args)
	local run = tonumber(args[2])
	confirm = args[3] == "confirm"
	text = body()
	feeds = {}
	for line in io.lines(args[1]) do
		local token, site, code = line:match("(%x+) (%w+) (%S+)")
		feeds[#feeds + 1] = {
			path = "/fhir/Location?identifier=" .. site .. "/" .. code,
			headers = {
				["Authorization"] = "Bearer " .. token,
				["Content-Type"] = "application/fhir+json",
			},
		}
	end
	math.randomseed(run * 100 + id)
	n = math.random(4500)
end

-- No date: the value is of when it is recorded, later than the last one.  Two
-- threads never say the same value, so that each request moves its place.
function request()
	local f = feeds[math.random(#feeds)]
	n = n + 1
	return wrk.format("PATCH", f.path, f.headers,
	    string.format(text, confirm and 3 or id * 5000 + n % 5000))
end
