#include "auth/enter.h"

#include <arpa/inet.h>

#include "auth/survival.h"
#include "local_path.h"

enum { ADDRESS_BYTES = sizeof(struct in6_addr), TOKEN_BYTES = 32 };

const char *
client_address(const struct request *rq)
{
	unsigned char buf[ADDRESS_BYTES];

	return inet_pton(AF_INET, rq->address, buf) == 1 ||
	    inet_pton(AF_INET6, rq->address, buf) == 1 ? rq->address : NULL;
}

/* Statements live until the flush: so must their arguments. */
struct session_args {
	const char *ended[1], *started[9], *done[3], *audited[4],
	    *psc[6];
};

/* What session_queue() queues first. */
enum { ENDED, STARTED };

#define QUEUE(db, q, args) db_queue((db), (q), (args), N_ELEM(args))

static size_t
session_queue(struct request *rq, const struct entry *e, const char *token,
    const char *csrf)
{
	const struct conf *c = rq->app->conf;
	const char *now = instant_sql(rq->arena, rq->now);
	struct session_args *a = ARENA_NEW(rq->arena, struct session_args);

	*a = (struct session_args){
		.ended = { rq->session.signed_in ? rq->session.token : token },
		.started = { token, e->account_id, csrf,
		    e->psc == NULL ? "ldap" : "psc", e->must_change ? "t" : "f",
		    now, client_address(rq),
		    rq->app->second_key == NULL ? "f" : "t",
		    conf_text(c, CONF_CONDITIONS) },
		.done = { e->account_id, now, e->directory },
		.audited = { "sign_in", e->account_id, client_address(rq),
		    NULL },
	};
	QUEUE(rq->db, Q_session_end, a->ended);
	QUEUE(rq->db, Q_session_start, a->started);
	QUEUE(rq->db, Q_login_done, a->done);
	QUEUE(rq->db, e->psc == NULL ? Q_audit_add : Q_psc_audit, a->audited);
	if (e->psc == NULL)
		return 4;
	a->psc[0] = token;
	a->psc[1] = e->psc->iss;
	a->psc[2] = e->psc->sub;
	a->psc[3] = e->psc->sid;
	a->psc[4] = e->psc->sid_sha256;
	a->psc[5] = e->psc->id_token;
	QUEUE(rq->db, Q_psc_session_add, a->psc);
	return 5;
}

static void
cookie_set(struct request *rq, struct response *rs, const char *token)
{
	response_cookie(rs, arena_printf(rq->arena, SESSION_COOKIE "=%s; "
	    "Path=/; Secure; HttpOnly; SameSite=Lax", token));
}

void
survival_open(struct request *rq, struct response *rs)
{
	const char *cookie = survival_cookie(rq->arena,
	    rq->app->survival_secret, rq->now);

	if (cookie != NULL)
		response_cookie(rs, cookie);
}

enum status
enter(struct request *rq, struct response *rs, const struct entry *e)
{
	char token[2 * TOKEN_BYTES + 1], csrf[CSRF_LEN + 1];
	struct rows r[5];
	enum status st;
	size_t n;

	random_hex(token, TOKEN_BYTES);
	random_base64url(csrf, CSRF_LEN);
	n = session_queue(rq, e, token, csrf);
	if ((st = db_flush(rq->db, r, n)) != ST_OK ||
	    (st = db_commit(rq->db)) != ST_OK)
		return st;
	cookie_set(rq, rs, token);
	if (!row_bool(&r[STARTED], 0, COL_session_start_second_due))
		survival_open(rq, rs);
	response_redirect(rs, e->back);
	return ST_OK;
}

const char *
entry_back(const struct request *rq)
{
	const char *form = request_form(rq, "retour");

	return local_path(form != NULL ? form : request_query(rq, "retour"),
	    "/");
}

enum status
session_renew(struct request *rq, struct response *rs, unsigned done)
{
	char *token = arena_alloc(rq->arena, 2 * TOKEN_BYTES + 1);
	char *csrf = arena_alloc(rq->arena, CSRF_LEN + 1);
	struct rows r;
	enum status st;

	random_hex(token, TOKEN_BYTES);
	random_base64url(csrf, CSRF_LEN);
	if ((st = db_run(rq->db, Q_session_renew, DB_ARGS(rq->session.token,
	    token, done & RENEW_SECOND ? "t" : "f",
	    done & RENEW_PASSWORD ? "t" : "f", csrf), &r)) != ST_OK)
		return st;
	/* What follows in this request speaks of the new one. */
	rq->session.token = token;
	rq->session.csrf = csrf;
	cookie_set(rq, rs, token);
	return ST_OK;
}
