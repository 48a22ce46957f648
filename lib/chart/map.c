#include "chart/map.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTLINES_MAX = 128, RINGS_MAX = 64, POINTS_MAX = 4096, GRID = 20 };

/* Scratch of one path. */
struct pen {
	const char		*p, *end;
	struct map_point	 at, start;
	struct map_point	*buf;		/* POINTS_MAX of the open ring */
	size_t			 n;
};

/* --- path ------------------------------------------------------------- */

static void
skip_space(struct pen *k)
{
	while (k->p < k->end && strchr(" ,\t\r", *k->p) != NULL)
		k->p++;
}

/* Decimal number; strtod() would follow the locale. */
static bool
number(struct pen *k, double *ret)
{
	double v = 0, unit = 1;
	bool neg, any = false;

	skip_space(k);
	neg = k->p < k->end && *k->p == '-';
	if (k->p < k->end && (*k->p == '-' || *k->p == '+'))
		k->p++;
	for (; k->p < k->end && *k->p >= '0' && *k->p <= '9'; k->p++) {
		v = v * 10 + (*k->p - '0');
		any = true;
	}
	if (k->p < k->end && *k->p == '.')
		for (k->p++; k->p < k->end && *k->p >= '0' && *k->p <= '9';
		    k->p++) {
			v += (*k->p - '0') * (unit /= 10);
			any = true;
		}
	if (!any || v > 1e6)
		return false;
	*ret = neg ? -v : v;
	return true;
}

static bool
at_number(struct pen *k)
{
	skip_space(k);
	return k->p < k->end && strchr("+-.0123456789", *k->p) != NULL;
}

static bool
put_point(struct pen *k)
{
	if (k->n > 0 && fabs(k->buf[k->n - 1].x - k->at.x) < 1e-9 &&
	    fabs(k->buf[k->n - 1].y - k->at.y) < 1e-9)
		return true;
	if (k->n == POINTS_MAX)
		return false;
	k->buf[k->n++] = k->at;
	return true;
}

static bool
close_ring(struct pen *k, struct arena *a, struct map_outline *o)
{
	struct map_ring *r;

	if (k->n < 3) {
		k->n = 0;
		return true;
	}
	if (o->n_rings == RINGS_MAX)
		return false;
	r = &o->rings[o->n_rings++];
	r->n = k->n;
	r->at = ARENA_ARRAY(a, k->n, struct map_point);
	memcpy(r->at, k->buf, k->n * sizeof(*r->at));
	k->n = 0;
	return true;
}

/* One step of command cmd; a move's further pairs are lines. */
static bool
step(struct pen *k, char cmd)
{
	bool rel = cmd >= 'a';
	double x = 0, y = 0;

	switch (cmd) {
	case 'm': case 'M': case 'l': case 'L':
		if (!number(k, &x) || !number(k, &y))
			return false;
		break;
	case 'h': case 'H':
		if (!number(k, &x))
			return false;
		y = rel ? 0 : k->at.y;
		break;
	case 'v': case 'V':
		if (!number(k, &y))
			return false;
		x = rel ? 0 : k->at.x;
		break;
	default:
		return false;
	}
	k->at.x = rel ? k->at.x + x : x;
	k->at.y = rel ? k->at.y + y : y;
	return put_point(k);
}

static bool
path_parse(struct pen *k, struct arena *a, struct map_outline *o)
{
	for (;;) {
		char cmd;

		skip_space(k);
		if (k->p == k->end)
			return close_ring(k, a, o) && o->n_rings > 0;
		cmd = *k->p++;
		if (cmd == 'z' || cmd == 'Z') {
			if (!close_ring(k, a, o))
				return false;
			k->at = k->start;
			continue;
		}
		if (cmd == 'm' || cmd == 'M') {
			if (!close_ring(k, a, o) || !step(k, cmd))
				return false;
			k->start = k->at;
		} else if (!step(k, cmd)) {
			return false;
		}
		while (at_number(k))
			if (!step(k, cmd))
				return false;
	}
}

/* --- where the label stands ------------------------------------------- */

static double
to_segment(struct map_point p, struct map_point a, struct map_point b)
{
	double dx = b.x - a.x, dy = b.y - a.y, l = dx * dx + dy * dy;
	double t = l > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / l : 0;

	t = fmin(fmax(t, 0), 1);
	return hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

/* Distance to the nearest edge, negative outside (even-odd). */
static double
depth(const struct map_outline *o, struct map_point p)
{
	double d = INFINITY;
	bool inside = false;

	for (size_t r = 0; r < o->n_rings; r++) {
		const struct map_ring *g = &o->rings[r];

		for (size_t i = 0, j = g->n - 1; i < g->n; j = i++) {
			struct map_point a = g->at[i], b = g->at[j];

			if ((a.y > p.y) != (b.y > p.y) && p.x <
			    (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
				inside = !inside;
			d = fmin(d, to_segment(p, a, b));
		}
	}
	return inside ? d : -d;
}

static void
measure(struct map_outline *o)
{
	struct map_box *b = &o->box;

	*b = (struct map_box){ INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (size_t r = 0; r < o->n_rings; r++)
		for (size_t i = 0; i < o->rings[r].n; i++) {
			struct map_point p = o->rings[r].at[i];

			b->x0 = fmin(b->x0, p.x);
			b->y0 = fmin(b->y0, p.y);
			b->x1 = fmax(b->x1, p.x);
			b->y1 = fmax(b->y1, p.y);
		}
	o->label_r = -INFINITY;
	for (int i = 0; i < GRID * GRID; i++) {
		int col = i % GRID, row = i / GRID;
		struct map_point p = {
			b->x0 + (b->x1 - b->x0) * (col + 0.5) / GRID,
			b->y0 + (b->y1 - b->y0) * (row + 0.5) / GRID };
		double d = depth(o, p);

		if (d > o->label_r) {
			o->label_r = d;
			o->label = p;
		}
	}
}

/* --- file ------------------------------------------------------------- */

static bool
line_parse(const char *line, const char *end, struct pen *k, struct arena *a,
    struct map_outline *o)
{
	const char *tab = memchr(line, '\t', (size_t)(end - line));

	if (tab == NULL || tab == line ||
	    (size_t)(tab - line) >= sizeof(o->code))
		return false;
	memcpy(o->code, line, (size_t)(tab - line));
	o->rings = ARENA_ARRAY(a, RINGS_MAX, struct map_ring);
	*k = (struct pen){ .p = tab + 1, .end = end, .buf = k->buf };
	if (!path_parse(k, a, o))
		return false;
	measure(o);
	return true;
}

enum status
map_parse(const char *text, size_t n, struct arena *a,
    const struct map **ret_map, struct fault *f)
{
	const char *p = text, *end = text + n;
	struct map *m = ARENA_NEW(a, struct map);
	struct pen k = { .buf = ARENA_ARRAY(a, POINTS_MAX, struct map_point) };

	m->outlines = ARENA_ARRAY(a, OUTLINES_MAX, struct map_outline);
	for (int line = 1; p < end; line++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl == NULL ? end : nl;

		if (p < stop && *p != '#') {
			if (m->n == OUTLINES_MAX || !line_parse(p, stop, &k,
			    a, &m->outlines[m->n])) {
				fault_set(f, "map: line %d: not an outline",
				    line);
				return ST_INPUT;
			}
			m->n++;
		}
		p = stop == end ? end : stop + 1;
	}
	*ret_map = m;
	return ST_OK;
}

enum status
map_load(const char *path, struct arena *a, const struct map **ret_map,
    struct fault *f)
{
	FILE *fp = fopen(path, "re");
	enum status st = ST_OK;
	char *text;
	size_t n;

	if (fp == NULL) {
		fault_set(f, "map: %s: %s", path, strerror(errno));
		return errno == ENOENT ? ST_NOTFOUND : ST_IO;
	}
	if ((text = malloc(MAP_BYTES_MAX)) == NULL) {
		(void)fclose(fp);
		fault_set(f, "map: out of memory");
		return ST_LIMIT;
	}
	n = fread(text, 1, MAP_BYTES_MAX, fp);
	if (ferror(fp)) {
		fault_set(f, "map: %s: cannot be read", path);
		st = ST_IO;
	} else if (n == MAP_BYTES_MAX) {
		fault_set(f, "map: %s: too large", path);
		st = ST_LIMIT;
	}
	(void)fclose(fp);
	if (st == ST_OK)
		st = map_parse(text, n, a, ret_map, f);
	free(text);
	return st;
}

const struct map_outline *
map_find(const struct map *m, const char *code)
{
	for (size_t i = 0; m != NULL && i < m->n; i++)
		if (strcmp(m->outlines[i].code, code) == 0)
			return &m->outlines[i];
	return NULL;
}
