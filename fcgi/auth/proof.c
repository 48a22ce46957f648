#include "auth/proof.h"

#include <string.h>

/* What the database knows of who says so. */
static enum status
account_find(struct request *rq, struct proof *p, bool *ret_disabled)
{
	struct rows r;
	enum status st;

	*ret_disabled = false;
	if ((st = db_run(rq->db, Q_login_account, DB_ARGS(p->login), &r)) !=
	    ST_OK || r.n == 0)
		return st;
	p->account_id = row_text(&r, 0, COL_login_account_account_id);
	p->seen = row_bool(&r, 0, COL_login_account_seen);
	p->second = row_bool(&r, 0, COL_login_account_second);
	p->directory = row_text(&r, 0, COL_login_account_directory);
	*ret_disabled = row_bool(&r, 0, COL_login_account_disabled);
	return ST_OK;
}

/* The directory alone opens nothing: rights are in our tables, and so is
 * their end. */
static const char *
refusal(const struct proof *proof, bool disabled, const struct person *p)
{
	if (p->answer != ANSWER_OK && p->answer != ANSWER_MUST_CHANGE)
		return answer_name(p->answer);
	if (p->mail == NULL || strcasecmp(p->mail, proof->login) != 0)
		return "other_mail";
	if (proof->account_id == NULL)
		return "no_account";
	return disabled ? "disabled" : NULL;
}

enum status
proof_check(struct request *rq, const char *login, const char *password,
    struct proof *ret)
{
	struct proof proof = {
		.login = login == NULL ? "" : str_trim(rq->arena, login) };
	struct person person;
	enum status st;
	bool disabled;

	if ((st = account_find(rq, &proof, &disabled)) != ST_OK ||
	    (st = directory_sign_in(&rq->app->directory, rq->arena,
	    &rq->fault, proof.login, password == NULL ? "" : password,
	    proof.directory, &person)) != ST_OK)
		return st;
	proof.reason = refusal(&proof, disabled, &person);
	proof.must_change = person.answer == ANSWER_MUST_CHANGE;
	proof.name = person.name;
	proof.directory = person.directory;
	proof.expires_s = person.expires_s;
	proof.grace = person.grace;
	*ret = proof;
	return ST_OK;
}
