#include "chart/output.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

cairo_status_t
output_write(void *str, const unsigned char *data, unsigned n)
{
	struct str *s = str;

	str_addn(s, (const char *)data, n);
	return str_ok(s) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
put_info(cairo_surface_t *surface, cairo_pdf_metadata_t key, const char *text)
{
	if (text != NULL)
		cairo_pdf_surface_set_metadata(surface, key, text);
}

void
output_pdf_info(cairo_surface_t *surface, const char *title,
    const char *author, const char *subject, int64_t created_utc)
{
	int32_t day = (int32_t)((created_utc - (created_utc < 0 ? 86399 : 0)) /
	    86400);
	int64_t second = created_utc - (int64_t)day * 86400;
	struct date d = date_of_day(day);
	char when[40];

	(void)snprintf(when, sizeof(when), "%04d-%02d-%02dT%02d:%02d:%02dZ",
	    d.year, d.month, d.mday, (int)(second / 3600),
	    (int)(second / 60 % 60), (int)(second % 60));
	put_info(surface, CAIRO_PDF_METADATA_TITLE, title);
	put_info(surface, CAIRO_PDF_METADATA_AUTHOR, author);
	put_info(surface, CAIRO_PDF_METADATA_SUBJECT, subject);
	put_info(surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
	put_info(surface, CAIRO_PDF_METADATA_MOD_DATE, when);
}

enum status
output_status(cairo_t *cr, cairo_surface_t *surface, const struct str *out,
    struct fault *f)
{
	cairo_status_t st = cairo_status(cr);

	if (st == CAIRO_STATUS_SUCCESS)
		st = cairo_surface_status(surface);
	if (out != NULL && !str_ok(out)) {
		fault_set(f, "chart: more than %zu bytes", out->max);
		return ST_LIMIT;
	}
	if (st == CAIRO_STATUS_SUCCESS)
		return ST_OK;
	fault_set(f, "chart: cairo: %s", cairo_status_to_string(st));
	return ST_IO;
}

enum status
output_file(const char *path, const struct str *bytes, struct fault *f)
{
	char tmp[4096];
	FILE *fp;
	bool ok;

	if (snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= (int)sizeof(tmp)) {
		fault_set(f, "chart: path too long");
		return ST_IO;
	}
	if ((fp = fopen(tmp, "we")) == NULL) {
		fault_set(f, "chart: %s: %s", tmp, strerror(errno));
		return ST_IO;
	}
	ok = fwrite(bytes->data, 1, bytes->len, fp) == bytes->len;
	ok = fclose(fp) == 0 && ok;
	if (ok && rename(tmp, path) == 0)
		return ST_OK;
	fault_set(f, "chart: %s: %s", path, strerror(errno));
	(void)unlink(tmp);
	return ST_IO;
}
