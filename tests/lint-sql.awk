# lint-sql.awk - house rules of sql/queries that a machine can see.
function finish() {
	if (name == "")
		return
	if (rows ~ /^many/ && text !~ /ORDER BY/)
		bad(name ": a list needs ORDER BY")
	if (text ~ /SELECT \*/)
		bad(name ": SELECT * hides its columns")
	if (!tested)
		bad(name ": needs -- test: values")
	if (text !~ /(ref|dir|cap|auth|mart|audit|pg_catalog)\./ && name != "health")
		bad(name ": names are schema-qualified")
}
function bad(why) { printf "%s: %s\n", file, why; failed = 1 }
/^-- name: / { finish(); name = $3; text = ""; rows = ""; tested = 0; file = FILENAME }
/^-- rows: / { rows = $3 }
/^-- test:/ { tested = 1 }
!/^--/ { text = text "\n" $0 }
END { finish(); exit failed }
