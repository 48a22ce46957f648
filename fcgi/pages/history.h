/* history.h - what the pages of a place's past share.
 *
 * history.c shows the page, history_ask.c reads its question, history_files.c
 * makes the drawing and the file; correction.c and gone.c are pages of their
 * own.
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_HISTORY_H
#define PAGES_HISTORY_H

#include "domain/history.h"
#include "page.h"

#define NNBSP	"\xe2\x80\xaf"		/* before ; : ! ? % */

/* The question of the history page, every part of it in the URL. */
struct history_show {
	struct history_ask	 ask;
	const char		*du, *au;	/* as typed, NULL: open */
	int64_t			 chart_indicator;
	int			 days;		/* of the drawing: 7, 30, 90 */
	int32_t			 first_day;	/* of the drawing */
	const char		*filters;	/* "&indicateur=…", canonical */
	bool			 dark, narrow, csv;
};

/* Place l12 of the path, if the account may read its past; else a message. */
enum status	 history_place_read(struct request *, struct response *,
		    struct history_place *ret) MUST_CHECK;

enum status	 history_show_read(struct request *, struct response *,
		    const struct history_place *, struct history_show *ret)
		    MUST_CHECK;

/* The address after which the next page begins: cursor of that value. */
const char	*history_cursor(struct arena *, const struct history_value *);

/* « correction », « saisie complète », … of an entry. */
const char	*history_kind(const struct history_value *);

enum status	 history_csv(struct request *, struct response *,
		    const struct history_place *, const struct history_show *)
		    MUST_CHECK;

/* NULL for an absent or an empty field: forms send empty ones. */
const char	*history_field(const struct request *, const char *name);

#endif
