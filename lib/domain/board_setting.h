/* board_setting.h - how the entry boards look: to an account, in a région.
 *
 * An account chooses a mode and hides groups of columns; a région chooses
 * which boards, groups and fields of activity are entered here at all.
 * Owns: results live in the arena of the db handle.
 * Source: cap.display, cap.board_setting.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_BOARD_SETTING_H
#define DOMAIN_BOARD_SETTING_H

#include "db/db.h"
#include "domain/capacity.h"

enum board_id { BOARD_BEDS, BOARD_PLACES, BOARD_SOCIAL, BOARD__MAX };

enum { BOARD_FIELDS = 5, SETTING_TEXT_MAX = 500, SETTING_LABEL_MAX = 100 };

/* J20 codes that boards have: 01 02 03 04 06. */
extern const char *const board_fields[BOARD_FIELDS];

/* "lits", "places", "places-medico-sociales": in settings and addresses. */
const char	*board_name(enum board_id);

/* What one région enters here. */
struct board_setting {
	const char	*code, *name;	/* of the région */
	int64_t		 version;	/* 0: never chosen, all but crisis */
	unsigned	 boards;	/* bits 1 << enum board_id */
	unsigned	 hidden;	/* bits 1 << enum capacity_group */
	unsigned	 fields;	/* bits 1 << index of board_fields */
	bool		 home_care;	/* HAD */
	const char	*elsewhere;	/* a sentence; "" for none, as below */
	const char	*help;
	const char	*synthesis_label, *synthesis_url;
	int64_t		 changed_at;	/* -1: never; board_settings() only */
	const char	*changed_by;
};

struct board_setting_list {
	struct board_setting	*v;	/* by code (context) or name */
	size_t			 n;
};

struct board_context {
	struct capacity_shown		 shown;
	unsigned			 hidden_own;	/* by the account */
	unsigned			 hidden_here;	/* by every région */
	struct board_setting_list	 regions;	/* of its places */
	const char			*last_key;	/* own last save, while
							 * it can be undone */
	int64_t				 last_at, last_n;
};

/* Both in one round trip with what the caller has queued before: first
 * queue, then flush, then fill from the two rows. */
void		 board_context_queue(struct db *, int64_t account_id,
		    int64_t now);
void		 board_context_fill(struct db *, const struct rows r[2],
		    struct board_context *ret);

/* Bits of the groups named in '{occupation,crise}' elements. */
unsigned	 board_groups_bits(char *const *names, size_t n);

/* Keep an account's choice.  ST_DB. */
enum status	 board_display_save(struct db *, int64_t account_id,
		    const struct capacity_shown *, int64_t now) MUST_CHECK;

/* The régions that an account administers.  ST_DB.  Cost: one statement. */
enum status	 board_settings(struct db *, int64_t account_id,
		    struct board_setting_list *ret) MUST_CHECK;

/* ST_DENIED: not the account's région; ST_CONFLICT: somebody changed it since
 * s->version; ST_NOTFOUND: no such région; ST_DB. */
enum status	 board_setting_save(struct db *, int64_t account_id,
		    const struct board_setting *s) MUST_CHECK;

#endif
