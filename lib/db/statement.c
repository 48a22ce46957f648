#include "db/statement.h"

#include <stdio.h>
#include <string.h>

const struct statement statements[Q__MAX] = {
#define Q(name, programs, np, params, nc, cols, rows, text) \
	[Q_##name] = { #name, programs, np, params, nc, cols, rows, text },
#include "queries.def"
#undef Q
};

/* The types a statement may name, with their fixed identifiers. */
static const struct { const char *name; Oid oid; } types[] = {
	{ "bool", 16 }, { "bytea", 17 }, { "int8", 20 }, { "int2", 21 },
	{ "int4", 23 }, { "text", 25 }, { "float8", 701 }, { "inet", 869 },
	{ "date", 1082 }, { "timestamptz", 1184 }, { "uuid", 2950 },
	{ "jsonb", 3802 }, { "int2[]", 1005 }, { "int4[]", 1007 },
	{ "bool[]", 1000 }, { "text[]", 1009 }, { "int8[]", 1016 },
	{ "float8[]", 1022 },
	{ "date[]", 1182 }, { "timestamptz[]", 1185 }, { "numeric", 1700 },
	{ "void", 2278 },
};

static Oid
type_oid(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < N_ELEM(types); i++)
		if (strlen(types[i].name) == n &&
		    strncmp(types[i].name, name, n) == 0)
			return types[i].oid;
	return 0;
}

/* Whether one of the words of list is the program. */
static bool
used_by(const char *list, const char *program)
{
	size_t n = strlen(program);
	const char *p = list;

	while ((p = strstr(p, program)) != NULL) {
		if ((p == list || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
		p += n;
	}
	return false;
}

/* The i-th "name type" of a list. */
struct item {
	const char	*name;
	size_t		 name_n;
	Oid		 type;
};

static struct item
item_at(const char *list, int i)
{
	struct item it;
	size_t n;

	for (; i > 0; i--)
		list = strchr(list, ',') + 1;
	it.name = list;
	it.name_n = strcspn(list, " ");
	list += it.name_n + 1;
	n = strcspn(list, ",");
	it.type = type_oid(list, n);
	return it;
}

static enum status
compare(struct db *db, const struct statement *s, const PGresult *res)
{
	int i;

	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		fault_set(&db->fault, "statement %s: %s", s->name,
		    PQresultErrorMessage(res));
		return ST_DB;
	}
	if (PQnparams(res) != s->n_params || PQnfields(res) != s->n_cols) {
		fault_set(&db->fault, "statement %s: %d parameters and %d "
		    "columns, the file says %d and %d", s->name,
		    PQnparams(res), PQnfields(res), s->n_params, s->n_cols);
		return ST_DB;
	}
	for (i = 0; i < s->n_cols; i++) {
		struct item it = item_at(s->cols, i);

		if (strlen(PQfname(res, i)) == it.name_n &&
		    strncmp(PQfname(res, i), it.name, it.name_n) == 0 &&
		    PQftype(res, i) == it.type)
			continue;
		fault_set(&db->fault, "statement %s: column %d is %s of type "
		    "%u, the file says %.*s of type %u", s->name, i + 1,
		    PQfname(res, i), PQftype(res, i), (int)it.name_n, it.name,
		    it.type);
		return ST_DB;
	}
	return ST_OK;
}

static enum status
send_one(struct db *db, const struct statement *s)
{
	Oid oids[DB_ARGS_MAX];
	int i;

	if (s->n_params > DB_ARGS_MAX) {
		fault_set(&db->fault, "statement %s: too many parameters",
		    s->name);
		return ST_DB;
	}
	for (i = 0; i < s->n_params; i++) {
		struct item it = item_at(s->params, i);

		if (it.type == 0) {
			fault_set(&db->fault, "statement %s: unknown type of "
			    "%.*s", s->name, (int)it.name_n, it.name);
			return ST_DB;
		}
		oids[i] = it.type;
	}
	if (!PQsendPrepare(db->conn, s->name, s->text, s->n_params, oids) ||
	    !PQsendDescribePrepared(db->conn, s->name)) {
		fault_set(&db->fault, "statement %s: %s", s->name,
		    PQerrorMessage(db->conn));
		return ST_DB;
	}
	return ST_OK;
}

/* Results of one statement: prepare, null, describe, null. */
static enum status
receive_one(struct db *db, const struct statement *s)
{
	enum status st = ST_OK;
	int i;

	for (i = 0; i < 2; i++) {
		PGresult *res = PQgetResult(db->conn);

		if (PQresultStatus(res) != PGRES_COMMAND_OK) {
			fault_set(&db->fault, "statement %s: %s", s->name,
			    PQresultErrorMessage(res));
			st = ST_DB;
		} else if (i == 1) {
			st = compare(db, s, res);
		}
		PQclear(res);
		PQclear(PQgetResult(db->conn));
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

enum status
statement_prepare_all(struct db *db)
{
	enum status st = ST_OK;
	size_t i;

	if (!PQenterPipelineMode(db->conn))
		return ST_DB;
	for (i = 0; i < Q__MAX && st == ST_OK; i++)
		if (used_by(statements[i].programs, db->program))
			st = send_one(db, &statements[i]);
	if (st != ST_OK || !PQpipelineSync(db->conn))
		return ST_DB;
	for (i = 0; i < Q__MAX && st == ST_OK; i++)
		if (used_by(statements[i].programs, db->program))
			st = receive_one(db, &statements[i]);
	if (st != ST_OK)
		return st;
	PQclear(PQgetResult(db->conn));		/* the sync */
	return PQexitPipelineMode(db->conn) ? ST_OK : ST_DB;
}
