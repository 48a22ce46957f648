/* board.h - the entry board: the places somebody answers for, and saving them.
 *
 * A board is one nature of capacity in some fields of activity; what belongs
 * to an account is decided by its grants inside each statement.
 * Owns: results live in the arena of the db handle.
 * Source: cap.place_board, cap.save().
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_BOARD_H
#define DOMAIN_BOARD_H

#include "domain/board_setting.h"

/* The board that a place is on, by its nature and its field. */
enum board_id	 board_of(const char *nature, const char *field);

/* Natures and fields of a board, as arrays that statements take. */
void		 board_scope(enum board_id, const char **ret_natures,
		    const char **ret_fields);

struct board_filter {
	enum board_id	 id;
	int64_t		 account_id;
	const char	*site;		/* FINESS number, NULL = all */
	bool		 favourites;
	int		 page;		/* from 1; 0 = all */
	int64_t		 now;
};

struct board_site {
	const char	*finess;
	const char	*name;
	const char	*departement;
	int64_t		 n;		/* places of it on this board */
};

/* What is recorded of a place, or of an assignment of it. */
struct place_state {
	int64_t		 place_id;
	int64_t		 assignment_id;	/* 0: the place itself */
	const char	*name;
	const struct zone *zone;
	int64_t		 version;	/* 0: never saved */
	const char	*comment;	/* "" when there is none */
	int64_t		 at_utc;	/* last news; -1: never */
	const char	*by;		/* label of the source, NULL: never */
	const char	*who;		/* of a manual entry, or NULL */
	int		 value[CAP__MAX];/* CAP_NULL: not reported */
	int		 total;		/* available ones, likewise */
	int64_t		 ttl_s;		/* how long news of it are news */
};

/* What a field shows in a mode: the simple mode's available ones are all. */
int		 place_value(const struct place_state *, enum capacity_mode,
		    enum capacity_field);

/* Some of a place's beds under a label: in no total. */
struct board_assignment {
	struct place_state	 state;
	const char		*reason;	/* label of J195 */
	int64_t			 until_utc;	/* -1: open end */
};

struct board_place {
	struct place_state	 state;
	const char		*nature;	/* R329: 01, 02, 04 */
	const char		*site_finess, *site_name, *departement;
	const char		*path_label;	/* « UF – pôle », or NULL */
	const char		*phone;		/* or NULL */
	char			**units;	/* numbers; units[0] leads */
	char			**unit_names;	/* in the same order */
	size_t			 n_units;
	bool			 locked;	/* total unavailability */
	int64_t			 locked_until;	/* -1: no end known */
	const char		*locked_reason;
	bool			 favourite;
	int64_t			 n_calls;	/* heard otherwise since, a day */
	const char		*call_outcome;	/* of the newest: cap.call */
	int			 call_number;	/* or CAP_NULL */
	struct board_assignment	*assignments;	/* in force */
	size_t			 n_assignments;
};

struct board {
	struct board_place	*v;		/* the page, by site and name */
	size_t			 n;
	struct board_site	*sites;		/* all of the board, by name */
	size_t			 n_sites;
	int64_t			 page, n_pages, n_total;
	struct board_context	 context;
};

/* All of it in one round trip.  A page past the last is the last one.
 * ST_DB.  Cost: five statements. */
enum status	 board_read(struct db *, const struct board_filter *,
		    struct board *ret) MUST_CHECK;

/* No news for as long as its kind allows, or never any. */
bool		 place_is_expired(const struct place_state *, int64_t now);

/* The place of a board, or NULL. */
const struct board_place *board_place(const struct board *, int64_t place_id);

enum save_outcome { SAVE_OK, SAVE_REPLAYED, SAVE_CONFLICT, SAVE_LOCKED,
	SAVE_DENIED, SAVE_UNKNOWN, SAVE_CLOSED, SAVE_FUTURE, SAVE_EXTRA,
	SAVE_ASSIGNMENT, SAVE_WARN, SAVE__MAX };

/* What deserves a second look: see cap.save_warn. */
enum warn_kind { WARN_INSTALLED, WARN_OVER, WARN_SUBSET, WARN_JUMP,
	WARN__MAX };

struct save_warning {
	enum warn_kind		 kind;
	enum capacity_field	 field;		/* CAP__MAX: of the row */
	int			 before, after;	/* CAP_NULL: none */
	int			 low, high;	/* the bounds it is outside of */
};

struct saved_place {
	enum save_outcome	 outcome;
	bool			 known;		/* state is filled */
	struct place_state	 state;		/* as it is after the call */
	struct save_warning	*warnings;	/* of SAVE_WARN */
	size_t			 n_warnings;
};

/* Save entries (read before, all without error, of one mode) as one save named
 * key, all or nothing; several may be of one place, with its assignments.
 * confirmed: also what has warnings; else these are SAVE_WARN.
 * ret: n elements in the order of the entries; unless all are SAVE_OK, or all
 * SAVE_REPLAYED, nothing was written.  A key seen before whose values are not
 * these any more is SAVE_CONFLICT: nobody is told "saved" of what is not there.
 * ST_DB: lost; it may have been saved, sending it again with the key is safe.
 * Cost: two statements, one round trip; one more for assignments, and another
 * round trip for warnings. */
struct save_order {
	int64_t				 account_id, now;
	const char			*key;
	bool				 confirmed;
	const struct capacity_entry	*v;
	size_t				 n;
};

enum status	 board_save(struct db *, const struct save_order *,
		    struct saved_place *ret) MUST_CHECK;

/* Take back the account's save of that key.  ret_n: its places, when
 * UNDO_OK.  ST_DB.  Cost: one statement. */
enum undo_outcome { UNDO_OK, UNDO_REPLAYED, UNDO_LATE, UNDO_CHANGED,
	UNDO_UNKNOWN, UNDO__MAX };

enum status	 board_undo(struct db *, int64_t account_id, const char *key,
		    enum undo_outcome *ret, size_t *ret_n) MUST_CHECK;

/* Temporary assignments.  ST_INPUT with *ret_why in French; ST_DENIED,
 * ST_NOTFOUND (asked: or not the account's place); ST_DB. */
struct reason { const char *code, *label; };

struct assignment_form {
	const char	*name, *site_name;	/* of the place */
	struct reason	*reasons;
	size_t		 n_reasons;
};

enum status	 assignment_ask(struct db *, int64_t account_id,
		    int64_t place_id, struct assignment_form *ret) MUST_CHECK;
enum status	 assignment_add(struct db *, int64_t account_id,
		    int64_t place_id, const char *reason, int64_t until_utc,
		    const char **ret_why) MUST_CHECK;
enum status	 assignment_end(struct db *, int64_t account_id,
		    int64_t place_id, int64_t assignment_id) MUST_CHECK;

struct stale_place {
	const char		*name, *site_name, *site_finess;
	int64_t			 place_id;
	enum board_id		 board;
	int64_t			 at_utc;	/* -1: never */
	const struct zone	*zone;
};

struct stale_list {
	struct stale_place	*v;		/* the longest silent, 8 at most */
	size_t			 n;
	int64_t			 n_beds, n_places;	/* of all */
	int64_t			 now;		/* that ages count from */
};

/* Followed, unlocked places silent for longer than their kind allows.
 * ST_DB.  Cost: one statement. */
enum status	 board_stale(struct db *, int64_t account_id, int64_t now,
		    struct stale_list *ret) MUST_CHECK;

#endif
