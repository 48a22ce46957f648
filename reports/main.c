/* ror-report - the jobs that a timer starts: roll-up, charts, survival pages.
 *
 * usage: ror-report [-c site.conf] [-d conninfo] [-o folder] JOB [options]
 *
 * Exit codes: 0 done; 1 failed; 2 wrong usage; 3 a check refused the vintage;
 * 4 another run is under way.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "job.h"

static const struct { int code; enum level level; } outcome[ST__MAX] = {
	[ST_OK]		= { 0, LVL_INFO },
	[ST_INPUT]	= { 1, LVL_ERR },
	[ST_SIGNIN]	= { 1, LVL_ERR },
	[ST_DENIED]	= { 1, LVL_ERR },
	[ST_NOTFOUND]	= { 1, LVL_ERR },
	[ST_METHOD]	= { 1, LVL_ERR },
	[ST_CONFLICT]	= { 3, LVL_ERR },
	[ST_LIMIT]	= { 1, LVL_ERR },
	[ST_RATE]	= { 1, LVL_ERR },
	[ST_BUSY]	= { 4, LVL_NOTICE },
	[ST_DB]		= { 1, LVL_ERR },
	[ST_LDAP]	= { 1, LVL_ERR },
	[ST_IO]		= { 1, LVL_ERR },
};

static int
usage(void)
{
	const struct job *j;
	size_t n, i;

	j = job_list(&n);
	(void)fputs("usage: ror-report [-c site.conf] [-d conninfo] "
	    "[-o folder] JOB\n", stderr);
	for (i = 0; i < n; i++)
		(void)fprintf(stderr, "       %s %s\n", j[i].name, j[i].args);
	(void)fputs("       ror-report --help-config\n", stderr);
	return 2;
}

static int64_t
clock_us(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

struct options {
	const char	*conf, *database, *out, *du, *au, *cut, *now;
	bool		 all_cuts, dry, help_config;
	const struct job *job;
};

static bool
options_parse(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "du", required_argument, NULL, 'D' },
		{ "au", required_argument, NULL, 'A' },
		{ "cut", required_argument, NULL, 'K' },
		{ "cuts", no_argument, NULL, 'R' },
		{ "now", required_argument, NULL, 'N' },
		{ "dry-run", no_argument, NULL, 'Y' },
		{ "help-config", no_argument, NULL, 'H' },
		{ NULL, 0, NULL, 0 } };
	int opt;

	*o = (struct options){ 0 };
	while ((opt = getopt_long(argc, argv, "c:d:o:", longs, NULL)) != -1)
		switch (opt) {
		case 'c': o->conf = optarg; break;
		case 'd': o->database = optarg; break;
		case 'o': o->out = optarg; break;
		case 'D': o->du = optarg; break;
		case 'A': o->au = optarg; break;
		case 'K': o->cut = optarg; break;
		case 'R': o->all_cuts = true; break;
		case 'N': o->now = optarg; break;
		case 'Y': o->dry = true; break;
		case 'H': o->help_config = true; break;
		default: return false;
		}
	if (o->help_config)
		return true;
	return optind == argc - 1 &&
	    (o->job = job_find(argv[optind])) != NULL;
}

/* Options that the job does not take are a mistake, not ignored. */
static bool
options_fit(const struct options *o, struct run *run)
{
	unsigned takes = o->job->takes;

	if ((o->du == NULL) != (o->au == NULL) ||
	    (o->du != NULL && !(takes & JOB_DAYS)) ||
	    (o->all_cuts && !(takes & JOB_CUTS)) ||
	    (o->cut != NULL && !(takes & JOB_CUT)) ||
	    (o->now != NULL && !(takes & JOB_NOW)) ||
	    (o->dry && !(takes & JOB_DRY)) ||
	    ((takes & JOB_NEEDS) && (o->du != NULL) == o->all_cuts))
		return false;
	run->all_cuts = o->all_cuts;
	run->dry = o->dry;
	run->has_days = o->du != NULL;
	run->cut_utc = -1;
	if ((o->cut != NULL && instant_parse(o->cut, &run->cut_utc) != ST_OK) ||
	    (o->now != NULL && instant_parse(o->now, &run->now_utc) != ST_OK))
		return false;
	return o->du == NULL || (day_parse(o->du, &run->first_day) == ST_OK &&
	    day_parse(o->au, &run->last_day) == ST_OK &&
	    run->first_day <= run->last_day);
}

static int
report(struct run *run, const struct job *job, enum status st, int64_t us)
{
	char why[640];

	if (metrics_write(run, job->metrics, st, us) != ST_OK && st == ST_OK)
		st = ST_IO;
	if (run->fault.text[0] == '\0' && st != ST_OK)
		run->fault = run->db.fault;
	log_line(outcome[st].level, "event=job job=%s status=%s ms=%lld why=%s",
	    job->name, status_name(st), (long long)(us / 1000),
	    log_quote(why, sizeof(why), run->fault.text));
	if (st != ST_OK)
		(void)fprintf(stderr, "ror-report: %s: %s\n", job->name,
		    run->fault.text);
	return outcome[st].code;
}

static int
job_run(struct run *run, const struct options *o)
{
	int64_t start = clock_us(CLOCK_MONOTONIC);
	const char *conninfo = o->database != NULL ? o->database :
	    arena_printf(run->arena, "%s user=ror_report",
	    conf_text(run->conf, CONF_DATABASE));
	enum status st;
	int code;

	if ((st = db_open(&run->db, conninfo, "report", run->arena)) == ST_OK)
		st = o->job->fn(run);
	code = report(run, o->job, st, clock_us(CLOCK_MONOTONIC) - start);
	db_close(&run->db);
	return code;
}

int
main(int argc, char **argv)
{
	struct run run = { 0 };
	struct options o;
	struct arena arena;
	struct conf conf;
	int code = 1;

	if (!options_parse(&o, argc, argv))
		return usage();
	if (o.help_config) {
		conf_print_help(stdout);
		return 0;
	}
	run.now_utc = clock_us(CLOCK_REALTIME) / 1000000;
	if (!options_fit(&o, &run))
		return usage();
	arena_init(&arena, (size_t)2 << 30);
	run.arena = &arena;
	run.conf = &conf;
	if (conf_load(&conf, o.conf, &arena, &run.fault) != ST_OK) {
		(void)fprintf(stderr, "ror-report: %s\n", run.fault.text);
		arena_free(&arena);
		return 1;
	}
	run.out = o.out != NULL ? o.out : conf_text(&conf, CONF_DATA_DIR);
	(void)mkdir(run.out, 0755);		/* if it can't be, files say so */
	if (log_open(conf_text(&conf, CONF_LOG_FILE), LVL_INFO) == ST_OK)
		code = job_run(&run, &o);
	else
		(void)fputs("ror-report: the log file can't be opened\n",
		    stderr);
	arena_free(&arena);
	return code;
}
