#include "db/copy.h"

#include <assert.h>
#include <ctype.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/statement.h"

enum {
	SQL_MAX		= 256 * 1024,
	HEAD_BYTES	= 19,		/* signature, flags, extension length */
	FIELDS_MAX	= 64,
	ROWS_MIN_BYTES	= 64 * 1024,
};

static const char signature[HEAD_BYTES] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
static const int64_t epoch_us = INT64_C(946684800000000);	/* 2000-01-01 */
static const int32_t epoch_day = 10957;

int32_t
copy_int2(const struct copy_field *f)
{
	uint16_t v;

	assert(f->n == sizeof(v));
	memcpy(&v, f->p, sizeof(v));
	return (int16_t)be16toh(v);
}

int32_t
copy_int4(const struct copy_field *f)
{
	uint32_t v;

	assert(f->n == sizeof(v));
	memcpy(&v, f->p, sizeof(v));
	return (int32_t)be32toh(v);
}

int64_t
copy_int8(const struct copy_field *f)
{
	uint64_t v;

	assert(f->n == sizeof(v));
	memcpy(&v, f->p, sizeof(v));
	return (int64_t)be64toh(v);
}

int64_t
copy_instant_us(const struct copy_field *f)
{
	int64_t v = copy_int8(f);

	return v == INT64_MIN || v == INT64_MAX ? v : v + epoch_us;
}

/* Length of the type's name of parameter i ("name type,name type"). */
static const char *
param_type(const struct statement *s, int i, int *ret_n)
{
	const char *p = s->params;

	for (; i > 0; i--)
		p = strchr(p, ',') + 1;
	p += strcspn(p, " ") + 1;
	*ret_n = (int)strcspn(p, ",");
	return p;
}

static void
add_literal(struct str *sql, struct db *db, const struct statement *s, int i,
    const char *arg)
{
	const char *type;
	char *quoted;
	int n;

	type = param_type(s, i, &n);
	if (arg == NULL) {
		str_addf(sql, "NULL::%.*s", n, type);
		return;
	}
	quoted = PQescapeLiteral(db->conn, arg, strlen(arg));
	str_addf(sql, "%s::%.*s", quoted == NULL ? "NULL" : quoted, n, type);
	PQfreemem(quoted);
}

/* COPY (statement) TO STDOUT with its $1, $2, … as literals. */
static const char *
copy_sql(struct db *db, const struct statement *s, const char *const *args)
{
	const char *p, *out;
	struct str sql;

	str_init(&sql, SQL_MAX);
	str_add(&sql, "COPY (");
	for (p = s->text; *p != '\0'; p++) {
		if (*p == '$' && isdigit((unsigned char)p[1])) {
			char *end;
			int i = (int)strtol(p + 1, &end, 10) - 1;

			assert(i >= 0 && i < s->n_params);
			add_literal(&sql, db, s, i, args[i]);
			p = end - 1;
		} else {
			str_addc(&sql, *p);
		}
	}
	str_add(&sql, ") TO STDOUT (FORMAT binary)");
	out = str_ok(&sql) ? arena_strdup(db->arena, sql.data) : NULL;
	str_free(&sql);
	assert(out != NULL);
	return out;
}

static enum status
start(struct db *db, const char *name, const char *sql, ExecStatusType want)
{
	PGresult *res;
	ExecStatusType got;

	assert(db->in_tx);
	db->n_statements++;
	res = PQexec(db->conn, sql);
	got = PQresultStatus(res);
	PQclear(res);
	if (got == want)
		return ST_OK;
	fault_set(&db->fault, "%s: %s", name, PQerrorMessage(db->conn));
	return ST_DB;
}

/* What the server says after the last row. */
static enum status
finish(struct db *db, const char *name)
{
	enum status st = ST_OK;
	PGresult *res;

	while ((res = PQgetResult(db->conn)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			fault_set(&db->fault, "%s: %s", name,
			    PQresultErrorMessage(res));
			st = ST_DB;
		}
		PQclear(res);
	}
	return st;
}

/* Cut one row's message into fields; -1 in the count is the trailer. */
static bool
cut_row(const unsigned char *p, const unsigned char *end, int n_fields,
    struct copy_field *f, bool *ret_trailer)
{
	struct copy_field n = { p, 2 };
	int i;

	if (end - p < 2)
		return false;
	*ret_trailer = copy_int2(&n) == -1;
	if (*ret_trailer)
		return true;
	if (copy_int2(&n) != n_fields)
		return false;
	for (p += 2, i = 0; i < n_fields; i++) {
		if (end - p < 4)
			return false;
		n = (struct copy_field){ p, 4 };
		f[i] = (struct copy_field){ p + 4, copy_int4(&n) };
		p += 4;
		if (f[i].n > end - p)
			return false;
		if (f[i].n > 0)
			p += f[i].n;
	}
	return p == end;
}

static enum status
read_rows(struct db *db, const struct statement *s, copy_row *fn, void *arg)
{
	struct copy_field f[FIELDS_MAX];
	bool head = true, trailer = false;
	enum status st = ST_OK;
	char *buf;
	int n;

	while (st == ST_OK && (n = PQgetCopyData(db->conn, &buf, 0)) > 0) {
		const unsigned char *p = (const unsigned char *)buf;
		const unsigned char *end = p + n;

		if (head) {
			p += n < HEAD_BYTES ? n : HEAD_BYTES;
			head = false;
		}
		/* The header comes with the first row, or alone. */
		if (p < end && !trailer &&
		    !cut_row(p, end, s->n_cols, f, &trailer)) {
			fault_set(&db->fault, "%s: not a binary row", s->name);
			st = ST_DB;
		} else if (p < end && !trailer) {
			st = fn(arg, f);
		}
		PQfreemem(buf);
	}
	return st;
}

enum status
db_copy_out(struct db *db, enum query q, const char *const *args,
    size_t n_args, copy_row *fn, void *arg)
{
	const struct statement *s = &statements[q];
	enum status st;

	assert((int)n_args == s->n_params && s->n_cols <= FIELDS_MAX);
	if ((st = start(db, s->name, copy_sql(db, s, args), PGRES_COPY_OUT))
	    != ST_OK)
		return st;
	if ((st = read_rows(db, s, fn, arg)) != ST_OK) {
		PGcancel *c = PQgetCancel(db->conn);
		char why[256];

		/* Stop the server, drop what is under way: the caller rolls
		 * back. */
		(void)PQcancel(c, why, sizeof(why));
		PQfreeCancel(c);
		(void)finish(db, s->name);
		return st;
	}
	return finish(db, s->name);
}

void
copy_rows_free(struct copy_rows *r)
{
	free(r->data);
	*r = (struct copy_rows){ 0 };
}

void
copy_rows_reset(struct copy_rows *r)
{
	r->len = 0;
	r->n = 0;
}

/* Room for n more bytes; out of memory ends the process (docs/adr/0004). */
static unsigned char *
room(struct copy_rows *r, size_t n)
{
	if (r->len + n > r->cap) {
		size_t cap = r->cap < ROWS_MIN_BYTES ? ROWS_MIN_BYTES :
		    r->cap * 2;

		unsigned char *data = realloc(r->data, cap);

		if (data == NULL)
			abort();
		r->data = data;
		r->cap = cap;
	}
	r->len += n;
	return r->data + r->len - n;
}

static void
add16(struct copy_rows *r, int32_t v)
{
	uint16_t b = htobe16((uint16_t)v);

	memcpy(room(r, sizeof(b)), &b, sizeof(b));
}

static void
add32(struct copy_rows *r, int32_t v)
{
	uint32_t b = htobe32((uint32_t)v);

	memcpy(room(r, sizeof(b)), &b, sizeof(b));
}

void
copy_add_row(struct copy_rows *r, int n_fields)
{
	add16(r, n_fields);
	r->n++;
}

void
copy_add_null(struct copy_rows *r)
{
	add32(r, -1);
}

void
copy_add_int2(struct copy_rows *r, int32_t v)
{
	add32(r, 2);
	add16(r, v);
}

void
copy_add_int4(struct copy_rows *r, int32_t v)
{
	add32(r, 4);
	add32(r, v);
}

void
copy_add_int8(struct copy_rows *r, int64_t v)
{
	uint64_t b = htobe64((uint64_t)v);

	add32(r, 8);
	memcpy(room(r, sizeof(b)), &b, sizeof(b));
}

void
copy_add_day(struct copy_rows *r, int32_t day)
{
	copy_add_int4(r, day - epoch_day);
}

void
copy_add_instant_us(struct copy_rows *r, int64_t at_us)
{
	copy_add_int8(r, at_us - epoch_us);
}

enum status
db_copy_in(struct db *db, enum query q)
{
	const struct statement *s = &statements[q];
	enum status st;

	if ((st = start(db, s->name, s->text, PGRES_COPY_IN)) != ST_OK)
		return st;
	if (PQputCopyData(db->conn, signature, sizeof(signature)) == 1)
		return ST_OK;
	fault_set(&db->fault, "%s: %s", s->name, PQerrorMessage(db->conn));
	return ST_DB;
}

enum status
db_copy_put(struct db *db, struct copy_rows *r)
{
	const char *p = (const char *)r->data;
	size_t left = r->len;

	while (left > 0) {
		int n = left > 1 << 20 ? 1 << 20 : (int)left;

		if (PQputCopyData(db->conn, p, n) != 1) {
			fault_set(&db->fault, "COPY: %s",
			    PQerrorMessage(db->conn));
			return ST_DB;
		}
		p += n;
		left -= (size_t)n;
	}
	copy_rows_reset(r);
	return ST_OK;
}

enum status
db_copy_end(struct db *db)
{
	if (PQputCopyData(db->conn, "\377\377", 2) != 1 ||
	    PQputCopyEnd(db->conn, NULL) != 1) {
		fault_set(&db->fault, "COPY: %s", PQerrorMessage(db->conn));
		return ST_DB;
	}
	return finish(db, "COPY");
}
