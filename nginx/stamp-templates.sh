#!/bin/sh
# stamp-templates.sh TEMPLATES OUT MAP [NAME] - copy the templates to OUT/NAME
# ("templates" unless said), each /static/FILE of MAP by its hashed name.
#
# Templates name files plainly ("/static/ror.css"); only here do they learn the
# name with the hash.  A /static/ path that the map doesn't know is an error:
# it would be a 404 in the page.
set -eu
LC_ALL=C
export LC_ALL

[ $# -eq 3 ] || [ $# -eq 4 ] ||
    { echo "usage: stamp-templates.sh TEMPLATES OUT MAP [NAME]" >&2; exit 2; }
from=$1
out=$2
map=$3
name=${4:-templates}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A path ends at a quote or at a fragment (sprite.svg#f0).
awk '{ gsub(/\./, "\\.", $1); print "s,\"" $1 "\\([\"#]\\)," "\"" $2 "\\1,g" }' \
    "$map" >"$work/stamp.sed"

rm -rf "$out/$name.tmp"
(cd "$from" && find . -type f \( -name '*.html' -o -name '*.txt' \) | sort) |
while read -r f; do
	mkdir -p "$out/$name.tmp/$(dirname "$f")"
	sed -f "$work/stamp.sed" "$from/$f" >"$out/$name.tmp/$f"
done
# Hashed names carry 12 hexadecimal digits before the extension.
if grep -rnE '"/static/' "$out/$name.tmp" |
    grep -vE '"/static/[a-z0-9/-]+\.[0-9a-f]{12}\.[a-z]+["#]' >&2; then
	echo "stamp-templates: unknown static file" >&2
	exit 1
fi
rm -rf "${out:?}/$name"
mv "$out/$name.tmp" "$out/$name"
