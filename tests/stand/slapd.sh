slapd_start() { mkdir -p "$1"; sleep 100000 & echo $! > "$1/slapd.pid"; }
slapd_settings() { :; }
