/* board_row.h - rows of the board's statements, for board.c and board_save.c.
 *
 * Layer: domain, inner.  May include: base, db.
 */
#ifndef DOMAIN_BOARD_ROW_H
#define DOMAIN_BOARD_ROW_H

#include "domain/board.h"

/* The columns that two statements have in common, by their own numbers. */
struct board_row_cols {
	int	place_id, name, time_zone, version, comment, touched_at,
		source_label, who, total, indicators, figures, ttl_s;
};

extern const struct board_row_cols board_row_places, board_row_state_of;

/* A place whose zone this machine does not know is shown in Paris's stead. */
const struct zone *board_row_zone(const char *name);

void		 board_row_state(struct arena *, const struct rows *, size_t i,
		    const struct board_row_cols *, struct place_state *ret);

/* A row of board_assignments; of: the state of its place. */
void		 board_row_assignment(struct arena *, const struct rows *,
		    size_t i, const struct place_state *of,
		    struct board_assignment *ret);

/* The first row with id among rows ordered by it; r->n when there is none. */
size_t		 board_row_find(const struct rows *, int col, int64_t id);

#endif
