/* output.h - files that are complete or not there, and left alone when right.
 *
 * Layer: reports.  May include: lib.
 */
#ifndef REPORTS_OUTPUT_H
#define REPORTS_OUTPUT_H

#include "base/str.h"
#include "job.h"

/* Make a folder and its parents.  ST_IO. */
enum status report_folder(struct run *, const char *path) MUST_CHECK;

/* Put bytes at path: written beside it, then renamed; a file that has these
 * bytes already is not touched.  mtime_utc: the time of the data, -1: now.
 * ST_IO; ST_LIMIT: the text is broken. */
enum status report_file(struct run *, const char *path, const struct str *,
	    int64_t mtime_utc) MUST_CHECK;

#endif
