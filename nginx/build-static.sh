#!/bin/sh
# build-static.sh OUT - make the static files that nginx serves.
#
# Reads nginx/static and the icons of npm lucide-static (npm ci in nginx/).
# Writes OUT/static/NAME.HASH.EXT, a .gz beside each for gzip_static, and
# OUT/static.map: "logical-path hashed-path" a line, for stamp-templates.sh.
# The hash is of the contents, so nginx may let browsers keep a file for ever;
# the same sources give the same bytes.
set -eu
LC_ALL=C
export LC_ALL

[ $# -eq 1 ] || { echo "usage: build-static.sh OUT" >&2; exit 2; }
out=$1
here=$(cd "$(dirname "$0")" && pwd)
src=$here/static
icons=$here/node_modules/lucide-static
[ -d "$icons/icons" ] ||
    { echo "build-static: run npm ci in nginx/ first" >&2; exit 1; }

tmp=$out/static.tmp
map=$out/static.map.tmp
rm -rf "$tmp"
mkdir -p "$tmp/icons"
: >"$map"

# publish FILE LOGICAL: copy under a name with its hash, note it in the map.
publish()
{
	hash=$(sha256sum "$1" | cut -c1-12)
	name=${2%.*}.$hash.${2##*.}
	cp "$1" "$tmp/$name"
	gzip -9 -n -c "$1" >"$tmp/$name.gz"
	echo "/static/$2 /static/$name" >>"$map"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Icons: lucide draws with strokes; "filled" paints the inside too.  The class
# attribute and the licence comment go: the licence is published beside them.
while read -r name from how; do
	case $name in ''|'#'*) continue ;; esac
	[ -f "$icons/icons/$from.svg" ] ||
	    { echo "build-static: lucide has no icon $from" >&2; exit 1; }
	if [ "$how" = filled ]; then fill=currentColor; else fill=none; fi
	sed -e '/^<!--.*-->$/d' -e '/^ *class=/d' -e "s/fill=\"none\"/fill=\"$fill\"/" \
	    "$icons/icons/$from.svg" | tr '\n' ' ' |
	    sed -e 's/  */ /g' -e 's/ $//' >"$work/icon.svg"
	publish "$work/icon.svg" "icons/$name.svg"
done <"$src/icons.list"
publish "$src/sprite.svg" sprite.svg
publish "$src/favicon.svg" favicon.svg
publish "$src/survival.css" survival.css

# One style sheet and one script, in an order that matters: later sheets win,
# and core.js holds what the other modules use.
sheets="theme base components header tables entry entry-full sentinel journal closures history matrix directory reports account print"
scripts="core theme entry-row entry-board entry-save entry-more entry favourites tables availability idle"
for s in $sheets; do cat "$src/css/$s.css"; done >"$work/plain.css"
sed -n 's|^\(/static/icons/[^ ]*\) \(.*\)|s,"\1","\2",g|p' "$map" |
    sed -e 's,"/static/icons/,"icons/,' >"$work/icons.sed"
sed -f "$work/icons.sed" "$work/plain.css" >"$work/ror.css"
if grep -q 'url("icons/' "$work/ror.css"; then
	echo "build-static: an icon of the sheets is not in icons.list:" >&2
	grep -o 'url("icons/[^"]*")' "$work/ror.css" | sort -u >&2
	exit 1
fi
publish "$work/ror.css" ror.css
{
	echo "(function () {"
	echo "'use strict';"
	for s in $scripts; do cat "$src/js/$s.js"; done
	echo "}());"
} >"$work/ror.js"
publish "$work/ror.js" ror.js

cp "$icons/LICENSE" "$tmp/icons/LICENSE.txt"
rm -rf "$out/static"
mv "$tmp" "$out/static"
mv "$map" "$out/static.map"
