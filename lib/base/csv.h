/* csv.h - reading and writing delimited text.
 *
 * Reading: RFC 4180 quotes, LF or CRLF, separator found among ; , and TAB in
 * the first line, a UTF-8 BOM skipped.  Writing: as French spreadsheets want
 * it: BOM, semicolons, CRLF, and a leading ' before = + - @ in texts so that
 * no cell becomes a formula.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

enum { CSV_FIELDS_MAX = 256, CSV_FIELD_BYTES_MAX = 64 * 1024 };

struct csv_reader {
	const char	*p, *end;
	char		 sep;
	int		 line;		/* of the last record's start, from 1 */
	int		 lines_read;	/* up to p */
	const char	*why;		/* after a failure, in French */
};

struct csv_record {
	char		**field;
	size_t		 n;
};

/* What a spreadsheet wrote, as UTF-8: as it is when it is that already, else
 * taken for Windows-1252 (and so Latin-1).
 * ST_INPUT: binary (NUL or control bytes), or bytes that neither has. */
enum status csv_utf8(struct arena *, const char *text, size_t n,
	    const char **ret, size_t *ret_n) MUST_CHECK;

/* text: n bytes, which outlive the reader.
 * ST_INPUT: not UTF-8. */
enum status csv_open(struct csv_reader *, const char *text, size_t n)
	    MUST_CHECK;

/* The next record, in the arena; n = 0 at the end of the text.
 * ST_INPUT: an open quote or text after a closing one; ST_LIMIT: too many or
 * too long fields.  r->line and r->why say where and why. */
enum status csv_next(struct csv_reader *, struct arena *,
	    struct csv_record *ret) MUST_CHECK;

void	 csv_start(struct str *);			/* the BOM */
void	 csv_text(struct str *, const char *);		/* NULL: empty */
void	 csv_num(struct str *, const char *);		/* as it is */
void	 csv_end(struct str *);				/* ends the record */

#endif
