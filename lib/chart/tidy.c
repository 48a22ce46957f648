#include "chart/tidy.h"

#include <math.h>
#include <string.h>

/* A piece of the source. */
struct piece {
	const char	*p;
	size_t		 n;
};

struct ids {
	struct piece	*slot;		/* open addressing */
	size_t		*number;
	size_t		 size;		/* power of two */
	size_t		 n;
};

struct tidy {
	struct ids	 ids;
	struct str	*out;
	bool		 bad;
};

static bool
piece_is(struct piece a, const char *text)
{
	return a.n == strlen(text) && memcmp(a.p, text, a.n) == 0;
}

static bool
piece_starts(struct piece a, const char *text)
{
	return a.n >= strlen(text) && memcmp(a.p, text, strlen(text)) == 0;
}

static void
put(struct tidy *t, struct piece a)
{
	str_addn(t->out, a.p, a.n);
}

/* --- ids -------------------------------------------------------------- */

static void
ids_init(struct ids *ids, struct arena *a, const char *svg)
{
	size_t n = 0;

	for (const char *p = svg; (p = strstr(p, "id=\"")) != NULL; p += 4)
		n++;
	for (ids->size = 64; ids->size < n * 2;)
		ids->size *= 2;
	ids->slot = ARENA_ARRAY(a, ids->size, struct piece);
	ids->number = ARENA_ARRAY(a, ids->size, size_t);
}

static void
put_id(struct tidy *t, struct piece id)
{
	struct ids *ids = &t->ids;
	uint32_t h = 2166136261u;
	size_t i;

	for (size_t k = 0; k < id.n; k++)
		h = (h ^ (unsigned char)id.p[k]) * 16777619u;
	for (i = h & (ids->size - 1); ids->slot[i].p != NULL;
	    i = (i + 1) & (ids->size - 1))
		if (ids->slot[i].n == id.n &&
		    memcmp(ids->slot[i].p, id.p, id.n) == 0)
			break;
	if (ids->slot[i].p == NULL) {
		if (ids->n + 1 >= ids->size) {
			t->bad = true;
			return;
		}
		ids->slot[i] = id;
		ids->number[i] = ids->n++;
	}
	str_addc(t->out, 'a');
	str_add_int(t->out, (int64_t)ids->number[i]);
}

/* --- values ----------------------------------------------------------- */

/* "12.5%" at *p, moved behind it; -1: something else.  strtod() would follow
 * the locale. */
static double
percent(const char **p)
{
	double v = 0, unit = 1;
	const char *s = *p;

	for (; *s >= '0' && *s <= '9'; s++)
		v = v * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++)
			v += (*s - '0') * (unit /= 10);
	if (s == *p || *s != '%' || v > 100)
		return -1;
	*p = s + 1;
	return v;
}

/* rgb(12.5%,0%,100%) as #rrggbb */
static void
put_rgb(struct tidy *t, struct piece v)
{
	const char *p = v.p + 4;
	char hex[8] = "#";

	for (int i = 0; i < 3; i++, p++) {
		double part = percent(&p);
		long byte = lround(part * 2.55);

		if (part < 0) {
			t->bad = true;
			return;
		}
		hex[1 + 2 * i] = "0123456789abcdef"[byte >> 4];
		hex[2 + 2 * i] = "0123456789abcdef"[byte & 15];
	}
	str_addn(t->out, hex, 7);
}

static void
put_value(struct tidy *t, struct piece v)
{
	if (piece_starts(v, "rgb(")) {
		put_rgb(t, v);
	} else if (piece_starts(v, "url(#") && v.p[v.n - 1] == ')') {
		str_add(t->out, "url(#");
		put_id(t, (struct piece){ v.p + 5, v.n - 6 });
		str_addc(t->out, ')');
	} else if (piece_starts(v, "#")) {
		str_addc(t->out, '#');
		put_id(t, (struct piece){ v.p + 1, v.n - 1 });
	} else {
		put(t, v);
	}
}

/* What SVG assumes anyway. */
static bool
is_default(struct piece k, struct piece v)
{
	return (piece_is(k, "fill-opacity") && piece_is(v, "1")) ||
	    (piece_is(k, "stroke-opacity") && piece_is(v, "1")) ||
	    (piece_is(k, "fill-rule") && piece_is(v, "nonzero")) ||
	    (piece_is(k, "stroke-linecap") && piece_is(v, "butt")) ||
	    (piece_is(k, "stroke-linejoin") && piece_is(v, "miter")) ||
	    (piece_is(k, "stroke") && piece_is(v, "none"));
}

static void
put_style(struct tidy *t, struct piece style)
{
	const char *p = style.p, *end = style.p + style.n;
	bool first = true;

	while (p < end) {
		const char *semi = memchr(p, ';', (size_t)(end - p));
		const char *stop = semi == NULL ? end : semi;
		const char *colon = memchr(p, ':', (size_t)(stop - p));
		struct piece k, v;

		if (colon == NULL) {
			t->bad |= stop > p;
			p = stop + 1;
			continue;
		}
		k = (struct piece){ p, (size_t)(colon - p) };
		v = (struct piece){ colon + 1, (size_t)(stop - colon - 1) };
		p = stop + 1;
		if (is_default(k, v))
			continue;
		if (!first)
			str_addc(t->out, ' ');
		first = false;
		put(t, k);
		str_add(t->out, "=\"");
		put_value(t, v);
		str_addc(t->out, '"');
	}
}

/* --- the document ----------------------------------------------------- */

static void
put_attribute(struct tidy *t, struct piece name, struct piece v)
{
	if (piece_is(name, "style")) {
		put_style(t, v);
		return;
	}
	put(t, name);
	str_add(t->out, "=\"");
	if (piece_is(name, "id"))
		put_id(t, v);
	else if (piece_is(name, "xlink:href") || piece_starts(v, "url(#"))
		put_value(t, v);
	else
		put(t, v);
	str_addc(t->out, '"');
}

/* All attributes up to the end; text between them as it is. */
static void
put_rest(struct tidy *t, const char *p, const char *end)
{
	while (p < end) {
		const char *open = memchr(p, '"', (size_t)(end - p)), *name;
		const char *close;

		if (open == NULL)
			break;
		close = memchr(open + 1, '"', (size_t)(end - open - 1));
		if (close == NULL || open - p < 2 || open[-1] != '=') {
			t->bad = true;
			return;
		}
		for (name = open - 1; name > p && name[-1] != ' ';)
			name--;
		str_addn(t->out, p, (size_t)(name - p));
		put_attribute(t, (struct piece){ name,
		    (size_t)(open - 1 - name) }, (struct piece){ open + 1,
		    (size_t)(close - open - 1) });
		p = close + 1;
	}
	str_addn(t->out, p, (size_t)(end - p));
}

static void
put_names(struct tidy *t, const char *title, const char *desc)
{
	str_add(t->out, "\n<title>");
	str_add_html(t->out, title);
	str_add(t->out, "</title>");
	if (desc == NULL)
		return;
	str_add(t->out, "\n<desc>");
	str_add_html(t->out, desc);
	str_add(t->out, "</desc>");
}

enum status
tidy_svg(struct arena *a, const char *svg, size_t n, const char *title,
    const char *desc, struct str *ret, struct fault *f)
{
	struct tidy t = { .out = ret };
	const char *root = strstr(svg, "<svg ");
	const char *body = root == NULL ? NULL : strchr(root, '>');

	if (body == NULL) {
		fault_set(f, "chart: cairo wrote no <svg>");
		return ST_IO;
	}
	ids_init(&t.ids, a, svg);
	str_addn(ret, svg, (size_t)(body - svg));
	str_add(ret, " role=\"img\">");
	put_names(&t, title, desc);
	put_rest(&t, body + 1, svg + n);
	if (t.bad) {
		fault_set(f, "chart: cairo's SVG is not as expected");
		return ST_IO;
	}
	if (str_ok(ret))
		return ST_OK;
	fault_set(f, "chart: SVG larger than %zu bytes", ret->max);
	return ST_LIMIT;
}
