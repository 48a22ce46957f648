#include "job.h"

#include <string.h>

static const struct job jobs[] = {
	{ "nightly", "", "metrics.prom", 0, job_nightly },
	{ "rebuild", "--du YYYY-MM-DD --au YYYY-MM-DD | --cuts",
	  "metrics.prom", JOB_DAYS | JOB_CUTS | JOB_NEEDS, job_rebuild },
	{ "render", "[--du YYYY-MM-DD --au YYYY-MM-DD] [--cut INSTANT]",
	  "metrics-render.prom", JOB_DAYS | JOB_CUT, job_render },
	{ "survie", "", "metrics-survie.prom", 0, job_survival },
	{ "sentinelle", "[--now INSTANT]", "metrics-sentinelle.prom",
	  JOB_NOW, job_sentinel },
	{ "purge", "[--dry-run] [--now INSTANT]", "metrics-purge.prom",
	  JOB_NOW | JOB_DRY, job_purge },
};

const struct job *
job_find(const char *name)
{
	size_t i;

	for (i = 0; i < N_ELEM(jobs); i++)
		if (strcmp(jobs[i].name, name) == 0)
			return &jobs[i];
	return NULL;
}

const struct job *
job_list(size_t *ret_n)
{
	*ret_n = N_ELEM(jobs);
	return jobs;
}
