# slapd.sh - a private directory of accounts: own folder, own loopback port.
# Sourced by the scripts of the stand and by tests, not run.
#
#   slapd_start DIR PORT USER [ACCOUNTS.csv]   sets SLAPD_PID, as DIR/slapd.pid
#   slapd_settings DIR PORT                    its lines of site.conf
#   slapd_stop PID
#
# The first start makes DIR: an authority and a certificate for StartTLS, the
# configuration, and one entry per line of ACCOUNTS.csv (default: the demo's)
# with hashed passwords.  Later starts keep what is there, changed passwords
# included, unless ACCOUNTS.csv changed.  As root, slapd and its tools run as
# USER, who must be able to reach DIR; else USER is not looked at.
#
# Passwords are read from files or from this shell's memory, never given as an
# argument that a process list would show.
# shellcheck shell=bash

slapd_base=dc=ror,dc=example
slapd_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

slapd_say() { printf 'slapd: %s\n' "$*" >&2; return 1; }

slapd_as() {	# USER COMMAND…
	slapd_do "" "$@"
}

# With exec as first argument the caller's (sub)shell becomes the command, so
# that its number is the server's own.
slapd_do() {
	local how=$1 user=$2
	shift 2
	if [ "$(id -u)" = 0 ]; then
		set -- setpriv --reuid "$user" --regid "$(id -g "$user")" \
		    --clear-groups -- "$@"
	fi
	$how "$@"
}

slapd_random() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }

# An authority of this folder's own; its key signs one certificate and goes.
slapd_certificate() {	# DIR
	local d=$1
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 3650 -subj '/CN=ROR demonstration directory authority' \
	    -addext 'basicConstraints=critical,CA:TRUE' \
	    -addext 'keyUsage=critical,keyCertSign' \
	    -keyout "$d/ca.key" -out "$d/ca.pem" 2>>"$d/log" &&
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj '/CN=localhost' -keyout "$d/server.key" \
	    -out "$d/server.csr" 2>>"$d/log" &&
	printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	    'extendedKeyUsage=serverAuth' >"$d/server.ext" &&
	openssl x509 -req -in "$d/server.csr" -CA "$d/ca.pem" \
	    -CAkey "$d/ca.key" -CAcreateserial -days 3650 \
	    -extfile "$d/server.ext" -out "$d/server.pem" 2>>"$d/log" &&
	rm -f "$d/ca.key" "$d/ca.srl" "$d/server.csr" "$d/server.ext"
}

# The best scheme that this slapd has, as options of slappasswd; argon2 must be
# told its memory (kB) and passes.
slapd_scheme() {
	if [ -e /usr/lib/ldap/argon2.so ]; then
		echo 'argon2 m=7168 t=5;{ARGON2}'
	elif [ -e /usr/lib/ldap/pw-pbkdf2.so ]; then
		echo 'pw-pbkdf2;{PBKDF2-SHA512}'
	else
		echo ';{SSHA}'
	fi
}

# slapadd stores what it is given: what it is given must be a hash.
slapd_hash() {	# DIR PASSWORD, a shell function: no process shows it
	local scheme
	scheme=$(slapd_scheme)
	printf '%s' "$2" >"$1/clear" &&
	if [ -n "${scheme%;*}" ]; then
		slappasswd -n -T "$1/clear" -o module-path=/usr/lib/ldap \
		    -o "module-load=${scheme%;*}" -h "${scheme#*;}"
	else
		slappasswd -n -T "$1/clear" -h "${scheme#*;}"
	fi
	rm -f "$1/clear"
}

slapd_config() {	# DIR
	local d=$1 scheme module
	scheme=$(slapd_scheme)
	cat <<-LDIF
	dn: cn=config
	objectClass: olcGlobal
	cn: config
	olcPidFile: $d/slapd.pid
	olcTLSCACertificateFile: $d/ca.pem
	olcTLSCertificateFile: $d/server.pem
	olcTLSCertificateKeyFile: $d/server.key
	olcTLSProtocolMin: 3.3
	olcDisallows: bind_anon
	olcSecurity: simple_bind=128
	olcIdleTimeout: 60
	olcThreads: 4

	dn: cn=module,cn=config
	objectClass: olcModuleList
	cn: module
	olcModulePath: /usr/lib/ldap
	olcModuleLoad: back_mdb
	olcModuleLoad: ppolicy
	olcModuleLoad: unique
	LDIF
	module=${scheme%;*}
	[ -z "$module" ] || echo "olcModuleLoad: $module"
	cat <<-LDIF

	dn: cn=schema,cn=config
	objectClass: olcSchemaConfig
	cn: schema

	include: file:///etc/ldap/schema/core.ldif
	include: file:///etc/ldap/schema/cosine.ldif
	include: file:///etc/ldap/schema/inetorgperson.ldif

	dn: olcDatabase={-1}frontend,cn=config
	objectClass: olcDatabaseConfig
	objectClass: olcFrontendConfig
	olcDatabase: {-1}frontend
	olcPasswordHash: ${scheme#*;}
	olcAccess: to * by * none

	dn: olcDatabase={0}config,cn=config
	objectClass: olcDatabaseConfig
	olcDatabase: {0}config
	olcAccess: to * by * none

	dn: olcDatabase={1}mdb,cn=config
	objectClass: olcDatabaseConfig
	objectClass: olcMdbConfig
	olcDatabase: {1}mdb
	olcSuffix: $slapd_base
	olcRootDN: cn=unused,$slapd_base
	olcDbDirectory: $d/data
	olcDbMaxSize: 268435456
	olcDbIndex: objectClass,mail,uid eq
	olcSizeLimit: 50
	olcAccess: {0}to dn.subtree="ou=comptes,$slapd_base"
	  attrs=userPassword
	  by self =xw
	  by dn.exact="cn=ror,ou=services,$slapd_base" =w
	  by anonymous auth
	  by * none
	olcAccess: {1}to attrs=userPassword
	  by self =xw
	  by anonymous auth
	  by * none
	olcAccess: {2}to dn.subtree="ou=comptes,$slapd_base"
	  attrs=pwdReset
	  by dn.exact="cn=ror,ou=services,$slapd_base" =w
	  by * none
	olcAccess: {3}to dn.subtree="ou=comptes,$slapd_base"
	  attrs=entry,children,objectClass,uid,mail,cn,sn,displayName
	  by dn.exact="cn=ror,ou=services,$slapd_base" =arscd
	  by * none
	olcAccess: {4}to * by * none

	dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config
	objectClass: olcOverlayConfig
	objectClass: olcPPolicyConfig
	olcOverlay: {0}ppolicy
	olcPPolicyDefault: cn=comptes,ou=politiques,$slapd_base
	olcPPolicyHashCleartext: TRUE
	olcPPolicyUseLockout: TRUE

	dn: olcOverlay={1}unique,olcDatabase={1}mdb,cn=config
	objectClass: olcOverlayConfig
	objectClass: olcUniqueConfig
	olcOverlay: {1}unique
	olcUniqueURI: ldap:///ou=comptes,$slapd_base?mail?sub
	LDIF
}

slapd_folders() {
	local ou
	cat <<-LDIF
	dn: $slapd_base
	objectClass: dcObject
	objectClass: organization
	o: Demonstration
	dc: ror

	LDIF
	for ou in comptes services politiques; do
		cat <<-LDIF
		dn: ou=$ou,$slapd_base
		objectClass: organizationalUnit
		ou: $ou

		LDIF
	done
	cat <<-LDIF
	dn: cn=comptes,ou=politiques,$slapd_base
	objectClass: device
	objectClass: pwdPolicy
	cn: comptes
	pwdAttribute: userPassword
	pwdLockout: TRUE
	pwdMaxFailure: 5
	pwdFailureCountInterval: 900
	pwdLockoutDuration: 900
	pwdInHistory: 5
	pwdMinLength: 12
	pwdCheckQuality: 2
	pwdMustChange: TRUE
	pwdAllowUserChange: TRUE

	dn: cn=services,ou=politiques,$slapd_base
	objectClass: device
	objectClass: pwdPolicy
	cn: services
	pwdAttribute: userPassword
	pwdLockout: FALSE

	dn: cn=leurre,ou=politiques,$slapd_base
	objectClass: device
	objectClass: pwdPolicy
	cn: leurre
	pwdAttribute: userPassword
	pwdLockout: TRUE
	pwdMaxFailure: 2147483647
	pwdMaxRecordedFailure: 5
	pwdFailureCountInterval: 900

	LDIF
}

# The account that searches, and the entry bound when a login is unknown.
# Neither may ever be locked: that would be everybody's lockout.
slapd_services() {	# DIR
	local name hash policy
	for name in ror leurre; do
		# A wrong password is written down, so the decoy's is too: that
		# write is part of the time of an answer.
		policy=leurre
		if [ "$name" = ror ]; then
			policy=services
			hash=$(slapd_hash "$1" "$(<"$1/ror.password")")
		else
			hash=$(slapd_hash "$1" "$(slapd_random)")
		fi
		cat <<-LDIF
		dn: cn=$name,ou=services,$slapd_base
		objectClass: applicationProcess
		objectClass: simpleSecurityObject
		cn: $name
		userPassword: $hash
		pwdPolicySubentry: cn=$policy,ou=politiques,$slapd_base

		LDIF
	done
}

slapd_people() {	# DIR ACCOUNTS.csv
	local login name password must_change
	# role, scope and code are the database's matter
	while IFS=';' read -r login name password _ _ _ must_change _; do
		case $login in login|'') continue ;; esac
		cat <<-LDIF
		dn: uid=${login%@*},ou=comptes,$slapd_base
		objectClass: inetOrgPerson
		uid: ${login%@*}
		mail: $login
		cn:: $(printf '%s' "$name" | base64 -w0)
		sn:: $(printf '%s' "${name##* }" | base64 -w0)
		displayName:: $(printf '%s' "$name" | base64 -w0)
		userPassword: $(slapd_hash "$1" "$password")
		LDIF
		[ "$must_change" != 1 ] || echo 'pwdReset: TRUE'
		echo
	done <"$2"
}

slapd_make() {	# DIR USER ACCOUNTS.csv
	local d=$1 user=$2 csv=$3
	rm -rf "$d" && mkdir -p "$d" && chmod 700 "$d" &&
	mkdir "$d/slapd.d" "$d/data" &&
	(umask 077
	 slapd_random >"$d/ror.password" &&
	 slapd_certificate "$d" &&
	 slapd_config "$d" >"$d/config.ldif" &&
	 { slapd_folders; slapd_services "$d"; slapd_people "$d" "$csv"; } \
	     >"$d/people.ldif") || return
	[ "$(id -u)" != 0 ] || chown -R "$user:" "$d"
	if ! slapd_as "$user" slapadd -n 0 -F "$d/slapd.d" \
	    -l "$d/config.ldif" >>"$d/log" 2>&1 ||
	    ! slapd_as "$user" slapadd -n 1 -F "$d/slapd.d" \
	    -l "$d/people.ldif" >>"$d/log" 2>&1; then
		cat "$d/log" >&2
		slapd_say 'slapadd failed'
		return
	fi
	rm -f "$d/config.ldif" "$d/people.ldif"
	sha256sum <"$csv" >"$d/made-from"
}

# A run that was killed leaves its slapd; this one is in our folder.
slapd_stop_left() {	# DIR
	local pid
	[ -s "$1/slapd.pid" ] || return 0
	pid=$(cat "$1/slapd.pid")
	if grep -qs slapd "/proc/$pid/comm" &&
	    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-F $1/slapd.d "; then
		slapd_stop "$pid"
	fi
	rm -f "$1/slapd.pid"
}

slapd_start() {	# DIR PORT USER [ACCOUNTS.csv]
	local d=$1 port=$2 user=$3 csv=${4:-$slapd_root/sql/demo/accounts.csv}
	PATH=$PATH:/usr/sbin
	if ! sha256sum <"$csv" | cmp -s - "$d/made-from"; then
		slapd_make "$d" "$user" "$csv" || return
	fi
	slapd_stop_left "$d"
	# Its own session: a Ctrl-C is for the stand, which stops it.
	slapd_do exec "$user" setsid slapd -d 0 -F "$d/slapd.d" \
	    -h "ldap://127.0.0.1:$port/" </dev/null >>"$d/log" 2>&1 &
	SLAPD_PID=$!
	for _ in {1..100}; do
		kill -0 "$SLAPD_PID" 2>/dev/null || break
		if [ -s "$d/slapd.pid" ] &&
		    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			return 0
		fi
		sleep 0.1
	done
	cat "$d/log" >&2
	kill "$SLAPD_PID" 2>/dev/null
	slapd_say "no answer on port $port"
}

slapd_stop() {	# PID
	kill "$1" 2>/dev/null || return 0
	for _ in {1..100}; do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -9 "$1"
}

slapd_settings() {	# DIR PORT
	cat <<-CONF
	ldap_uri = ldap://127.0.0.1:$2
	ldap_ca = $1/ca.pem
	ldap_base = ou=comptes,$slapd_base
	ldap_user = cn=ror,ou=services,$slapd_base
	ldap_password_file = $1/ror.password
	ldap_decoy = cn=leurre,ou=services,$slapd_base
	ldap_create = yes
	CONF
}
