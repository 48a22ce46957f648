# layers.awk - who may include whom (docs/architecture.md): downwards only,
# and each foreign library behind one folder.  Input: C and header files.

BEGIN {
	may["lib/base"] = "base"
	may["lib/db"] = "base db"
	may["lib/ldap"] = "base ldap"
	may["lib/oidc"] = "base oidc"
	may["lib/chart"] = "base chart"
	may["lib/tmpl"] = "base tmpl"
	may["lib/domain"] = "base db domain"
	only["libpq-fe.h"] = "lib/db"
	only["ldap.h"] = "lib/ldap"
	only["lber.h"] = "lib/ldap"
	only["curl/curl.h"] = "lib/oidc"
	only["cjose/base64.h"] = "lib/oidc"
	only["cjose/jwk.h"] = "lib/oidc"
	only["cjose/jws.h"] = "lib/oidc"
	only["cairo.h"] = "lib/chart"
	only["cairo-svg.h"] = "lib/chart"
	only["cairo-pdf.h"] = "lib/chart"
	only["pango/pangocairo.h"] = "lib/chart"
	only["liboath/oath.h"] = "fcgi/totp.c"
	only["qrencode.h"] = "fcgi/totp.c"
	only["png.h"] = "lib/chart"
	only["fcgiapp.h"] = "fcgi/io.c"
	split("base db ldap oidc chart tmpl domain", names)
	for (i in names)
		layer[names[i]] = 1
}

FNR == 1 {
	home = FILENAME
	sub("/[^/]*$", "", home)
	program = home
	sub("/.*", "", program)
}

/^#include [<"]/ {
	file = $2
	gsub(/[<>"]/, "", file)
	if (file in only && only[file] != home && only[file] != FILENAME)
		bad("only " only[file] " may include " file)
	if ($2 !~ /^"/)
		next
	first = file
	sub("/.*", "", first)
	if (home in may) {
		if (!(first in layer) && file != "queries.def" && file != "columns.def")
			bad(home " reaches up to " file)
		else if (first in layer && index(" " may[home] " ", " " first " ") == 0)
			bad(home " may not include " first)
	}
	if (program == "fcgi" && file ~ /^(reports\/|jobs)/)
		bad("fcgi and reports never see each other")
	if (program == "reports" && file ~ /^(fcgi\/|pages|request|response|routes|session)/)
		bad("reports and fcgi never see each other")
}

function bad(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why
	failed = 1
}

END { exit failed }
