/* second_pages.c - the second factor on screen: the step after the password,
 * switching it on and off, recovery codes. */
#include <string.h>

#include "auth/enter.h"
#include "auth/second.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(alert) X(alert_kind)	\
	X(enrol) X(confirmed) X(codes_left) X(required) X(action)	\
	X(secret) X(otpauth) X(qr_path) X(qr_side) X(codes) X(code)	\
	X(has_codes) X(login_step) X(retour)
PAGE_SPEC(second, "second.html", KEYS);

const struct page_spec page_spec_code = { .file = "code.html",
	.keys = second_keys, .n_keys = K__MAX };

static enum status
view_enrol(struct request *rq, struct view *v, const struct second *s)
{
	const char *uri;
	struct rows r;
	enum status st;
	int side = 0;

	if ((st = db_run(rq->db, Q_account_brief, DB_ARGS(db_int(rq->db,
	    rq->session.account_id)), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	uri = totp_uri(rq->arena, &s->secret, row_text(&r, 0,
	    COL_account_brief_login));
	view_flag(v, K_enrol, true);
	view_text(v, K_secret, totp_text(rq->arena, &s->secret));
	view_text(v, K_otpauth, uri);
	view_text(v, K_qr_path, totp_qr(rq->arena, uri, &side));
	view_int(v, K_qr_side, side);
	return ST_OK;
}

/* The page of the factor: making one, or the one in use. */
static enum status
show(struct request *rq, struct response *rs, const char *error)
{
	bool step = rq->session.step == STEP_SECOND, required = false;
	struct second s;
	struct view *v;
	enum status st;

	if ((st = second_get(rq, &s)) != ST_OK)
		return st;
	v = page_begin(rq, step && s.confirmed ? "Votre code" :
	    "Second facteur", NAV_NONE);
	view_flag(v, K_login_step, step);
	view_text(v, K_action, step ? "/auth/code" :
	    "/mon-compte/second-facteur");
	view_flag(v, K_confirmed, s.confirmed);
	view_text(v, K_codes_left, fr_count(rq->arena, s.codes_left,
	    "code de secours", "codes de secours"));
	if (!s.confirmed && (st = view_enrol(rq, v, &s)) != ST_OK)
		return st;
	if (s.confirmed && !step && (st = second_required(rq, &required)) !=
	    ST_OK)
		return st;
	view_flag(v, K_required, required);
	view_text(v, K_retour, entry_back(rq));
	view_text(v, K_error_message, error);
	if (error != NULL)
		rs->http = 422;
	return page_end(rq, rs, step && s.confirmed ? PAGE_code : PAGE_second,
	    v);
}

enum status
auth_second(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL);
}

enum status
auth_code_page(struct request *rq, struct response *rs)
{
	if (rq->session.step != STEP_SECOND) {
		response_redirect(rs, entry_back(rq));
		return ST_OK;
	}
	return show(rq, rs, NULL);
}

static void
code_row(struct view *v, size_t i, const void *data)
{
	const char *const *codes = data;

	view_text(v, K_code, codes[i]);
}

/* New codes, on the only page that ever shows them. */
static enum status
codes_show(struct request *rq, struct response *rs, const char *alert)
{
	const char **codes = ARENA_ARRAY(rq->arena, RECOVERY_CODES,
	    const char *);
	struct view *v;
	enum status st;

	if ((st = recovery_make(rq, codes)) != ST_OK)
		return st;
	v = page_begin(rq, "Codes de secours", NAV_NONE);
	view_text(v, K_alert, alert);
	view_text(v, K_alert_kind, "success");
	view_flag(v, K_has_codes, true);
	view_text(v, K_retour, entry_back(rq));
	view_list(v, K_codes, RECOVERY_CODES, code_row, codes);
	return page_end(rq, rs, PAGE_second, v);
}

static enum status
step_done(struct request *rq, struct response *rs)
{
	enum status st;

	if ((st = db_begin(rq->db)) != ST_OK ||
	    (st = session_renew(rq, rs, RENEW_SECOND)) != ST_OK ||
	    (st = db_commit(rq->db)) != ST_OK)
		return st;
	survival_open(rq, rs);
	rq->session.step = STEP_DONE;
	return ST_OK;
}

static enum status
switched_on(struct request *rq, struct response *rs)
{
	struct rows r;
	enum status st;

	if ((st = db_write(rq->db, Q_audit_account, DB_ARGS("second_factor_on",
	    db_int(rq->db, rq->session.account_id), client_address(rq), NULL),
	    &r)) != ST_OK)
		return st;
	return codes_show(rq, rs, "Votre second facteur est actif\u202f: un "
	    "code vous sera demandé après votre mot de passe.");
}

enum status
auth_code(struct request *rq, struct response *rs)
{
	enum verdict v;
	enum status st;
	bool confirmed;

	if (rq->session.step != STEP_SECOND) {
		response_redirect(rs, entry_back(rq));
		return ST_OK;
	}
	if ((st = second_check(rq, &v, &confirmed)) != ST_OK)
		return st;
	if (v > VERDICT_RECOVERY)
		return show(rq, rs, verdict_words(v));
	if ((st = step_done(rq, rs)) != ST_OK)
		return st;
	if (!confirmed)
		return switched_on(rq, rs);
	response_redirect(rs, entry_back(rq));
	return ST_OK;
}

static enum status
switch_off(struct request *rq, struct response *rs)
{
	const char *id = db_int(rq->db, rq->session.account_id);
	struct rows r[2];
	enum status st;
	bool required;

	if ((st = second_required(rq, &required)) != ST_OK)
		return st;
	if (required)
		return show(rq, rs, "Votre rôle demande un second facteur\u202f"
		    ": il ne peut pas être désactivé.");
	db_queue(rq->db, Q_second_drop, DB_ARGS(id));
	db_queue(rq->db, Q_audit_account, DB_ARGS("second_factor_off", id,
	    client_address(rq), "by_himself"));
	if ((st = db_flush_write(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	response_redirect(rs, "/mon-compte?fait=second-facteur-inactif");
	return ST_OK;
}

enum status
auth_second_set(struct request *rq, struct response *rs)
{
	const char *action = request_form(rq, "action");
	enum verdict v;
	enum status st;
	bool confirmed;

	if ((st = second_check(rq, &v, &confirmed)) != ST_OK)
		return st;
	if (v > VERDICT_RECOVERY)
		return show(rq, rs, verdict_words(v));
	if (!confirmed)
		return switched_on(rq, rs);
	if (action != NULL && strcmp(action, "desactiver") == 0)
		return switch_off(rq, rs);
	return codes_show(rq, rs, "Voici vos nouveaux codes. Les anciens ne "
	    "servent plus.");
}
