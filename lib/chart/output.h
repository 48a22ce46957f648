/* output.h - the surfaces that drawings go to.
 *
 * Layer: chart (private).  May include: base, cairo.
 */
#ifndef CHART_OUTPUT_H
#define CHART_OUTPUT_H

#include <cairo.h>

#include "base/str.h"

enum { OUTPUT_SCRATCH_BYTES = 64 * 1024 * 1024 };

/* cairo_write_func_t into a struct str. */
cairo_status_t output_write(void *str, const unsigned char *, unsigned n);

/* Metadata of a PDF; NULL texts are left out.  created_utc makes the bytes
 * repeat, cairo would take the clock. */
void	 output_pdf_info(cairo_surface_t *, const char *title,
	    const char *author, const char *subject, int64_t created_utc);

/* ST_OK, or what cairo says is wrong with cr or the surface. */
enum status output_status(cairo_t *, cairo_surface_t *, const struct str *,
	    struct fault *) MUST_CHECK;

/* Write bytes beside path as path.tmp, then rename.  ST_IO. */
enum status output_file(const char *path, const struct str *, struct fault *)
	    MUST_CHECK;

#endif
