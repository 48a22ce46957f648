#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/db.h"
#include "db/statement.h"

enum { ARRAY_TEXT_MAX = 16 * 1024 * 1024 };

bool
row_null(const struct rows *r, size_t row, int col)
{
	assert(row < r->n && col < PQnfields(r->res));
	return PQgetisnull(r->res, (int)row, col) == 1;
}

const char *
row_text(const struct rows *r, size_t row, int col)
{
	return row_null(r, row, col) ? NULL :
	    PQgetvalue(r->res, (int)row, col);
}

int64_t
row_int(const struct rows *r, size_t row, int col, int64_t if_null)
{
	const char *s = row_text(r, row, col);

	return s == NULL ? if_null : strtoll(s, NULL, 10);
}

double
row_double(const struct rows *r, size_t row, int col, double if_null)
{
	const char *s = row_text(r, row, col);

	return s == NULL ? if_null : strtod(s, NULL);
}

bool
row_bool(const struct rows *r, size_t row, int col)
{
	const char *s = row_text(r, row, col);

	return s != NULL && s[0] == 't';
}

int64_t
row_instant(const struct rows *r, size_t row, int col, int64_t if_null)
{
	const char *s = row_text(r, row, col);
	int64_t at;

	return s != NULL && instant_parse(s, &at) == ST_OK ? at : if_null;
}

int32_t
row_day(const struct rows *r, size_t row, int col, int32_t if_null)
{
	const char *s = row_text(r, row, col);
	int32_t day;

	return s != NULL && day_parse(s, &day) == ST_OK ? day : if_null;
}

/* One element of PostgreSQL's array text at *p, which moves past it. */
static char *
element(struct arena *a, const char **p)
{
	char *out = arena_alloc(a, strlen(*p) + 1), *w = out;
	const char *s = *p;

	if (*s == '"') {
		for (s++; *s != '\0' && *s != '"'; s++) {
			if (*s == '\\' && s[1] != '\0')
				s++;
			*w++ = *s;
		}
		if (*s == '"')
			s++;
	} else {
		while (*s != '\0' && *s != ',' && *s != '}')
			*w++ = *s++;
		if (strcmp(out, "NULL") == 0)
			out = NULL;
	}
	*p = s;
	return out;
}

size_t
row_array(struct arena *a, const struct rows *r, size_t row, int col,
    char ***ret)
{
	const char *s = row_text(r, row, col), *p;
	size_t n = 0, max = 1;

	*ret = NULL;
	if (s == NULL || s[0] != '{' || s[1] == '}')
		return 0;
	for (p = s; *p != '\0'; p++)
		max += *p == ',';
	*ret = ARENA_ARRAY(a, max, char *);
	for (p = s + 1; n < max; p++) {
		(*ret)[n++] = element(a, &p);
		if (*p != ',')
			break;
	}
	return n;
}

const char *
db_int(struct db *db, int64_t n)
{
	return arena_printf(db->arena, "%lld", (long long)n);
}

/* The text of a finished array, moved into the arena. */
static const char *
array_done(struct arena *a, struct str *s)
{
	const char *out;

	str_addc(s, '}');
	out = str_ok(s) ? arena_strdup(a, s->data) : NULL;
	str_free(s);
	assert(out != NULL);
	return out;
}

const char *
db_int_array(struct arena *a, const int64_t *v, size_t n)
{
	struct str s;
	size_t i;

	str_init(&s, ARRAY_TEXT_MAX);
	str_addc(&s, '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			str_addc(&s, ',');
		str_add_int(&s, v[i]);
	}
	return array_done(a, &s);
}

const char *
db_text_array(struct arena *a, const char *const *v, size_t n)
{
	struct str s;
	size_t i;
	const char *p;

	str_init(&s, ARRAY_TEXT_MAX);
	str_addc(&s, '{');
	for (i = 0; i < n; i++) {
		if (i > 0)
			str_addc(&s, ',');
		if (v[i] == NULL) {
			str_add(&s, "NULL");
			continue;
		}
		str_addc(&s, '"');
		for (p = v[i]; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				str_addc(&s, '\\');
			str_addc(&s, *p);
		}
		str_addc(&s, '"');
	}
	return array_done(a, &s);
}
