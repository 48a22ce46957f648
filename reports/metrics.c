#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job.h"

static const struct { const char *name, *help; } metrics[METRIC__MAX] = {
#define METRIC(key, name, help) [METRIC_##key] = { name, help },
#include "metrics.def"
#undef METRIC
};

static void
gauge(FILE *f, const char *name, const char *help, const char *value)
{
	(void)fprintf(f, "# HELP %s %s\n# TYPE %s gauge\n%s %s\n", name, help,
	    name, name, value);
}

enum status
metrics_write(struct run *run, const char *file, enum status result,
    int64_t duration_us)
{
	char *path = arena_printf(run->arena, "%s/%s", run->out, file);
	char *tmp = arena_printf(run->arena, "%s.tmp", path);
	FILE *f;
	int i;

	if ((f = fopen(tmp, "w")) == NULL) {
		fault_set(&run->fault, "%s: can't be written", tmp);
		return ST_IO;
	}
	gauge(f, "ror_report_success", "1 when the run did all it was to do",
	    result == ST_OK ? "1" : "0");
	gauge(f, "ror_report_start_seconds", "When the run began, since 1970",
	    arena_printf(run->arena, "%" PRId64, run->now_utc));
	gauge(f, "ror_report_duration_seconds", "How long the run took",
	    arena_printf(run->arena, "%.3f", (double)duration_us / 1e6));
	for (i = 0; i < METRIC__MAX; i++)
		gauge(f, metrics[i].name, metrics[i].help,
		    arena_printf(run->arena, "%" PRId64, run->metric[i]));
	(void)fputs("# EOF\n", f);
	if (fclose(f) == 0 && rename(tmp, path) == 0)
		return ST_OK;
	(void)unlink(tmp);
	fault_set(&run->fault, "%s: can't be written", path);
	return ST_IO;
}
