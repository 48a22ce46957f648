#include "domain/board_row.h"

#include <stdlib.h>

#define COLS(q) {							\
	COL_##q##_place_id, COL_##q##_name, COL_##q##_time_zone,	\
	COL_##q##_version, COL_##q##_comment, COL_##q##_touched_at,	\
	COL_##q##_source_label, COL_##q##_who, COL_##q##_total,		\
	COL_##q##_indicators, COL_##q##_figures, COL_##q##_ttl_s }

const struct board_row_cols board_row_places = COLS(board_places);
const struct board_row_cols board_row_state_of = COLS(board_state);

const struct zone *
board_row_zone(const char *name)
{
	const struct zone *z;

	return zone_get(name, &z) == ST_OK ||
	    zone_get("Europe/Paris", &z) == ST_OK ? z : NULL;
}

/* The figures of two parallel columns into a value for each field. */
static void
figures_fill(struct arena *a, const struct rows *r, size_t i, int indicators,
    int figures, int *value)
{
	char **ids, **values;
	size_t n = row_array(a, r, i, indicators, &ids), k;
	int f;

	(void)row_array(a, r, i, figures, &values);
	for (f = 0; f < CAP__MAX; f++)
		value[f] = CAP_NULL;
	for (k = 0; k < n; k++) {
		f = (int)capacity_field_of(strtol(ids[k], NULL, 10));
		if (f != CAP__MAX)
			value[f] = (int)strtol(values[k], NULL, 10);
	}
}

void
board_row_state(struct arena *a, const struct rows *r, size_t i,
    const struct board_row_cols *c, struct place_state *ret)
{
	*ret = (struct place_state){
	    .place_id = row_int(r, i, c->place_id, 0),
	    .name = row_text(r, i, c->name),
	    .zone = board_row_zone(row_text(r, i, c->time_zone)),
	    .version = row_int(r, i, c->version, 0),
	    .comment = row_text(r, i, c->comment),
	    .at_utc = row_instant(r, i, c->touched_at, -1),
	    .by = row_text(r, i, c->source_label),
	    .who = row_text(r, i, c->who),
	    .total = (int)row_int(r, i, c->total, CAP_NULL),
	    .ttl_s = row_int(r, i, c->ttl_s, 0) };
	figures_fill(a, r, i, c->indicators, c->figures, ret->value);
}

void
board_row_assignment(struct arena *a, const struct rows *r, size_t i,
    const struct place_state *of, struct board_assignment *ret)
{
	struct board_assignment x = { .state = *of,
	    .reason = row_text(r, i, COL_board_assignments_reason),
	    .until_utc = row_instant(r, i, COL_board_assignments_until, -1) };

	x.state.assignment_id = row_int(r, i, COL_board_assignments_id, 0);
	x.state.at_utc = row_instant(r, i, COL_board_assignments_at, -1);
	x.state.comment = "";
	figures_fill(a, r, i, COL_board_assignments_indicators,
	    COL_board_assignments_figures, x.state.value);
	/* An assignment has no total but its own figure. */
	x.state.total = x.state.value[CAP_DISPO_IND];
	*ret = x;
}

size_t
board_row_find(const struct rows *r, int col, int64_t id)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (row_int(r, mid, col, 0) < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n && row_int(r, lo, col, 0) == id ? lo : r->n;
}
