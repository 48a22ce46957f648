/* tidy.h - cairo's SVG made canonical.
 *
 * cairo numbers surfaces with a counter of the process and writes style=
 * attributes that a strict content policy refuses.  Ids become a0, a1, ... in
 * order of appearance, styles become presentation attributes, colours
 * #rrggbb, and the title and description are put in.
 * Layer: chart (private).  May include: base.
 */
#ifndef CHART_TIDY_H
#define CHART_TIDY_H

#include "base/arena.h"
#include "base/str.h"

/* svg: what cairo wrote, n bytes.  desc NULL: none.
 * ST_IO: not the shape cairo writes; ST_LIMIT: out has no room. */
enum status tidy_svg(struct arena *, const char *svg, size_t n,
	    const char *title, const char *desc, struct str *ret,
	    struct fault *) MUST_CHECK;

#endif
