#include "ledger.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_MIN = 1 << 16, KINDS = 8 };

/* Memory that grows; out of it ends the run (docs/adr/0004). */
static void *
grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (p == NULL)
		abort();
	return p;
}

void
ledger_init(struct ledger *l, const int64_t *places, size_t n,
    const uint8_t *sources)
{
	*l = (struct ledger){ .places = places, .n_places = n,
		.sources = sources };
}

void
ledger_free(struct ledger *l)
{
	free(l->row);
	free(l->order);
	free(l->start);
	free(l->obs);
	*l = (struct ledger){ 0 };
}

/* The index of a place, n_places if it is not swept. */
static size_t
place_find(struct ledger *l, int64_t id)
{
	size_t lo = 0, hi = l->n_places;

	/* Rows of one save come together. */
	if (l->last < l->n_places && l->places[l->last] == id)
		return l->last;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->places[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == l->n_places || l->places[lo] != id)
		return l->n_places;
	l->last = lo;
	return lo;
}

static struct ledger_row *
row_new(struct ledger *l, int64_t place, int32_t indicator, int source)
{
	size_t i = place_find(l, place);
	enum sweep_kind k = sweep_kind_of(indicator);
	struct ledger_row *r;

	if (i == l->n_places || k == SWEEP__MAX)
		return NULL;
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? ROWS_MIN : l->cap + l->cap / 2;
		l->row = grow(l->row, l->cap, sizeof(l->row[0]));
	}
	r = &l->row[l->n++];
	r->key = (uint32_t)i << 5 | (uint32_t)k << 2 | (uint32_t)source;
	return r;
}

static int
source_of(const struct ledger *l, const struct copy_field *f)
{
	if (f->n != 2 || f->p[0] < '0' || f->p[0] > '9' || f->p[1] < '0' ||
	    f->p[1] > '9')
		return SWEEP_OTHER;
	return l->sources[(f->p[0] - '0') * 10 + (f->p[1] - '0')];
}

enum status
ledger_add(void *arg, const struct copy_field *f)
{
	struct ledger *l = arg;
	struct ledger_row *r = row_new(l, copy_int8(&f[0]), copy_int2(&f[1]),
	    source_of(l, &f[6]));

	if (r == NULL)
		return ST_OK;
	r->value = f[2].n == -1 ? SWEEP_NULL : copy_int4(&f[2]);
	r->effective_us = copy_instant_us(&f[3]);
	r->recorded_us = copy_instant_us(&f[4]);
	r->entry = copy_int8(&f[5]);
	return ST_OK;
}

/* What a published fact says of the evening before: older than any row. */
enum status
ledger_add_state(void *arg, const struct copy_field *f)
{
	struct ledger *l = arg;
	struct ledger_row *r = row_new(l, copy_int8(&f[0]), copy_int2(&f[1]),
	    copy_int2(&f[3]));

	if (r == NULL)
		return ST_OK;
	r->value = copy_int4(&f[2]);
	r->effective_us = copy_instant_us(&f[4]);
	r->recorded_us = INT64_MIN;
	r->entry = 0;
	return ST_OK;
}

static int
row_compare(const struct ledger_row *a, const struct ledger_row *b)
{
	if (a->effective_us != b->effective_us)
		return a->effective_us < b->effective_us ? -1 : 1;
	if (a->recorded_us != b->recorded_us)
		return a->recorded_us < b->recorded_us ? -1 : 1;
	return (a->entry > b->entry) - (a->entry < b->entry);
}

static int
order_compare(const void *a, const void *b, void *rows)
{
	const struct ledger_row *row = rows;

	return row_compare(&row[*(const uint32_t *)a],
	    &row[*(const uint32_t *)b]);
}

/* A series: insertion while it is nearly in order, else a full sort. */
static void
series_sort(struct ledger *l, uint32_t *o, size_t n)
{
	size_t moved = 0, i, j;

	for (i = 1; i < n; i++) {
		uint32_t x = o[i];

		for (j = i; j > 0 &&
		    row_compare(&l->row[x], &l->row[o[j - 1]]) < 0; j--)
			o[j] = o[j - 1];
		o[j] = x;
		moved += i - j;
		if (moved > 16 * n) {
			qsort_r(o, n, sizeof(o[0]), order_compare, l->row);
			return;
		}
	}
}

void
ledger_sort(struct ledger *l)
{
	size_t n_series = l->n_places * KINDS, i;
	uint32_t sum = 0;

	l->start = grow(l->start, n_series + 1, sizeof(l->start[0]));
	memset(l->start, 0, (n_series + 1) * sizeof(l->start[0]));
	l->order = grow(l->order, l->n + 1, sizeof(l->order[0]));
	for (i = 0; i < l->n; i++)
		l->start[l->row[i].key >> 2]++;
	for (i = 0; i <= n_series; i++) {
		uint32_t n = l->start[i];

		l->start[i] = sum;
		sum += n;
	}
	for (i = 0; i < l->n; i++)
		l->order[l->start[l->row[i].key >> 2]++] = (uint32_t)i;
	/* Each start moved to its series' end, which is the next one's start. */
	memmove(l->start + 1, l->start, n_series * sizeof(l->start[0]));
	l->start[0] = 0;
	for (i = 0; i < n_series; i++)
		series_sort(l, l->order + l->start[i],
		    l->start[i + 1] - l->start[i]);
}

static int64_t
floor_s(int64_t us)
{
	return us >= 0 ? us / 1000000 : -((999999 - us) / 1000000);
}

size_t
ledger_place(struct ledger *l, size_t i, int64_t since_us,
    struct sweep_series ret[SWEEP__MAX])
{
	const uint32_t *start = l->start + i * KINDS;
	size_t n = start[SWEEP__MAX] - start[0], j;
	int k;

	if (n >= l->obs_cap) {
		l->obs_cap = n * 2 + 64;
		l->obs = grow(l->obs, l->obs_cap, sizeof(l->obs[0]));
	}
	for (j = 0; j < n; j++) {
		const struct ledger_row *r = &l->row[l->order[start[0] + j]];

		l->obs[j] = (struct sweep_obs){
			.effective_utc = floor_s(r->effective_us),
			.value = r->value, .source = r->key & 3,
			.is_new = r->recorded_us > since_us };
	}
	for (k = 0; k < SWEEP__MAX; k++)
		ret[k] = (struct sweep_series){ l->obs + (start[k] - start[0]),
			start[k + 1] - start[k] };
	return n;
}
