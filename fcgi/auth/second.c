#include "auth/second.h"

#include <string.h>

#include "auth/enter.h"

enum { RECOVERY_CHARS = 16, SHOWN_S = 30 * 60 };

const char *
verdict_words(enum verdict v)
{
	static const char *const words[VERDICT__MAX] = {
		[VERDICT_WRONG] = "Ce code n’est pas le bon. Saisissez les six "
		    "chiffres que l’application affiche maintenant, et "
		    "vérifiez l’heure de votre téléphone.",
		[VERDICT_REPLAYED] = "Ce code a déjà servi. Attendez que "
		    "l’application affiche le suivant.",
		[VERDICT_TOO_MANY] = "Trop d’essais. Attendez un quart "
		    "d’heure, ou appelez le support.",
	};

	return words[v];
}

static const char *
account(struct request *rq)
{
	return db_int(rq->db, rq->session.account_id);
}

static enum status
opened(struct request *rq, const char *sealed, struct totp_secret *ret)
{
	enum status st = totp_open(rq->app->second_key, account(rq), sealed,
	    ret);

	if (st != ST_OK)
		fault_set(&rq->fault, "second factor: sealed with another key "
		    "(setting second_factor_key_file)");
	return st;
}

enum status
second_get(struct request *rq, struct second *ret)
{
	struct second s = { .confirmed = false };
	struct rows r, made;
	enum status st;

	if (rq->app->second_key == NULL)
		return ST_NOTFOUND;
	if ((st = db_run(rq->db, Q_second_get, DB_ARGS(account(rq)), &r)) !=
	    ST_OK)
		return st;
	if (r.n == 1)
		s.confirmed = row_bool(&r, 0, COL_second_get_confirmed);
	/* Shown a while ago and not used, it may be known to somebody else. */
	if (r.n == 1 && (s.confirmed || rq->now - row_instant(&r, 0,
	    COL_second_get_made_at, 0) < SHOWN_S)) {
		s.codes_left = row_int(&r, 0, COL_second_get_codes_left, 0);
		if ((st = opened(rq, row_text(&r, 0, COL_second_get_secret),
		    &s.secret)) != ST_OK)
			return st;
	} else {
		totp_new(&s.secret);
		if ((st = db_write(rq->db, Q_second_make, DB_ARGS(account(rq),
		    totp_seal(rq->arena, rq->app->second_key, account(rq),
		    &s.secret), instant_sql(rq->arena, rq->now)), &made)) !=
		    ST_OK)
			return st;
	}
	*ret = s;
	return ST_OK;
}

/* A recovery code as it was made: letters and digits, no signs between. */
static const char *
recovery_plain(struct arena *a, const char *typed)
{
	char *out = arena_alloc(a, RECOVERY_CHARS + 2);
	size_t n = 0;

	for (; *typed != '\0' && n <= RECOVERY_CHARS; typed++)
		if (*typed != '-' && *typed != ' ')
			out[n++] = *typed >= 'A' && *typed <= 'Z' ?
			    (char)(*typed - 'A' + 'a') : *typed;
	return n == RECOVERY_CHARS ? out : NULL;
}

static enum status
recovery_check(struct request *rq, const char *code, enum verdict *ret)
{
	struct rows r, done;
	enum status st;

	if ((st = db_write(rq->db, Q_recovery_use, DB_ARGS(account(rq), code,
	    instant_sql(rq->arena, rq->now)), &r)) != ST_OK)
		return st;
	*ret = r.n == 1 ? VERDICT_RECOVERY : VERDICT_WRONG;
	return r.n == 0 ? ST_OK : db_write(rq->db, Q_second_reset_tries,
	    DB_ARGS(account(rq)), &done);
}

static enum status
code_check(struct request *rq, const struct totp_secret *s, const char *code,
    int64_t last_step, enum verdict *ret)
{
	int64_t step = totp_check(s, code, rq->now, last_step);
	struct rows r;
	enum status st;

	if (step == 0) {
		*ret = totp_check(s, code, rq->now, 0) != 0 ?
		    VERDICT_REPLAYED : VERDICT_WRONG;
		return ST_OK;
	}
	if ((st = db_write(rq->db, Q_second_right, DB_ARGS(account(rq),
	    db_int(rq->db, step), instant_sql(rq->arena, rq->now)), &r)) !=
	    ST_OK)
		return st;
	/* No row: the same code came in another request meanwhile. */
	*ret = r.n == 1 ? VERDICT_RIGHT : VERDICT_REPLAYED;
	return ST_OK;
}

static enum status
audit(struct request *rq, enum verdict v)
{
	static const struct { const char *event, *reason; } as[VERDICT__MAX] = {
		[VERDICT_RIGHT]	   = { "second_factor", NULL },
		[VERDICT_RECOVERY] = { "second_factor", "recovery_code" },
		[VERDICT_WRONG]	   = { "second_factor_refused", "bad_code" },
		[VERDICT_REPLAYED] = { "second_factor_refused", "replayed" },
		[VERDICT_TOO_MANY] = { "second_factor_refused", "too_many" },
	};
	struct rows r;

	if (v != VERDICT_RIGHT && v != VERDICT_RECOVERY)
		fault_set(&rq->fault, "second factor: %s", as[v].reason);
	return db_write(rq->db, Q_audit_account, DB_ARGS(as[v].event,
	    account(rq), client_address(rq), as[v].reason), &r);
}

enum status
second_check(struct request *rq, enum verdict *ret, bool *ret_confirmed)
{
	const char *code = request_form(rq, "code"), *recovery;
	struct totp_secret secret;
	struct rows r;
	enum verdict v = VERDICT_TOO_MANY;
	enum status st;

	if (rq->app->second_key == NULL)
		return ST_NOTFOUND;
	code = code == NULL ? "" : str_trim(rq->arena, code);
	if ((st = db_write(rq->db, Q_second_try, DB_ARGS(account(rq),
	    instant_sql(rq->arena, rq->now)), &r)) != ST_OK)
		return st;
	*ret_confirmed = r.n == 1 && row_bool(&r, 0,
	    COL_second_try_confirmed);
	if (r.n == 1) {
		recovery = recovery_plain(rq->arena, code);
		if ((st = opened(rq, row_text(&r, 0, COL_second_try_secret),
		    &secret)) != ST_OK)
			return st;
		st = recovery != NULL && *ret_confirmed ?
		    recovery_check(rq, recovery, &v) : code_check(rq, &secret,
		    code, row_int(&r, 0, COL_second_try_last_step, 0), &v);
		if (st != ST_OK)
			return st;
	}
	*ret = v;
	return audit(rq, v);
}

/* 64 random bits: nobody guesses one of ten in five tries. */
static const char *
recovery_new(struct arena *a)
{
	char *out = arena_alloc(a, RECOVERY_CHARS + 1);

	random_hex(out, RECOVERY_CHARS / 2);
	return out;
}

enum status
recovery_make(struct request *rq, const char *ret[RECOVERY_CODES])
{
	const char *plain[RECOVERY_CODES];
	struct rows r[3];
	size_t i;

	for (i = 0; i < RECOVERY_CODES; i++) {
		plain[i] = recovery_new(rq->arena);
		ret[i] = arena_printf(rq->arena, "%.4s-%.4s-%.4s-%.4s",
		    plain[i], plain[i] + 4, plain[i] + 8, plain[i] + 12);
	}
	db_queue(rq->db, Q_recovery_drop, DB_ARGS(account(rq)));
	db_queue(rq->db, Q_recovery_make, DB_ARGS(account(rq),
	    db_text_array(rq->arena, plain, RECOVERY_CODES)));
	db_queue(rq->db, Q_audit_account, DB_ARGS("recovery_codes_made",
	    account(rq), client_address(rq), NULL));
	return db_flush_write(rq->db, r, N_ELEM(r));
}

enum status
second_required(struct request *rq, bool *ret)
{
	struct rows r;
	enum status st = db_run(rq->db, Q_second_required, DB_ARGS(account(rq),
	    instant_sql(rq->arena, rq->now)), &r);

	if (st == ST_OK)
		*ret = r.n == 1 && row_bool(&r, 0,
		    COL_second_required_required);
	return st;
}
