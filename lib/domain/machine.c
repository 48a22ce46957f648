#include "domain/machine.h"

#include <assert.h>
#include <string.h>

static const char *const outcomes[MACHINE_OUTCOME__MAX] = {
	[MACHINE_OK]	    = "ok",
	[MACHINE_TOKEN]	    = "token",
	[MACHINE_SUSPENDED] = "suspended",
	[MACHINE_RIGHT]	    = "right",
};

/* The column of each code of a figure. */
static const int code_columns[FEED_CODE__MAX] = {
	[FEED_STATUS]	  = COL_machine_read_status,
	[FEED_HORIZON]	  = COL_machine_read_horizon,
	[FEED_GENDER]	  = COL_machine_read_gender,
	[FEED_CLOSING]	  = COL_machine_read_closing,
	[FEED_EXTRA]	  = COL_machine_read_extra,
	[FEED_CRISIS]	  = COL_machine_read_crisis,
	[FEED_ASSIGNMENT] = COL_machine_read_assignment,
	[FEED_NATURE]	  = COL_machine_read_nature,
	[FEED_SOURCE]	  = COL_machine_read_source,
};

static enum machine_outcome
outcome_of(const char *text)
{
	int i = 0;

	while (i < MACHINE_OUTCOME__MAX && strcmp(outcomes[i], text) != 0)
		i++;
	/* The database's outcomes are those of the table. */
	assert(i < MACHINE_OUTCOME__MAX);
	return (enum machine_outcome)i;
}

static void
figure_read(const struct rows *r, size_t i, struct machine_figure *ret)
{
	int c;

	for (c = 0; c < FEED_CODE__MAX; c++)
		ret->code[c] = row_text(r, i, code_columns[c]);
	ret->value = (int)row_int(r, i, COL_machine_read_value, 0);
	ret->effective_utc = row_instant(r, i, COL_machine_read_effective_at,
	    0);
}

static void
place_read(struct arena *a, const struct rows *r, size_t i,
    struct machine_place *ret)
{
	*ret = (struct machine_place){
	    .id = row_int(r, i, COL_machine_read_place_id, 0),
	    .name = row_text(r, i, COL_machine_read_name),
	    .site = row_text(r, i, COL_machine_read_site_finess),
	    .site_name = row_text(r, i, COL_machine_read_site_name),
	    .version = row_int(r, i, COL_machine_read_version, 0),
	    .touched_utc = row_instant(r, i, COL_machine_read_touched_at, -1),
	};
	ret->n_codes = row_array(a, r, i, COL_machine_read_codes,
	    &ret->codes);
}

enum status
machine_read(struct db *db, struct feed_client *client,
    const struct machine_ask *ask, struct machine_reading *ret)
{
	struct machine_place *p = NULL;
	struct machine_figure *figures;
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_machine_read, DB_ARGS(client->token,
	    client->certificate, ask->site, ask->code, ask->place_id == 0 ?
	    NULL : db_int(db, ask->place_id)), &r)) != ST_OK)
		return st;
	*ret = (struct machine_reading){ .outcome = MACHINE_OK,
	    .v = ARENA_ARRAY(db->arena, r.n, struct machine_place) };
	figures = ARENA_ARRAY(db->arena, r.n, struct machine_figure);
	for (i = 0; i < r.n; i++) {
		client->name = row_text(&r, i, COL_machine_read_machine);
		ret->outcome = outcome_of(row_text(&r, i,
		    COL_machine_read_outcome));
		ret->detail = row_text(&r, i, COL_machine_read_detail);
		if (ret->outcome != MACHINE_OK)
			return ST_OK;
		if (p == NULL || p->id != row_int(&r, i,
		    COL_machine_read_place_id, 0)) {
			p = &ret->v[ret->n++];
			place_read(db->arena, &r, i, p);
			p->v = &figures[i];
		}
		if (!row_null(&r, i, COL_machine_read_indicator_id))
			figure_read(&r, i, &p->v[p->n++]);
	}
	return ST_OK;
}
