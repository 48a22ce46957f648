#include "base/csv.h"

#include <string.h>

enum status
csv_open(struct csv_reader *r, const char *text, size_t n)
{
	static const char seps[] = { ';', ',', '\t' };
	size_t best = 0, i;
	const char *eol;

	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		n -= 3;
	}
	if (!utf8_valid(text, n))
		return ST_INPUT;
	*r = (struct csv_reader){ .p = text, .end = text + n, .sep = ';' };
	if ((eol = memchr(text, '\n', n)) == NULL)
		eol = text + n;
	for (i = 0; i < sizeof(seps); i++) {
		const char *p;
		size_t count = 0;

		for (p = text; p < eol; p++)
			count += *p == seps[i];
		if (count > best) {
			best = count;
			r->sep = seps[i];
		}
	}
	return ST_OK;
}

/* Bytes 0x80 to 0x9f of Windows-1252; 0 where it has none. */
static const unsigned short cp1252[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static unsigned
code_point(unsigned char c)
{
	return c >= 0x80 && c < 0xa0 ? cp1252[c - 0x80] : c;
}

enum status
csv_utf8(struct arena *a, const char *text, size_t n, const char **ret,
    size_t *ret_n)
{
	size_t out = 0, i;
	char *w;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		unsigned u = code_point(c);

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			return ST_INPUT;
		out += u < 0x80 ? 1 : u < 0x800 ? 2 : 3;
	}
	if (utf8_valid(text, n)) {
		*ret = text;
		*ret_n = n;
		return ST_OK;
	}
	*ret = w = arena_alloc(a, out + 1);
	for (i = 0; i < n; i++) {
		unsigned u = code_point((unsigned char)text[i]);

		if (u == 0)
			return ST_INPUT;
		if (u < 0x80) {
			*w++ = (char)u;
		} else if (u < 0x800) {
			*w++ = (char)(0xc0 | u >> 6);
			*w++ = (char)(0x80 | (u & 0x3f));
		} else {
			*w++ = (char)(0xe0 | u >> 12);
			*w++ = (char)(0x80 | (u >> 6 & 0x3f));
			*w++ = (char)(0x80 | (u & 0x3f));
		}
	}
	*ret_n = out;
	return ST_OK;
}

static enum status
fail(struct csv_reader *r, enum status st, const char *why)
{
	r->why = why;
	return st;
}

/* One field into buf (as large as the rest of the text); leaves r->p on the
 * separator, the line end or the end. */
static enum status
field_read(struct csv_reader *r, struct arena *a, char **ret)
{
	const char *start = r->p;
	char *out, *w;

	if (r->p == r->end || *r->p != '"') {
		while (r->p < r->end && *r->p != r->sep && *r->p != '\n' &&
		    *r->p != '\r')
			r->p++;
		if (r->p - start > CSV_FIELD_BYTES_MAX)
			return fail(r, ST_LIMIT, "champ trop long");
		*ret = arena_strndup(a, start, (size_t)(r->p - start));
		return ST_OK;
	}
	for (r->p++; r->p < r->end; r->p++) {
		if (*r->p != '"')
			continue;
		if (r->p + 1 < r->end && r->p[1] == '"')
			r->p++;
		else
			break;
	}
	if (r->p == r->end)
		return fail(r, ST_INPUT, "guillemet non fermé");
	if (r->p - start > CSV_FIELD_BYTES_MAX)
		return fail(r, ST_LIMIT, "champ trop long");
	out = w = arena_alloc(a, (size_t)(r->p - start) + 1);
	for (start++; start < r->p; start++) {
		*w++ = *start;
		if (*start == '"')
			start++;
	}
	r->p++;
	if (r->p < r->end && *r->p != r->sep && *r->p != '\n' && *r->p != '\r')
		return fail(r, ST_INPUT, "texte après un guillemet fermant");
	*ret = out;
	return ST_OK;
}

static void
skip_eol(struct csv_reader *r)
{
	if (r->p < r->end && *r->p == '\r')
		r->p++;
	if (r->p < r->end && *r->p == '\n')
		r->p++;
}

enum status
csv_next(struct csv_reader *r, struct arena *a, struct csv_record *ret)
{
	char *fields[CSV_FIELDS_MAX];
	const char *start;
	enum status st;
	size_t n = 0;

	while (r->p < r->end && (*r->p == '\n' || *r->p == '\r')) {
		skip_eol(r);
		r->lines_read++;
	}
	r->line = ++r->lines_read;
	start = r->p;
	if (r->p == r->end) {
		*ret = (struct csv_record){ 0 };
		return ST_OK;
	}
	for (;;) {
		if (n == CSV_FIELDS_MAX)
			return fail(r, ST_LIMIT, "trop de champs");
		if ((st = field_read(r, a, &fields[n++])) != ST_OK)
			return st;
		if (r->p == r->end || *r->p != r->sep)
			break;
		r->p++;
	}
	for (; start < r->p; start++)		/* lines inside quotes */
		r->lines_read += *start == '\n';
	skip_eol(r);
	ret->field = ARENA_ARRAY(a, n, char *);
	memcpy(ret->field, fields, n * sizeof(fields[0]));
	ret->n = n;
	return ST_OK;
}

void
csv_start(struct str *s)
{
	str_add(s, "\xef\xbb\xbf");
}

static void
separate(struct str *s)
{
	if (s->len > 0 && s->data[s->len - 1] != '\n' &&
	    !(s->len == 3 && s->data[0] == '\xef'))
		str_addc(s, ';');
}

void
csv_text(struct str *s, const char *v)
{
	separate(s);
	if (v == NULL || *v == '\0') {
		str_add(s, "\"\"");	/* keeps a first empty field visible */
		return;
	}
	str_addc(s, '"');
	if (strchr("=+-@\t\r", *v) != NULL)
		str_addc(s, '\'');
	for (; *v != '\0'; v++) {
		if (*v == '"')
			str_addc(s, '"');
		str_addc(s, *v);
	}
	str_addc(s, '"');
}

void
csv_num(struct str *s, const char *v)
{
	separate(s);
	str_add(s, v == NULL ? "\"\"" : v);
}

void
csv_end(struct str *s)
{
	str_add(s, "\r\n");
}
