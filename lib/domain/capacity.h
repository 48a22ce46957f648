/* capacity.h - what somebody may say about the capacity of a place.
 *
 * capacity_fields[] is the one table of what can be entered: forms, columns,
 * files and messages are made from it.  The simple mode shows four of its
 * fields, the full mode all; a null one is "not reported", never zero.  Here
 * is what can be refused without asking the database; what needs it
 * (versions, locks, scopes, indicators that the form does not show) is
 * cap.save()'s.
 * Units: beds, places or rooms, 0 to 9,999.
 * Source: DOMAIN 4, the indicators' table ref.indicator.
 * Layer: domain.  May include: base.
 */
#ifndef DOMAIN_CAPACITY_H
#define DOMAIN_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* In the order of the columns. */
enum capacity_field {
	CAP_INST, CAP_FERM_NR, CAP_FERM_R,
	CAP_DISPO_IND, CAP_DISPO_F, CAP_DISPO_H,
	CAP_OCC, CAP_RES,
	CAP_SUPPL_MOB, CAP_SUPPL_SRH, CAP_SUPPL_ARH,
	CAP_PREV_1H, CAP_PREV_24H, CAP_PREV_48H, CAP_PREV_7J,
	CAP_SRH_PMIE, CAP_ARH_PMIE, CAP_SRH_SSE, CAP_ARH_SSE,
	CAP__MAX
};

enum capacity_group { CAP_G_CAPACITY, CAP_G_FREE, CAP_G_USE, CAP_G_EXTRA,
	CAP_G_FORECAST, CAP_G_CRISIS, CAP_G__MAX };

/* What the board showed: cap.entry.mode.  In the simple mode CAP_DISPO_IND
 * is the total of available ones, whoever they are for. */
enum capacity_mode { CAP_SIMPLE, CAP_FULL };

enum { CAP_NULL = -1, CAP_VALUE_MAX = 9999, CAP_COMMENT_MAX = 200,
	CAP_INDICATOR_TOTAL = 20 };

#define CAP_COMMENT_FIELD	"commentaire"

struct capacity_spec {
	const char		*name;		/* in forms: "inst" */
	const char		*code;		/* in files: "INST" */
	int			 indicator;	/* ref.indicator */
	enum capacity_group	 group;
	bool			 simple;	/* shown in the simple mode */
	bool			 required;	/* never empty */
	const char		*bed, *slot;	/* head of the column: lits, places */
	const char		*said;		/* « disponibles » in a sentence */
};

/* Part of the columns: "capacite" in forms, « Capacité » on screens. */
struct capacity_group_spec {
	const char		*name, *label;
	bool			 hideable;	/* by a person or a region */
};

extern const struct capacity_spec capacity_fields[CAP__MAX];
extern const struct capacity_group_spec capacity_groups[CAP_G__MAX];

/* Which fields a board shows, in the order of enum capacity_field. */
struct capacity_shown {
	enum capacity_mode	 mode;
	unsigned		 hidden;	/* bits 1 << enum capacity_group */
};

bool		 capacity_is_shown(const struct capacity_shown *,
		    enum capacity_field);

/* The head of a column of beds (rooms) or places: in the simple mode it says
 * what it counts, in the full one its group's head is above it. */
const char	*capacity_head(enum capacity_mode, enum capacity_field,
		    bool slots);

/* The field of that name in forms, or code in files; CAP__MAX: none. */
enum capacity_field capacity_field_named(const char *name);
enum capacity_field capacity_field_coded(const char *code);

/* The field of ref.indicator's number; CAP__MAX: none (the total has none). */
enum capacity_field capacity_field_of(int64_t indicator);

/* One row of a form or file: what was typed, and what it means. */
struct capacity_entry {
	int64_t			 place_id;
	int64_t			 assignment_id;	/* 0: the place itself */
	int64_t			 version;	/* that the form was made from */
	enum capacity_mode	 mode;
	const char		*typed[CAP__MAX];/* NULL: not given, stays */
	const char		*typed_comment;	/* NULL: stays */
	int			 value[CAP__MAX];/* CAP_NULL: empty, retracted */
	const char		*comment;
	const char		*bad;		/* name of the wrong field, or NULL */
	const char		*error;		/* French; NULL: fit to be saved */
};

/* Read typed, typed_comment into value, comment; the first fault, in the order
 * of the columns, goes to bad and error.  Returns whether there is none. */
bool		 capacity_entry_read(struct arena *, struct capacity_entry *);

/* A save's own number, as browsers and we write it: 8-4-4-4-12 hex digits. */
bool		 capacity_key_valid(const char *);

#endif
