# functions.awk - "lines name file:line" of every C function, for make lint:
# the longest deserve a look.  KNF: a body opens and closes in column one.
FNR == 1 { open = 0 }
/^\{/ { open = FNR; name = last; sub(/\(.*/, "", name) }
/^\}/ && open { print FNR - open + 1, name, FILENAME ":" open; open = 0 }
/^[a-z_][a-z0-9_]*\(/ { last = $0 }
