#include "indexer.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "db/db.h"
#include "domain/search.h"
#include "domain/search_build.h"

enum { LOOK_EVERY_S = 5, EXIT_START = 3, PART_BYTES = 512 * 1024 * 1024 };

static volatile sig_atomic_t stopping;

static void
on_signal(int sig)
{
	if (sig != SIGHUP)
		stopping = 1;
}

static void
catch_signals(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < N_ELEM(sigs); i++)
		(void)sigaction(sigs[i], &sa, NULL);
}

static void
log_failure(const char *what, const struct fault *f)
{
	char why[600];

	log_line(LVL_WARN, "event=%s why=%s", what,
	    log_quote(why, sizeof(why), f->text));
}

/* The generation of the index on disk, -1 for none or a damaged one. */
static int64_t
generation_on_disk(const char *path)
{
	struct search *s;
	int64_t n;

	if (search_open(path, &s) != ST_OK)
		return -1;
	n = search_generation(s);
	search_close(s);
	return n;
}

static void
look(struct db *db, const char *path, int64_t *have)
{
	struct arena a;
	struct rows r;
	int64_t made;

	db_stats_reset(db);
	if (db_run(db, Q_search_generation, DB_NONE, &r) != ST_OK) {
		log_failure("index_database", &db->fault);
	} else if (row_int(&r, 0, COL_search_generation_number, 0) != *have) {
		arena_init(&a, SIZE_MAX / 2);
		if (search_build_directory(db, &a, path, &made) == ST_OK) {
			*have = made;
			log_line(LVL_NOTICE, "event=index_built generation=%lld",
			    (long long)made);
		} else {
			log_failure("index_failed", &db->fault);
		}
		arena_free(&a);
	}
	arena_reset(db->arena);
}

int
indexer_run(const struct conf *conf)
{
	const struct timespec pause = { .tv_sec = LOOK_EVERY_S };
	struct arena life, part;
	struct db db;
	char *conninfo, *path;
	int64_t have;

	catch_signals();
	arena_init(&life, 1 << 20);
	arena_init(&part, PART_BYTES);
	conninfo = arena_printf(&life, "%s user=ror_app application_name="
	    "ror-indexer connect_timeout=3 options='-c statement_timeout=60s'",
	    conf_text(conf, CONF_DATABASE));
	path = arena_printf(&life, "%s/" SEARCH_FILE,
	    conf_text(conf, CONF_DATA_DIR));
	if (db_open(&db, conninfo, "app", &part) != ST_OK) {
		log_failure("index_database", &db.fault);
		return EXIT_START;
	}
	have = generation_on_disk(path);
	while (!stopping) {
		look(&db, path, &have);
		(void)nanosleep(&pause, NULL);
	}
	db_close(&db);
	arena_free(&part);
	arena_free(&life);
	return 0;
}
