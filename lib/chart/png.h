/* png.h - a cairo image as PNG, quickly.
 *
 * Layer: chart (private).  May include: base, cairo, libpng.
 */
#ifndef CHART_PNG_H
#define CHART_PNG_H

#include <cairo.h>

#include "base/arena.h"
#include "base/str.h"

/* An opaque RGB24 surface; pixels with at most 256 colours become a palette.
 * No time or text chunk.
 * ST_IO: libpng refused; ST_LIMIT: ret has no room. */
enum status png_write(struct arena *, cairo_surface_t *, struct str *ret,
	    struct fault *) MUST_CHECK;

#endif
