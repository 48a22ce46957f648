#include "metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Routes of one pool at most; the place after them is for unknown paths. */
enum { ROUTES_MAX = 192, CLASSES = 6, BUCKETS = 8 };

static const int64_t bucket_us[BUCKETS - 1] = { 1000, 3000, 10000, 30000,
	100000, 300000, 1000000 };

struct counters {
	_Atomic uint64_t	requests[ROUTES_MAX + 1][CLASSES];
	_Atomic uint64_t	buckets[BUCKETS];
	_Atomic uint64_t	sum_us;
	_Atomic uint64_t	deaths;
};

static struct counters *shared;		/* set once, before the fork */
static enum pool pool;
static int workers;

enum status
metrics_init(enum pool p, int n_workers)
{
	size_t n;
	void *m = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (m == MAP_FAILED)
		return ST_IO;
	(void)routes_of(p, &n);
	assert(n <= ROUTES_MAX);
	shared = m;
	pool = p;
	workers = n_workers;
	return ST_OK;
}

void
metrics_count(const struct route *route, int http, int64_t elapsed_us)
{
	size_t n, at = ROUTES_MAX;
	const struct route *t = routes_of(pool, &n);
	int b = 0;

	if (shared == NULL)
		return;
	if (route != NULL && (size_t)(route - t) < ROUTES_MAX)
		at = (size_t)(route - t);
	atomic_fetch_add(&shared->requests[at][http / 100 % CLASSES], 1);
	while (b < BUCKETS - 1 && elapsed_us > bucket_us[b])
		b++;
	atomic_fetch_add(&shared->buckets[b], 1);
	atomic_fetch_add(&shared->sum_us, (uint64_t)elapsed_us);
}

void
metrics_worker_died(void)
{
	if (shared != NULL)
		atomic_fetch_add(&shared->deaths, 1);
}

enum status
metrics_listen(const char *path, int *ret_fd)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(un.sun_path))
		return ST_IO;
	memcpy(un.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return ST_IO;
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) != 0 ||
	    chmod(path, 0660) != 0 || listen(fd, 8) != 0) {
		(void)close(fd);
		return ST_IO;
	}
	*ret_fd = fd;
	return ST_OK;
}

static void
add_requests(struct str *s)
{
	size_t n, i;
	const struct route *t = routes_of(pool, &n);
	int c;

	str_add(s, "# TYPE ror_requests counter\n");
	for (i = 0; i <= ROUTES_MAX; i++)
		for (c = 1; c < CLASSES; c++) {
			uint64_t v = shared->requests[i][c];

			if (v > 0)
				str_addf(s, "ror_requests_total{pool=\"%s\","
				    "route=\"%s\",status=\"%dxx\"} %llu\n",
				    pool_name(pool), i < n ? t[i].path : "-",
				    c, (unsigned long long)v);
		}
}

static void
add_times(struct str *s)
{
	uint64_t total = 0;
	int b;

	str_add(s, "# TYPE ror_request_seconds histogram\n");
	for (b = 0; b < BUCKETS; b++) {
		total += shared->buckets[b];
		if (b < BUCKETS - 1)
			str_addf(s, "ror_request_seconds_bucket{pool=\"%s\","
			    "le=\"%g\"} %llu\n", pool_name(pool),
			    (double)bucket_us[b] / 1e6,
			    (unsigned long long)total);
		else
			str_addf(s, "ror_request_seconds_bucket{pool=\"%s\","
			    "le=\"+Inf\"} %llu\n", pool_name(pool),
			    (unsigned long long)total);
	}
	str_addf(s, "ror_request_seconds_sum{pool=\"%s\"} %.6f\n"
	    "ror_request_seconds_count{pool=\"%s\"} %llu\n", pool_name(pool),
	    (double)shared->sum_us / 1e6, pool_name(pool),
	    (unsigned long long)total);
}

void
metrics_serve(int fd)
{
	static const struct timeval limit = { .tv_sec = 1 };
	char drop[2048];
	struct str body;
	int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	if (c == -1)
		return;
	(void)setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(c, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	(void)!read(c, drop, sizeof(drop));
	str_init(&body, 1 << 20);
	str_add(&body, "HTTP/1.0 200 OK\r\nContent-Type: "
	    "application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
	    "Connection: close\r\n\r\n");
	add_requests(&body);
	add_times(&body);
	str_addf(&body, "# TYPE ror_workers gauge\nror_workers{pool=\"%s\"} %d\n"
	    "# TYPE ror_worker_deaths counter\n"
	    "ror_worker_deaths_total{pool=\"%s\"} %llu\n# EOF\n",
	    pool_name(pool), workers, pool_name(pool),
	    (unsigned long long)shared->deaths);
	if (str_ok(&body))
		(void)!write(c, body.data, body.len);
	str_free(&body);
	(void)close(c);
}
