/* history.h - what was said of a place, when it was true, when it was known.
 *
 * Who may read is decided by the grants inside each statement: those who
 * enter, steer or report on the place; a sensitive one is for those who enter
 * it and for stewards (docs/adr/0010).
 * Owns: results live in the arena of the db handle.
 * Source: cap.observation, cap.entry, cap.remark; cap.known_at().
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_HISTORY_H
#define DOMAIN_HISTORY_H

#include "db/db.h"
#include "domain/board.h"

enum { HISTORY_TOTAL = 20, HISTORY_ENTRIES = 40, HISTORY_ROWS_MAX = 2000,
	HISTORY_CSV_MAX = 5000, HISTORY_LINE_MAX = 20000 };

struct history_place {
	int64_t			 id;
	const char		*name, *site_finess, *site_name;
	const char		*nature;	/* R329 */
	const struct zone	*zone;
	int64_t			 version;
	char			**unit_names;
	size_t			 n_units;
	bool			 may_correct;
	bool			 is_steward;	/* however far back */
};

/* ST_NOTFOUND: no such place today; ST_DENIED: out of the account's scopes.
 * Cost: one statement. */
enum status	 history_place_get(struct db *, int64_t account_id,
		    int64_t place_id, struct history_place *ret) MUST_CHECK;

struct history_ask {
	int64_t		 account_id, place_id;
	int64_t		 indicator;		/* 0: all */
	const char	*source;		/* kind, NULL: all */
	int64_t		 from_utc, to_utc;	/* half-open, by effective */
	const char	*after_at;		/* cursor: SQL text, NULL: newest */
	int64_t		 after_entry;
	int		 n_entries, n_rows;
};

/* One figure of one entry. */
struct history_value {
	int64_t		 entry_id, indicator;
	const char	*assigned;		/* reason, NULL: the place itself */
	const char	*code, *label;
	int		 value;			/* CAP_NULL: retracted */
	int64_t		 effective_utc, recorded_utc;
	const char	*effective_sql;		/* exact, for the cursor */
	const char	*source, *source_kind;
	const char	*who;			/* or NULL */
	const char	*mode, *kind;		/* cap.entry's words */
	const char	*reason, *comment;	/* or NULL */
	bool		 replaced;		/* of a correction or undo: */
	int		 before;		/* what held; CAP_NULL: unknown */
};

struct history {
	struct history_value	*v;	/* newest effective first, by entry */
	size_t			 n;
};

/* n_entries of them with all their figures, n_rows at most.
 * ST_DB.  Cost: one statement, a bounded backward scan for each figure. */
enum status	 history_read(struct db *, const struct history_ask *,
		    struct history *ret) MUST_CHECK;

struct history_step {
	int64_t	from_utc, to_utc;	/* half-open, to the next or the limit */
	int	value;
	bool	locked;			/* total unavailability, a known 0 */
};

struct history_line {
	struct history_step	*v;	/* by time, apart; none is unknown */
	size_t			 n;
};

/* What the ledger tells now of one figure in [from, to): expired, retracted
 * and missing are gaps; of the total, total unavailability is a 0.
 * ST_DB.  Cost: one statement, the rows of the period, HISTORY_LINE_MAX. */
enum status	 history_line_read(struct db *, int64_t account_id,
		    int64_t place_id, int64_t indicator, int64_t from_utc,
		    int64_t to_utc, struct history_line *ret) MUST_CHECK;

/* --- the board of a day gone by --- */

struct gone_ask {
	int64_t		 account_id;
	enum board_id	 board;
	const char	*site;		/* FINESS number, NULL: all */
	int64_t		 page;		/* from 1; 0: all */
	int64_t		 at_utc;
	int64_t		 cut_id;	/* of mart.cut; 0: as known now */
};

struct gone_site {
	const char		*finess, *name, *departement;
	const struct zone	*zone;
};

struct gone_value {
	int64_t		 indicator;
	const char	*code, *label, *assigned, *source;
	int		 value;
	int64_t		 effective_utc, recorded_utc;
	bool		 expired;	/* at the instant asked for */
};

struct gone_place {
	int64_t			 id;
	const char		*name, *site_finess, *site_name, *departement;
	const struct zone	*zone;
	int64_t			 n_units;
	bool			 of_day;	/* names of then; else of today */
	bool			 locked;	/* as declared today */
	const char		*locked_reason;
	struct gone_value	*v;
	size_t			 n;
};

struct gone_board {
	struct gone_place	*v;
	size_t			 n;
	int64_t			 page, n_pages;
};

/* Sites of the account's places of a board, 6,000 at most.  ST_DB. */
enum status	 gone_sites_read(struct db *, const struct gone_ask *,
		    struct gone_site **ret, size_t *ret_n) MUST_CHECK;

/* Today's places, 50 a page, as the directory has them of that day, with what
 * the ledger told of then.
 * ST_DB.  Cost: one statement, one seek a figure and month of the ledger. */
enum status	 gone_board_read(struct db *, const struct gone_ask *,
		    struct gone_board *ret) MUST_CHECK;

#endif
