#include "db/db.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "db/statement.h"

static void
result_clear(void *p)
{
	PQclear(p);
}

/* How long the server made us wait: a duration, not a time of day. */
static int64_t
monotonic_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static enum status
db_connect(struct db *db)
{
	static const char *const settings =
	    "SET default_transaction_read_only = on;"
	    "SET search_path = pg_catalog;"
	    "SET timezone = 'UTC';"
	    "SET datestyle = 'ISO, YMD';"
	    "SET jit = off";
	PGresult *res;
	ExecStatusType ok;

	db->in_tx = false;
	db->n_connects++;
	db->conn = PQconnectdb(db->conninfo);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		fault_set(&db->fault, "connect: %s", PQerrorMessage(db->conn));
		return ST_DB;
	}
	res = PQexec(db->conn, settings);
	ok = PQresultStatus(res);
	PQclear(res);
	if (ok != PGRES_COMMAND_OK) {
		fault_set(&db->fault, "settings: %s",
		    PQerrorMessage(db->conn));
		return ST_DB;
	}
	return statement_prepare_all(db);
}

enum status
db_open(struct db *db, const char *conninfo, const char *program,
    struct arena *a)
{
	*db = (struct db){ .arena = a, .conninfo = conninfo,
	    .program = program };
	return db_connect(db);
}

void
db_close(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
}

bool
db_alive(const struct db *db)
{
	return db->conn != NULL && PQstatus(db->conn) == CONNECTION_OK;
}

void
db_stats_reset(struct db *db)
{
	db->n_statements = 0;
	db->spent_us = 0;
	db->n_queue = 0;
	fault_clear(&db->fault);
}

static enum status
db_reconnect(struct db *db)
{
	enum status st;

	db_close(db);
	fault_clear(&db->fault);
	/* Half of the statements are none: the next request starts again. */
	if ((st = db_connect(db)) != ST_OK)
		db_close(db);
	return st;
}

void
db_queue(struct db *db, enum query q, const char *const *args, size_t n_args)
{
	assert(db->n_queue < DB_QUEUE_MAX);
	assert((int)n_args == statements[q].n_params);
	db->queue[db->n_queue++] = (struct db_call){ q, args, n_args };
}

static bool
send_calls(struct db *db, bool write)
{
	size_t i;

	if (write && !PQsendQueryParams(db->conn, "BEGIN READ WRITE", 0, NULL,
	    NULL, NULL, NULL, 0))
		return false;
	for (i = 0; i < db->n_queue; i++) {
		const struct db_call *c = &db->queue[i];

		if (!PQsendQueryPrepared(db->conn, statements[c->query].name,
		    (int)c->n_args, c->args, NULL, NULL, 0))
			return false;
	}
	if (write && !PQsendQueryParams(db->conn, "COMMIT", 0, NULL, NULL,
	    NULL, NULL, 0))
		return false;
	return PQpipelineSync(db->conn) == 1;
}

/* One result of the pipeline; the first cause of failure is kept. */
static bool
receive(struct db *db, const char *name, struct rows *ret)
{
	PGresult *res = PQgetResult(db->conn);
	ExecStatusType got = PQresultStatus(res);

	if (got == PGRES_TUPLES_OK || got == PGRES_COMMAND_OK) {
		if (ret != NULL) {
			arena_defer(db->arena, result_clear, res);
			*ret = (struct rows){ res, (size_t)PQntuples(res) };
		} else {
			PQclear(res);
		}
		PQclear(PQgetResult(db->conn));
		return true;
	}
	if (got != PGRES_PIPELINE_ABORTED)
		fault_set(&db->fault, "%s: %s", name, res == NULL ?
		    PQerrorMessage(db->conn) : PQresultErrorMessage(res));
	if (res != NULL) {
		PQclear(res);
		PQclear(PQgetResult(db->conn));
	}
	return false;
}

static void
abort_tx(struct db *db)
{
	PQclear(PQexec(db->conn, "ROLLBACK"));
}

/* Send the queue and read all answers, once. */
static enum status
flush_once(struct db *db, struct rows *ret, bool write)
{
	bool ok = true;
	size_t i;

	if (!PQenterPipelineMode(db->conn) || !send_calls(db, write)) {
		fault_set(&db->fault, "send: %s", PQerrorMessage(db->conn));
		return ST_DB;
	}
	if (write)
		ok = receive(db, "BEGIN", NULL);
	for (i = 0; i < db->n_queue; i++)
		if (!receive(db, statements[db->queue[i].query].name, &ret[i]))
			ok = false;
	if (write && !receive(db, "COMMIT", NULL))
		ok = false;
	PQclear(PQgetResult(db->conn));			/* the sync */
	if (PQstatus(db->conn) == CONNECTION_OK)
		(void)PQexitPipelineMode(db->conn);
	if (!ok && write && PQstatus(db->conn) == CONNECTION_OK)
		abort_tx(db);
	return ok ? ST_OK : ST_DB;
}

static enum status
flush(struct db *db, struct rows *ret, bool write)
{
	int64_t start = monotonic_us();
	enum status st = ST_DB;

	assert(db->n_queue > 0);
	db->n_statements += (unsigned)db->n_queue;
	if (db_alive(db))
		st = flush_once(db, ret, write);
	/* A read may be asked twice; a write only if it never left. */
	if (st != ST_OK && !db_alive(db) && !db->in_tx &&
	    (!write || db->conn == NULL) && db_reconnect(db) == ST_OK)
		st = flush_once(db, ret, write);
	db->n_queue = 0;
	db->spent_us += monotonic_us() - start;
	return st;
}

enum status
db_flush(struct db *db, struct rows *ret, size_t n)
{
	assert(n == db->n_queue);
	return flush(db, ret, false);
}

static enum status
one_of(struct db *db, enum query q, const struct rows *r)
{
	if (strcmp(statements[q].rows, "one") != 0 || r->n == 1)
		return ST_OK;
	fault_set(&db->fault, "%s: %zu rows, want one", statements[q].name,
	    r->n);
	return r->n == 0 ? ST_NOTFOUND : ST_DB;
}

enum status
db_run(struct db *db, enum query q, const char *const *args, size_t n_args,
    struct rows *ret)
{
	struct rows r = { NULL, 0 };
	enum status st;

	db_queue(db, q, args, n_args);
	if ((st = flush(db, &r, false)) != ST_OK ||
	    (st = one_of(db, q, &r)) != ST_OK)
		return st;
	*ret = r;
	return ST_OK;
}

enum status
db_write(struct db *db, enum query q, const char *const *args, size_t n_args,
    struct rows *ret)
{
	struct rows r = { NULL, 0 };
	enum status st;

	assert(!db->in_tx);
	if (!db_alive(db) && (st = db_reconnect(db)) != ST_OK)
		return st;
	db_queue(db, q, args, n_args);
	if ((st = flush(db, &r, true)) != ST_OK ||
	    (st = one_of(db, q, &r)) != ST_OK)
		return st;
	*ret = r;
	return ST_OK;
}

enum status
db_flush_write(struct db *db, struct rows *ret, size_t n)
{
	enum status st;

	assert(!db->in_tx && n == db->n_queue);
	/* A new connection prepares its statements through no queue. */
	if (!db_alive(db) && (st = db_reconnect(db)) != ST_OK) {
		db->n_queue = 0;
		return st;
	}
	return flush(db, ret, true);
}

static enum status
simple(struct db *db, const char *sql)
{
	int64_t start = monotonic_us();
	PGresult *res = PQexec(db->conn, sql);
	ExecStatusType got = PQresultStatus(res);

	PQclear(res);
	db->spent_us += monotonic_us() - start;
	if (got == PGRES_COMMAND_OK)
		return ST_OK;
	fault_set(&db->fault, "%s: %s", sql, PQerrorMessage(db->conn));
	return ST_DB;
}

enum status
db_begin(struct db *db)
{
	enum status st;

	assert(!db->in_tx);
	if (!db_alive(db) && (st = db_reconnect(db)) != ST_OK)
		return st;
	if ((st = simple(db, "BEGIN READ WRITE")) == ST_OK)
		db->in_tx = true;
	return st;
}

enum status
db_commit(struct db *db)
{
	assert(db->in_tx);
	db->in_tx = false;
	return simple(db, "COMMIT");
}

void
db_rollback(struct db *db)
{
	if (!db->in_tx)
		return;
	db->in_tx = false;
	if (db_alive(db))
		abort_tx(db);
}
