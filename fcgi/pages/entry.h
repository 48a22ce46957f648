/* entry.h - the entry board, between reading it and saving it.
 *
 * entry_address.c knows the boards and their addresses; entry.c shows one;
 * entry_save.c saves and, where a save is refused and there is no script, has
 * the board shown again with what was typed; entry_json.c says the same to
 * the script of the page.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_ENTRY_H
#define FCGI_PAGES_ENTRY_H

#include "domain/board.h"
#include "page.h"

/* The three boards: address, French names; places are feminine. */
struct entry_kind {
	const char	*path, *label, *file;
	bool		 slots;
};

extern const struct entry_kind entry_kinds[BOARD__MAX];

/* What a board shows of each place, from the left. */
struct entry_columns {
	struct capacity_shown	 shown;
	enum capacity_field	 field[CAP__MAX];
	size_t			 n;
};

void		 entry_columns_fill(const struct capacity_shown *,
		    struct entry_columns *ret);

/* A board as its address says: which, and which part of it. */
struct entry_address {
	struct board_filter	 filter;
	const char		*path;		/* /capacitaire/lits */
	const char		*self;		/* with its filters and page */
	struct entry_columns	 columns;
};

/* One row that was sent: what was typed, what became of it. */
struct entry_row {
	struct capacity_entry	 entry;
	struct saved_place	 saved;		/* after board_save() */
	const char		*error;		/* French, NULL: nothing wrong */
	bool			 conflict;
};

/* Of a request's own address.  ST_INPUT: no such site number. */
enum status	 entry_address_read(struct request *, struct entry_address *)
		    MUST_CHECK;

/* Of the field retour; the board of beds where it is not a board's. */
void		 entry_address_back(struct request *, struct entry_address *);

/* The address with these filters at a page; page 1 is not said. */
const char	*entry_address(struct arena *, const struct board_filter *,
		    int64_t page);

/* The board as a file. */
enum status	 entry_csv(struct request *, struct response *,
		    const struct entry_address *, const struct board *)
		    MUST_CHECK;

/* Show a board.  rows: those sent and refused (n = 0: none), whose typed
 * values are shown instead of the recorded ones.  alert: French or NULL. */
enum status	 entry_show(struct request *, struct response *,
		    const struct entry_address *, const struct entry_row *rows,
		    size_t n, const char *alert) MUST_CHECK;

/* The title of an instant: « vendredi 20 novembre 2026, 07:02 (heure de
 * Paris) »; and its age, never negative. */
const char	*entry_at_title(struct arena *, const struct place_state *);
int64_t		 entry_age_s(const struct place_state *, int64_t now);

/* JSON answers; see nginx/static/js/entry.js for who reads them. */
void		 entry_json_board(struct request *, struct response *,
		    const struct board *);
void		 entry_json_saved(struct request *, struct response *,
		    const struct entry_row *, size_t n, bool one);
void		 entry_json_refused(struct request *, struct response *,
		    const struct entry_row *, size_t n, bool one,
		    const char *alert);

#endif
