/* ror-fcgi - the web application: a parent that keeps a pool of workers.
 *
 * usage: ror-fcgi -c site.conf -p app|auth|api
 *        ror-fcgi --help-config | --routes
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "indexer.h"
#include "io.h"
#include "mailer.h"
#include "metrics.h"
#include "routes.h"
#include "worker.h"

enum { WORKERS_MAX = 256, BACKLOG = 511, DRAIN_S = 20, BACKOFF_MAX_MS = 8000,
	QUICK_DEATH_S = 5 };

static const enum conf_key worker_counts[POOL__MAX] = {
	[POOL_APP]  = CONF_APP_WORKERS,
	[POOL_AUTH] = CONF_AUTH_WORKERS,
	[POOL_API]  = CONF_API_WORKERS,
};

/* What a pool keeps beside its workers. */
static const struct { const char *name; int (*run)(const struct conf *); }
    helpers[POOL__MAX] = {
	[POOL_APP]  = { "ror-indexer", indexer_run },
	[POOL_AUTH] = { "ror-mailer", mailer_run },
};

struct worker {
	pid_t	pid;			/* 0: none, start it at due_ms */
	int64_t	started_ms, due_ms;
	int	backoff_ms;
};

struct parent {
	enum pool		 pool;
	const struct conf	*conf;
	int			 listen_fd, metrics_fd;
	struct worker		 workers[WORKERS_MAX];
	int			 n;
};

static volatile sig_atomic_t stopping, reopening;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		reopening = 1;
	else if (sig != SIGCHLD)
		stopping = 1;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
start_worker(struct parent *pa, struct worker *w)
{
	w->started_ms = now_ms();
	if ((w->pid = fork()) == 0) {
		/* A worker must not outlive its parent. */
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (pa->metrics_fd != -1)
			(void)close(pa->metrics_fd);
		/* The last one is the pool's helper. */
		if (helpers[pa->pool].run != NULL &&
		    w == &pa->workers[pa->n - 1]) {
			(void)prctl(PR_SET_NAME, helpers[pa->pool].name);
			_exit(helpers[pa->pool].run(pa->conf));
		}
		_exit(worker_run(pa->pool, pa->conf, pa->listen_fd));
	}
	if (w->pid == -1) {
		w->pid = 0;
		w->due_ms = now_ms() + BACKOFF_MAX_MS;
	}
}

/* A worker that died soon after its start is started again later and later. */
static void
reap(struct parent *pa)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (i = 0; i < pa->n; i++) {
			struct worker *w = &pa->workers[i];

			if (w->pid != pid)
				continue;
			w->pid = 0;
			if (now_ms() - w->started_ms > QUICK_DEATH_S * 1000)
				w->backoff_ms = 0;
			w->due_ms = now_ms() + w->backoff_ms;
			w->backoff_ms = w->backoff_ms == 0 ? 100 :
			    w->backoff_ms * 2 > BACKOFF_MAX_MS ?
			    BACKOFF_MAX_MS : w->backoff_ms * 2;
			if (stopping)
				continue;
			metrics_worker_died();
			log_line(LVL_WARN, "event=worker_died pool=%s pid=%d "
			    "status=%d signal=%d", pool_name(pa->pool),
			    (int)pid, WIFEXITED(status) ?
			    WEXITSTATUS(status) : -1, WIFSIGNALED(status) ?
			    WTERMSIG(status) : 0);
		}
}

static void
tell(const struct parent *pa, int sig)
{
	int i;

	for (i = 0; i < pa->n; i++)
		if (pa->workers[i].pid > 0)
			(void)kill(pa->workers[i].pid, sig);
}

static int
alive(const struct parent *pa)
{
	int i, n = 0;

	for (i = 0; i < pa->n; i++)
		n += pa->workers[i].pid > 0;
	return n;
}

/* SIGTERM came: workers finish what they have in hand. */
static void
drain(struct parent *pa)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int64_t until = now_ms() + DRAIN_S * 1000;

	tell(pa, SIGTERM);
	while (alive(pa) > 0 && now_ms() < until) {
		(void)nanosleep(&pause, NULL);
		reap(pa);
		/* A signal between its check and accept() is told again. */
		tell(pa, SIGTERM);
	}
	tell(pa, SIGKILL);
	log_line(LVL_NOTICE, "event=pool_stopped pool=%s killed=%d",
	    pool_name(pa->pool), alive(pa));
}

static void
supervise(struct parent *pa)
{
	int i;

	while (!stopping) {
		struct pollfd p = { .fd = pa->metrics_fd, .events = POLLIN };

		for (i = 0; i < pa->n; i++)
			if (pa->workers[i].pid == 0 &&
			    now_ms() >= pa->workers[i].due_ms)
				start_worker(pa, &pa->workers[i]);
		if (poll(&p, 1, 250) == 1)
			metrics_serve(pa->metrics_fd);
		if (reopening) {
			reopening = 0;
			log_reopen();
			tell(pa, SIGHUP);
		}
		reap(pa);
	}
	drain(pa);
}

static void
catch_signals(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct sigaction sa = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < N_ELEM(sigs); i++)
		(void)sigaction(sigs[i], &sa, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
usage(void)
{
	(void)fputs("usage: ror-fcgi -c site.conf -p app|auth|api\n"
	    "       ror-fcgi --help-config\n"
	    "       ror-fcgi --routes\n", stderr);
	return 2;
}

static int
fatal(const char *why)
{
	(void)fprintf(stderr, "ror-fcgi: %s\n", why);
	return 1;
}

static int
pool_run(enum pool pool, const struct conf *conf, struct arena *a)
{
	static struct parent pa;	/* large, and one per process */
	const char *run = conf_text(conf, CONF_RUN_DIR);
	const char *sock = arena_printf(a, "%s/%s.sock", run, pool_name(pool));
	const char *metrics = arena_printf(a, "%s/%s-metrics.sock", run,
	    pool_name(pool));

	pa = (struct parent){ .pool = pool, .conf = conf, .metrics_fd = -1,
	    .n = (int)conf_int(conf, worker_counts[pool]) +
		(helpers[pool].run != NULL) };
	if (log_open(conf_text(conf, CONF_LOG_FILE), LVL_INFO) != ST_OK)
		return fatal("the log file can't be opened");
	if (io_listen(sock, BACKLOG, &pa.listen_fd) != ST_OK)
		return fatal("the pool's socket can't be made: is run_dir "
		    "writable, and short enough?");
	if (metrics_init(pool, pa.n) != ST_OK ||
	    metrics_listen(metrics, &pa.metrics_fd) != ST_OK)
		return fatal("the metrics socket can't be made");
	catch_signals();
	log_line(LVL_NOTICE, "event=pool_started pool=%s workers=%d",
	    pool_name(pool), pa.n);
	supervise(&pa);
	(void)unlink(sock);
	(void)unlink(metrics);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *conf_path = NULL, *pool = NULL;
	struct fault f = { "" };
	struct arena a;
	struct conf conf;
	int i, opt, rc;

	if (argc == 2 && strcmp(argv[1], "--help-config") == 0) {
		conf_print_help(stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--routes") == 0) {
		routes_print(stdout);
		return 0;
	}
	while ((opt = getopt(argc, argv, "c:p:")) != -1) {
		if (opt == 'c')
			conf_path = optarg;
		else if (opt == 'p')
			pool = optarg;
		else
			return usage();
	}
	if (conf_path == NULL || pool == NULL || optind != argc)
		return usage();
	/* A core would hold sessions, passwords and the directory's secret. */
	if (setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }) != 0)
		return fatal("core files can't be switched off");
	arena_init(&a, 1 << 20);
	if (conf_load(&conf, conf_path, &a, &f) != ST_OK)
		return fatal(f.text);
	for (i = 0; i < POOL__MAX; i++)
		if (strcmp(pool_name((enum pool)i), pool) == 0)
			break;
	rc = i < POOL__MAX ? pool_run((enum pool)i, &conf, &a) : usage();
	arena_free(&a);
	return rc;
}
