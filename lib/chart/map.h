/* map.h - outlines of the départements, read once at start.
 *
 * The file has one line per département: code, TAB, an SVG path of moves,
 * straight lines and closes.  Lines starting with # are comments.
 * `make outlines` makes it from an npm package (nginx/map-outlines.mjs).
 * Owns: everything lives in the arena given.
 * Layer: chart.  May include: base.
 */
#ifndef CHART_MAP_H
#define CHART_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct map_point {
	double	x, y;
};

struct map_ring {
	struct map_point	*at;
	size_t			 n;
};

struct map_box {
	double	x0, y0, x1, y1;
};

struct map_outline {
	char		 code[4];
	struct map_ring	*rings;
	size_t		 n_rings;
	struct map_box	 box;
	struct map_point label;		/* far from every edge */
	double		 label_r;	/* how far */
};

struct map {
	struct map_outline	*outlines;
	size_t			 n;
};

enum { MAP_BYTES_MAX = 4 * 1024 * 1024 };

/* ST_NOTFOUND: no such file, charts draw squares with a NULL map; ST_INPUT: a
 * line that is not an outline, fault tells which; ST_LIMIT: file too large;
 * ST_IO: could not be read.
 * Cost: 15 ms for France. */
enum status map_load(const char *path, struct arena *,
	    const struct map **ret_map, struct fault *) MUST_CHECK;

/* The same from text of n bytes. */
enum status map_parse(const char *text, size_t n, struct arena *,
	    const struct map **ret_map, struct fault *) MUST_CHECK;

/* NULL: overseas, or unknown. */
const struct map_outline *map_find(const struct map *, const char *code);

#endif
