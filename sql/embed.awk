# embed.awk - turn sql/queries/*.sql into X-macro lists.
#
# Standard output: one Q(name, programs, nparams, "params", ncols, "cols",
# rows, "text") per statement, where params is "name type,..." and cols the
# same.  The file named by -v columns=: one C(query, column, index) per column.
# A statement that is not well headed stops the build with its place.

function fail(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	failed = 1
	exit 1
}

function flush_query(   i) {
	if (name == "")
		return
	if (rows == "" || used == "")
		fail(name ": needs -- rows: and -- for:")
	sub(/;[ \t\n]*$/, "", text)
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	gsub(/\n/, "\\n\"\n\t\"", text)
	printf "Q(%s, \"%s\", %d, \"%s\", %d, \"%s\", \"%s\",\n\t\"%s\")\n", \
	    name, used, np, params, nc, cols, rows, text
	for (i = 0; i < nc; i++)
		printf "C(%s, %s, %d)\n", name, colname[i], i > columns
	name = ""
}

/^-- name: / {
	flush_query()
	name = $3
	if (name !~ /^[a-z][a-z0-9_]*$/)
		fail("bad name " name)
	if (name in seen)
		fail("name " name " is used twice")
	seen[name] = 1
	params = cols = rows = used = text = ""
	np = nc = 0
	next
}
name != "" && /^-- rows: / { rows = $3; sub(/,$/, "", rows); next }
name != "" && /^-- for: / { used = $0; sub(/^-- for: */, "", used); next }
name != "" && /^-- param: / {
	params = params (np++ ? "," : "") $3 " " $4
	next
}
name != "" && /^-- col: / {
	colname[nc] = $3
	cols = cols (nc++ ? "," : "") $3 " " $4
	next
}
/^--/ || (/^[ \t]*$/ && text == "") { next }
name != "" { text = text (text == "" ? "" : "\n") $0 }

END {
	if (!failed)
		flush_query()
	if (failed)
		exit 1
	printf "" > columns
}
