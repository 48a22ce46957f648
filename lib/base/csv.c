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
