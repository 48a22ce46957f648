/* entry.h - the entry board, between reading it and saving it.
 *
 * entry_address.c knows the boards, their addresses and files; entry.c shows a
 * page, entry_rows.c its rows; entry_form.c reads what was sent; entry_save.c
 * saves it and, where that is refused and there is no script, has the board
 * shown again with what was typed; entry_ask.c asks before what looks wrong;
 * entry_more.c confirms a site, undoes, keeps an account's display and brings
 * back what was typed when a session ended; entry_json.c says the same to the
 * script of the page.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_ENTRY_H
#define FCGI_PAGES_ENTRY_H

#include "domain/board.h"
#include "page.h"

#define ENTRY_NOT_A_FORM	"Ce formulaire est incomplet. Rechargez la " \
	"page et recommencez."

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
};

/* One row that was sent: what was typed, what became of it. */
struct entry_row {
	struct capacity_entry	 entry;
	struct saved_place	 saved;		/* after board_save() */
	const char		*error;		/* French, NULL: nothing wrong */
	bool			 conflict;
	bool			 changed;	/* since the form was made */
};

/* What was sent.  Rows that are being saved come first: v[0] to v[n - 1]; the
 * others up to n_all were typed too, and come back with the page. */
struct entry_form {
	struct entry_row	*v;
	size_t			 n, n_all;
	bool			 one;		/* the address names the row */
	bool			 confirmed;	/* what looks wrong is meant */
	const char		*key;		/* valid */
};

/* Of a request's own address.  ST_INPUT: no such site number. */
enum status	 entry_address_read(struct request *, struct entry_address *)
		    MUST_CHECK;

/* Of the field retour; the board of beds where it is not a board's. */
void		 entry_address_back(struct request *, struct entry_address *);

/* The address with these filters at a page; page 1 is not said. */
const char	*entry_address(struct arena *, const struct board_filter *,
		    int64_t page);

/* An address of a board with one more parameter: "&" or "?". */
const char	*entry_address_with(struct arena *, const char *self,
		    const char *parameter);

/* The board as a file. */
enum status	 entry_csv(struct request *, struct response *,
		    const struct entry_address *, const struct board *)
		    MUST_CHECK;

/* All that was sent, of one row ("l78") or of the page (NULL).
 * ST_INPUT, ST_LIMIT, with a message: not a form of ours. */
enum status	 entry_form_read(struct request *, struct response *,
		    const char *place, struct entry_form *ret) MUST_CHECK;

/* "l78", or "l78a12" for an assignment of it: a row in forms and pages. */
const char	*entry_row_name(struct arena *, int64_t place_id,
		    int64_t assignment_id);
bool		 entry_row_parse(const char *name, int64_t *ret_place_id,
		    int64_t *ret_assignment_id);

/* What a row's fields and comment say, to be compared with what was typed:
 * n texts of fields in the order of the columns. */
const char	*entry_read_mark(struct arena *, const char *const *fields,
		    size_t n, const char *comment);

/* Show a board.  form: rows that were sent (NULL: none), whose typed values
 * are shown instead of the recorded ones.  alert: French or NULL; failed: it
 * is an error. */
struct entry_alert { const char *text; bool failed; };

enum status	 entry_show(struct request *, struct response *,
		    const struct entry_address *, const struct entry_form *,
		    struct entry_alert) MUST_CHECK;

/* Confirm what the rows of one site say, of those that were sent: the field
 * confirmer names it. */
enum status	 entry_site(struct request *, struct response *,
		    struct entry_form *) MUST_CHECK;

/* Ask before saving what has warnings, on a page of its own. */
enum status	 entry_ask(struct request *, struct response *,
		    const struct entry_form *) MUST_CHECK;

/* « Vous changez le nombre installé : 20 → 22. » */
const char	*entry_warning_text(struct arena *,
		    const struct save_warning *);

/* A row and what it changes: « disponibles 3 → 12, occupés – → 4 ». */
const char	*entry_changes(struct arena *, const struct entry_row *);

/* Save v[0..n) of a form; ret_http: 0 when all is saved.
 * Answers the request only where it is the request's fault. */
enum status	 entry_save_rows(struct request *, struct response *,
		    struct entry_form *, int *ret_http) MUST_CHECK;

/* The title of an instant: « vendredi 20 novembre 2026, 07:02 (heure de
 * Paris) »; its age, never negative; its level by the limits of its kind. */
const char	*entry_at_title(struct arena *, const struct place_state *);
int64_t		 entry_age_s(const struct place_state *, int64_t now);
int		 entry_level(const struct place_state *, int64_t now);

/* JSON answers; see nginx/static/js/entry.js for who reads them. */
void		 entry_json_board(struct request *, struct response *,
		    const struct board *);
void		 entry_json_saved(struct request *, struct response *,
		    const struct entry_form *);
void		 entry_json_refused(struct request *, struct response *,
		    const struct entry_form *, const char *alert);
void		 entry_json_site(struct request *, struct response *,
		    const struct entry_form *, const char *message);
void		 entry_json_message(struct request *, struct response *,
		    bool done, const char *message);

#endif
