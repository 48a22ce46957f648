/* job.h - what every job of ror-report is given, and what it reports.
 *
 * A job returns a status and fills run->fault; main.c logs it once, writes
 * the metrics whatever happened and maps the status to the exit code.
 * Layer: reports.  May include: lib.
 */
#ifndef REPORTS_JOB_H
#define REPORTS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/status.h"
#include "db/db.h"

/* Counters of a run, as they go to the metrics file. */
enum metric {
#define METRIC(key, name, help) METRIC_##key,
#include "metrics.def"
#undef METRIC
	METRIC__MAX
};

struct run {
	const struct conf	*conf;
	struct arena		*arena;		/* of the whole run */
	struct db		 db;
	int64_t			 now_utc;	/* --now, else asked once, by main() */
	bool			 has_days;	/* --du and --au */
	int32_t			 first_day, last_day;
	bool			 all_cuts;	/* --cuts */
	bool			 dry;		/* --dry-run */
	int64_t			 cut_utc;	/* --cut, or -1: the newest */
	const char		*out;		/* folder of what is made */
	int64_t			 metric[METRIC__MAX];
	struct fault		 fault;
};

struct job {
	const char	*name;
	const char	*args;		/* as the usage line says them */
	const char	*metrics;	/* file in run->out */
	unsigned	 takes;		/* options it accepts, JOB_* */
	enum status	(*fn)(struct run *);
};

enum { JOB_DAYS = 1, JOB_CUTS = 2, JOB_CUT = 4, JOB_NEEDS = 8, JOB_NOW = 16,
	JOB_DRY = 32 };

/* NULL: there is no such job. */
const struct job *job_find(const char *name);
const struct job *job_list(size_t *ret_n);

enum status	 job_nightly(struct run *) MUST_CHECK;
enum status	 job_rebuild(struct run *) MUST_CHECK;
enum status	 job_render(struct run *) MUST_CHECK;
enum status	 job_survival(struct run *) MUST_CHECK;
enum status	 job_sentinel(struct run *) MUST_CHECK;
enum status	 job_purge(struct run *) MUST_CHECK;

/* Write run->out/file: OpenMetrics gauges of the run, complete or not at all.
 * ST_IO. */
enum status	 metrics_write(struct run *, const char *file, enum status,
		    int64_t duration_us) MUST_CHECK;

#endif
