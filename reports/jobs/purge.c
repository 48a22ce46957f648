/* purge.c - what is kept no longer goes: one rule a line, its period a setting.
 *
 * What a rule takes is auth.purge()'s; here is how long and in which order.
 * Each batch is a transaction of its own: a run that is stopped has done what
 * it did, and the next one goes on.  --dry-run counts and changes nothing.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "job.h"

enum { BATCH = 1000, BATCHES_MAX = 2000, COUNT_MAX = 10000000 };

static const struct rule {
	const char	*name;		/* as auth.purge() knows it */
	enum conf_key	 setting;
	const char	*unit;		/* of the setting */
	enum metric	 metric;
	bool		 zero_never;	/* 0: the rule is switched off */
} rules[] = {
	{ "session", CONF_SESSION_IDLE_S, "seconds", METRIC_PURGED, false },
	{ "psc_state", CONF_KEEP_LINKS, "minutes", METRIC_PURGED, false },
	{ "psc_pending", CONF_KEEP_LINKS, "minutes", METRIC_PURGED, false },
	{ "reset_token", CONF_KEEP_LINKS, "minutes", METRIC_PURGED, false },
	{ "mail_order", CONF_KEEP_MAILS, "days", METRIC_PURGED, false },
	{ "upload", CONF_KEEP_UPLOADS, "days", METRIC_PURGED, false },
	{ "account_request", CONF_KEEP_REQUESTS, "months", METRIC_PURGED,
	  false },
	{ "invitation", CONF_KEEP_INVITATIONS, "months", METRIC_PURGED,
	  false },
	{ "audit_address", CONF_KEEP_ADDRESSES, "months", METRIC_ADDRESSES,
	  false },
	{ "account_close", CONF_CLOSE_MONTHS, "months", METRIC_CLOSED, true },
	{ "account_forget", CONF_FORGET_MONTHS, "months", METRIC_FORGOTTEN,
	  true },
};

/* One batch, or with --dry-run the count of all. */
static enum status
step(struct run *run, const struct rule *t, int64_t *ret_n)
{
	const char *at = instant_sql(run->arena, run->now_utc);
	const char *kept = arena_printf(run->arena, "%s %s",
	    conf_text(run->conf, t->setting), t->unit);
	const char *most = db_int(&run->db, run->dry ? COUNT_MAX : BATCH);
	struct rows r;
	enum status st;

	if (run->dry)
		st = db_run(&run->db, Q_purge_step, DB_ARGS(t->name, at, kept,
		    most, "t"), &r);
	else
		st = db_write(&run->db, Q_purge_step, DB_ARGS(t->name, at,
		    kept, most, "f"), &r);
	if (st == ST_OK)
		*ret_n = row_int(&r, 0, COL_purge_step_n, 0);
	return st;
}

static enum status
rule_run(struct run *run, const struct rule *t, int64_t *ret_n)
{
	int64_t n = 0;
	enum status st;
	int i;

	*ret_n = 0;
	if (t->zero_never && conf_int(run->conf, t->setting) == 0)
		return ST_OK;
	for (i = 0; i < BATCHES_MAX; i++) {
		if ((st = step(run, t, &n)) != ST_OK)
			return st;
		*ret_n += n;
		if (run->dry || n < BATCH)
			break;
	}
	if (i == BATCHES_MAX)
		log_line(LVL_NOTICE, "event=purge_goes_on rule=%s", t->name);
	return ST_OK;
}

/* One event for the whole run, also when there was nothing to do: it shows
 * that the purge runs. */
static enum status
note(struct run *run, const int64_t *counts)
{
	const char *names[N_ELEM(rules)];
	struct rows r;
	size_t i;

	for (i = 0; i < N_ELEM(rules); i++)
		names[i] = rules[i].name;
	return db_write(&run->db, Q_purge_note, DB_ARGS(db_text_array(
	    run->arena, names, N_ELEM(rules)), db_int_array(run->arena,
	    counts, N_ELEM(rules))), &r);
}

enum status
job_purge(struct run *run)
{
	int64_t counts[N_ELEM(rules)];
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(&run->db, Q_purge_lock, DB_NONE, &r)) != ST_OK)
		return st;
	if (!row_bool(&r, 0, COL_purge_lock_held)) {
		fault_set(&run->fault, "another run is under way: nothing "
		    "was done");
		return ST_BUSY;
	}
	for (i = 0; i < N_ELEM(rules); i++) {
		if ((st = rule_run(run, &rules[i], &counts[i])) != ST_OK)
			return st;
		if (run->dry)
			(void)printf("%-16s %" PRId64 "\n", rules[i].name,
			    counts[i]);
		else
			run->metric[rules[i].metric] += counts[i];
	}
	return run->dry ? ST_OK : note(run, counts);
}
