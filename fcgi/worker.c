#include "worker.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "io.h"
#include "request.h"
#include "response.h"
#include "routes.h"
#include "totp.h"

enum { LIFE_BYTES = 512 * 1024 * 1024, EXIT_START = 3 };

static volatile sig_atomic_t stopping, reopening;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		reopening = 1;
	else
		stopping = 1;
}

static void
catch_signals(void)
{
	/* The end interrupts accept(); a log to reopen can wait for the next
	 * request. */
	const struct sigaction end = { .sa_handler = on_signal };
	const struct sigaction again = { .sa_handler = on_signal,
	    .sa_flags = SA_RESTART };

	(void)sigaction(SIGTERM, &end, NULL);
	(void)sigaction(SIGINT, &end, NULL);
	(void)sigaction(SIGHUP, &again, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

/* how: SIG_BLOCK, SIG_UNBLOCK. */
static void
signals(int how)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(how, &set, NULL);
}

/* Signals come in here only: libfcgi takes an interrupted read or write for
 * the end of its client, and libldap for the end of its server. */
static enum status
next_request(struct io *io)
{
	enum status st;

	signals(SIG_UNBLOCK);
	st = stopping ? ST_BUSY : io_accept(io);
	signals(SIG_BLOCK);
	if (reopening) {
		reopening = 0;
		log_reopen();
	}
	return st;
}

static int64_t
now_us(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int
failed(const char *what, const struct fault *f)
{
	char why[600];

	log_line(LVL_ERR, "event=worker_start_failed part=%s why=%s", what,
	    log_quote(why, sizeof(why), f->text));
	return EXIT_START;
}

/* The key that second factors are sealed with; none: they are switched off. */
static enum status
second_factor_start(struct app *app, struct fault *f)
{
	const char *hex;
	enum status st;

	if ((st = conf_secret(app->conf, CONF_SECOND_KEY, app->life, f,
	    &hex)) != ST_OK || hex[0] == '\0')
		return st;
	app->second_key = totp_key(app->life, hex);
	if (app->second_key == NULL) {
		fault_set(f, "setting second_factor_key_file: 64 hexadecimal "
		    "digits are wanted");
		return ST_INPUT;
	}
	return ST_OK;
}

/* A setting that was lost must not open every account to its password. */
static enum status
second_factor_check(struct app *app)
{
	struct rows r;
	enum status st;

	if (app->pool != POOL_AUTH || app->second_key != NULL)
		return ST_OK;
	if ((st = db_run(&app->db, Q_second_in_use, DB_NONE, &r)) != ST_OK)
		return st;
	if (!row_bool(&r, 0, COL_second_in_use_in_use))
		return ST_OK;
	fault_set(&app->db.fault, "setting second_factor_key_file is empty, "
	    "and accounts have a second factor");
	return ST_INPUT;
}

/* What only the pool auth needs; directory and provider may be down. */
static enum status
signing_in_start(struct app *app, struct fault *f)
{
	enum status st = directory_init(&app->directory, app->conf, app->life,
	    f);

	if (st == ST_OK)
		st = provider_init(&app->psc, app->conf, app->life, f);
	if (st == ST_OK)
		st = second_factor_start(app, f);
	return st != ST_OK ? st : conf_secret(app->conf, CONF_SURVIVAL_SECRET,
	    app->life, f, &app->survival_secret);
}

/* Outlines for maps; without them reports draw squares. */
static enum status
map_start(struct app *app, struct fault *f)
{
	const char *path = conf_text(app->conf, CONF_MAP_FILE);
	enum status st;

	if (path[0] == '\0')
		return ST_OK;
	st = map_load(path, app->life, &app->map, f);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* Everything a worker keeps.  Without the database it does not start: its
 * parent tries again later and later, and nginx shows the survival pages. */
static int
app_start(struct app *app, struct arena *life, struct arena *arena)
{
	struct fault f = { "" };
	char *conninfo = arena_printf(life, "%s user=ror_%s application_name="
	    "ror-fcgi-%s connect_timeout=3", conf_text(app->conf,
	    CONF_DATABASE), pool_name(app->pool), pool_name(app->pool));

	app->life = life;
	app->arena = arena;
	if (zone_get("Europe/Paris", &app->paris) != ST_OK) {
		fault_set(&f, "no time zone data: install tzdata");
		return failed("clock", &f);
	}
	if (pages_load(app, &f) != ST_OK)
		return failed("templates", &f);
	if (app->pool == POOL_APP && map_start(app, &f) != ST_OK)
		return failed("map", &f);
	if (app->pool == POOL_AUTH && signing_in_start(app, &f) != ST_OK)
		return failed("directory", &f);
	if (db_open(&app->db, conninfo, pool_name(app->pool), arena) != ST_OK)
		return failed("database", &app->db.fault);
	if (second_factor_check(app) != ST_OK)
		return failed("second_factor", &app->db.fault);
	if (geography_load(&app->db, life, &app->geo) != ST_OK)
		return failed("geography", &app->db.fault);
	snapshot_init(&app->snapshot, &app->geo);
	blocks_init(&app->blocks);
	random_base64url(app->token_mark, CSRF_LEN);
	arena_reset(arena);
	return 0;
}

static void
serve(struct app *app, struct io *io, struct str *body)
{
	int64_t start = now_us(CLOCK_MONOTONIC);
	struct request rq;
	struct response rs = { .arena = app->arena, .body = body };
	enum status st;

	str_reset(body);
	db_stats_reset(&app->db);
	st = request_read(&rq, app, io, now_us(CLOCK_REALTIME) / 1000000);
	if (st == ST_OK)
		st = routes_run(&rq, &rs, io);
	db_rollback(&app->db);
	response_send(&rq, &rs, io, st, now_us(CLOCK_MONOTONIC) - start);
	session_touch(&rq);
	arena_reset(app->arena);
}

int
worker_run(enum pool pool, const struct conf *conf, int listen_fd)
{
	static struct app app;		/* large, and one per process */
	struct arena life, arena;
	struct io *io;
	struct str body;
	int rc;

	app = (struct app){ .pool = pool, .conf = conf };
	catch_signals();
	arena_init(&life, LIFE_BYTES);
	arena_init(&arena, (size_t)conf_int(conf, CONF_REQUEST_MB) << 20);
	arena.wipe = pool == POOL_AUTH;		/* passwords, codes, links */
	str_init(&body, RESPONSE_BYTES_MAX);
	if ((rc = app_start(&app, &life, &arena)) != 0)
		return rc;
	if (io_new(listen_fd, &io) != ST_OK)
		return EXIT_START;
	signals(SIG_BLOCK);
	while (!stopping)
		if (next_request(io) == ST_OK)
			serve(&app, io, &body);
	db_close(&app.db);
	return 0;
}
