#include "fields.h"

#include <stdlib.h>
#include <string.h>

enum { COOKIES_MAX = 64 };

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode n bytes at s; NULL when an escape is bad or gives NUL. */
static char *
decode(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *w = out;
	size_t i;

	for (i = 0; i < n; i++) {
		int hi, lo;

		if (s[i] == '+') {
			*w++ = ' ';
		} else if (s[i] != '%') {
			*w++ = s[i];
		} else {
			if (i + 2 >= n || (hi = hex(s[i + 1])) < 0 ||
			    (lo = hex(s[i + 2])) < 0 || (hi | lo) == 0)
				return NULL;
			*w++ = (char)(hi << 4 | lo);
			i += 2;
		}
	}
	return utf8_valid(out, (size_t)(w - out)) ? out : NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
fields_sort(struct fields *f)
{
	if (f->n > 1)
		qsort(f->v, f->n, sizeof(f->v[0]), by_name);
}

/* Sort by name, so that look-ups are searches and repeats are neighbours. */
static enum status
sort_unique(struct fields *f, struct fault *fault)
{
	size_t i;

	fields_sort(f);
	for (i = 1; i < f->n; i++)
		if (strcmp(f->v[i - 1].name, f->v[i].name) == 0) {
			fault_set(fault, "a field is repeated");
			return ST_INPUT;
		}
	return ST_OK;
}

static enum status
field_parse(struct arena *a, const char *s, size_t n, struct fault *fault,
    struct field *ret)
{
	const char *eq = memchr(s, '=', n);
	size_t name_n = eq == NULL ? n : (size_t)(eq - s);
	size_t value_n = eq == NULL ? 0 : n - name_n - 1;

	if (name_n > 3 * FIELD_NAME_MAX || value_n > 3 * FIELD_VALUE_MAX) {
		fault_set(fault, "a field is too long");
		return ST_LIMIT;
	}
	ret->name = decode(a, s, name_n);
	ret->value = decode(a, s + n - value_n, value_n);
	if (ret->name == NULL || ret->value == NULL || ret->name[0] == '\0') {
		fault_set(fault, "a field is not well encoded");
		return ST_INPUT;
	}
	if (strlen(ret->name) > FIELD_NAME_MAX ||
	    strlen(ret->value) > FIELD_VALUE_MAX) {
		fault_set(fault, "a field is too long");
		return ST_LIMIT;
	}
	return ST_OK;
}

enum status
fields_parse(struct arena *a, const char *text, size_t n, size_t max,
    struct fault *fault, struct fields *ret)
{
	const char *p = text, *end = text + n;
	struct fields f = { NULL, 0 };
	enum status st;
	size_t count = 1, i;

	for (i = 0; i < n; i++)
		count += text[i] == '&';
	if (count > max) {
		fault_set(fault, "more than %zu fields", max);
		return ST_LIMIT;
	}
	f.v = ARENA_ARRAY(a, count, struct field);
	while (p < end) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		size_t len = (size_t)((amp == NULL ? end : amp) - p);

		if (len > 0 && (st = field_parse(a, p, len, fault,
		    &f.v[f.n++])) != ST_OK)
			return st;
		p += len + 1;
	}
	if ((st = sort_unique(&f, fault)) != ST_OK)
		return st;
	*ret = f;
	return ST_OK;
}

enum status
fields_cookies(struct arena *a, const char *text, struct fault *fault,
    struct fields *ret)
{
	struct fields f = { ARENA_ARRAY(a, COOKIES_MAX, struct field), 0 };
	bool ours = false;

	while (*text != '\0' && f.n < COOKIES_MAX) {
		size_t n = strcspn(text, ";"), name_n = strcspn(text, "=;");
		struct field *c = &f.v[f.n];

		if (name_n < n) {
			c->name = str_trim(a, arena_strndup(a, text, name_n));
			c->value = str_trim(a, arena_strndup(a,
			    text + name_n + 1, n - name_n - 1));
			f.n++;
			if (strcmp(c->name, SESSION_COOKIE) == 0) {
				if (ours) {
					fault_set(fault, "two session cookies");
					return ST_INPUT;
				}
				ours = true;
			}
		}
		text += n;
		text += strspn(text, "; ");
	}
	fields_sort(&f);
	*ret = f;
	return ST_OK;
}

const char *
fields_get(const struct fields *f, const char *name)
{
	const struct field key = { .name = name };
	const struct field *hit = f->n == 0 ? NULL :
	    bsearch(&key, f->v, f->n, sizeof(f->v[0]), by_name);

	return hit == NULL ? NULL : hit->value;
}
