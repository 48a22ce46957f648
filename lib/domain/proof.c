/* proof.c - avail_proof(): what a cell of the matrix is made of. */
#include <stdlib.h>
#include <string.h>

#include "domain/availability.h"

/* What one place brings; the rule of availability.h, written a second time so
 * that the proof does not repeat a mistake of the sum. */
static struct avail_proof_row
row_of(const struct snapshot *s, const struct avail_ask *ask, int32_t place,
    bool inside)
{
	struct avail_proof_row row = { .place = place,
	    .is = avail_read(s, place, ask) };
	const struct place *p = &s->places[place];
	int64_t ttl_s = s->categories[p->category].ttl_s;

	if (inside)
		row.part = AVAIL_PART_INSIDE;
	else if (row.is.state == AVAIL_LOCKED)
		row.part = AVAIL_PART_CLOSED;
	else if (row.is.state == AVAIL_NEVER)
		row.part = AVAIL_PART_NEVER;
	else if (row.is.state == AVAIL_FRESH)
		row.part = AVAIL_PART_COUNTED;
	else
		row.part = ask->now < row.is.at_utc + ttl_s ?
		    AVAIL_PART_AGED : AVAIL_PART_EXPIRED;
	if (row.part == AVAIL_PART_COUNTED)
		row.low = row.high = row.is.available;
	else if (row.part != AVAIL_PART_CLOSED &&
	    row.part != AVAIL_PART_INSIDE)
		row.high = row.is.in_service;
	return row;
}

static bool
is_there(const struct snapshot *s, const struct avail_ask *ask, int32_t place)
{
	return place != -1 && (ask->out == NULL || ask->out[place] ==
	    AVAIL_IN) && !(s->places[place].sensitive && !ask->sensitive);
}

static bool
is_inside(const struct snapshot *s, const struct avail_ask *ask,
    const struct place *p)
{
	const struct place *up;

	if (!is_there(s, ask, p->parent))
		return is_there(s, ask, p->part);
	up = &s->places[p->parent];
	return is_there(s, ask, p->part) ||
	    (up->category == p->category && !is_there(s, ask, up->part));
}

/* A place that is not listed: only what it adds is told. */
static void
hidden_add(struct avail_proof *out, const struct avail_proof_row *row)
{
	if (row->part == AVAIL_PART_INSIDE)
		return;
	out->hidden.places++;
	out->hidden.fresh += row->part == AVAIL_PART_COUNTED ||
	    row->part == AVAIL_PART_CLOSED;
	out->hidden.available += row->low;
	out->hidden.high += row->high;
	if (row->is.installed > 0)
		out->hidden.installed += row->is.installed;
}

static void
row_add(struct avail_proof *out, const struct avail_proof_row *row,
    const struct place *p)
{
	out->v[out->n++] = *row;
	out->n_part[row->part]++;
	out->unfollowed += !p->followed && row->part != AVAIL_PART_INSIDE;
	if (row->low != row->high)
		out->unknown += row->high;
}

struct proof_key {
	struct avail_proof_row	 row;
	const struct place	*p;
};

static int
key_order(const void *a, const void *b)
{
	const struct proof_key *x = a, *y = b;
	int c;

	if (x->row.part != y->row.part)
		return x->row.part < y->row.part ? -1 : 1;
	if ((c = strcasecmp(x->p->site_name, y->p->site_name)) != 0 ||
	    (c = strcasecmp(x->p->name, y->p->name)) != 0)
		return c;
	return x->row.place - y->row.place;
}

static void
rows_sort(const struct snapshot *s, struct avail_proof *out, struct arena *a)
{
	struct proof_key *k = ARENA_ARRAY(a, out->n, struct proof_key);
	size_t i;

	for (i = 0; i < out->n; i++)
		k[i] = (struct proof_key){ out->v[i],
		    &s->places[out->v[i].place] };
	qsort(k, out->n, sizeof(k[0]), key_order);
	for (i = 0; i < out->n; i++)
		out->v[i] = k[i].row;
}

void
avail_proof(const struct snapshot *s, const struct avail_ask *ask,
    int32_t category, const int32_t *departements, size_t n,
    bool show_sensitive, struct arena *a, struct avail_proof *ret)
{
	struct avail_proof out = { .hidden = { .oldest_utc = INT64_MAX } };
	size_t max = 0, d, i;

	for (d = 0; d < n; d++)
		max += s->first[2 * departements[d] + 1] -
		    s->first[2 * departements[d]];
	out.v = ARENA_ARRAY(a, max, struct avail_proof_row);
	for (d = 0; d < n; d++) {
		const size_t *group = &s->first[2 * departements[d]];

		for (i = group[0]; i < group[1]; i++) {
			const struct place *p = &s->places[i];
			struct avail_proof_row row;

			if (p->category != category ||
			    (p->sensitive && !ask->sensitive))
				continue;
			if (ask->out != NULL && ask->out[i] != AVAIL_IN) {
				out.left_out[ask->out[i]]++;
				continue;
			}
			row = row_of(s, ask, (int32_t)i, is_inside(s, ask, p));
			out.low += row.low;
			out.high += row.high;
			if (p->sensitive && !show_sensitive)
				hidden_add(&out, &row);
			else
				row_add(&out, &row, p);
		}
	}
	rows_sort(s, &out, a);
	*ret = out;
}
