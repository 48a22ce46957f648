/* psc.c - to Pro Santé Connect and back. */
#include "auth/psc.h"

#include <jansson.h>
#include <string.h>

#include "handlers.h"
#include "local_path.h"

const char *
psc_cookie(const struct request *rq)
{
	const char *v = request_cookie(rq, PSC_COOKIE);

	return v != NULL && strlen(v) == 2 * PSC_COOKIE_BYTES &&
	    strspn(v, "0123456789abcdef") == 2 * PSC_COOKIE_BYTES ? v : NULL;
}

const char *
psc_cookie_new(struct request *rq, struct response *rs)
{
	char *value = arena_alloc(rq->arena, 2 * PSC_COOKIE_BYTES + 1);

	random_hex(value, PSC_COOKIE_BYTES);
	response_cookie(rs, arena_printf(rq->arena, PSC_COOKIE "=%s; Path=/; "
	    "Max-Age=%d; Secure; HttpOnly; SameSite=Lax", value, PSC_WAIT_S));
	return value;
}

void
psc_cookie_end(struct response *rs)
{
	response_cookie(rs, PSC_COOKIE "=; Path=/; Max-Age=0; Secure; "
	    "HttpOnly; SameSite=Lax");
}

const char *
psc_start_path(struct arena *a, const char *back)
{
	const char *out = "/auth/psc";
	struct str s;

	str_init(&s, 16 * 1024);
	str_add(&s, "/auth/psc?retour=");
	str_add_url(&s, back);
	if (str_ok(&s))
		out = arena_strdup(a, s.data);
	str_free(&s);
	return out;
}

static const char *
redirect_uri(const struct request *rq)
{
	return arena_printf(rq->arena, "%s/auth/psc/retour",
	    conf_text(rq->app->conf, CONF_PUBLIC_URL));
}

/* The database learns hashes only.  Nonce and verifier are made of what this
 * browser holds and of the state, so nothing that is stored opens anything. */
static const char *
nonce_of(const struct request *rq, const char *cookie, const char *state)
{
	return oidc_digest(rq->arena, "nonce", cookie, state);
}

static const char *
verifier_of(const struct request *rq, const char *cookie, const char *state)
{
	return oidc_digest(rq->arena, "verifier", cookie, state);
}

static enum status
state_keep(struct request *rq, const char *state, const char *cookie,
    const char *account_id, const char *back)
{
	const char *now = instant_sql(rq->arena, rq->now);
	struct rows r[3];

	db_queue(rq->db, Q_psc_state_sweep, DB_ARGS(now));
	db_queue(rq->db, Q_psc_pending_sweep, DB_ARGS(now));
	db_queue(rq->db, Q_psc_state_add, DB_ARGS(state, cookie, account_id,
	    back, now));
	return db_flush_write(rq->db, r, N_ELEM(r));
}

/* ?lier=1: the signed-in account asks for its card; else somebody signs in. */
enum status
auth_psc_start(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_query(rq, "retour"), "/");
	bool link = request_query(rq, "lier") != NULL;
	struct provider *p = &rq->app->psc;
	struct authorization w = { .redirect_uri = redirect_uri(rq) };
	char state[PSC_STATE_CHARS + 1];
	const char *cookie, *url;
	enum oidc_reason why;
	enum status st;

	if (link && !rq->session.signed_in)
		return ST_SIGNIN;
	if (!link && rq->session.signed_in) {
		response_redirect(rs, back);
		return ST_OK;
	}
	if ((why = provider_find(p, rq->now, rq->arena, &rq->fault)) != OIDC_OK)
		return psc_refuse_answer(rq, rs, why);
	random_base64url(state, PSC_STATE_CHARS);
	cookie = psc_cookie_new(rq, rs);
	w.state = state;
	w.nonce = nonce_of(rq, cookie, state);
	w.challenge = oidc_challenge(rq->arena, verifier_of(rq, cookie, state));
	if ((url = provider_authorization_url(p, rq->arena, &w)) == NULL)
		return ST_LIMIT;
	if ((st = state_keep(rq, state, cookie, !link ? NULL :
	    db_int(rq->db, rq->session.account_id), back)) != ST_OK)
		return st;
	response_redirect(rs, url);
	return ST_OK;
}

/* A sign-in that came back. */
struct arrival {
	const char	*state, *cookie;
	const char	*account_id;	/* wants to link; NULL: signs in */
	const char	*back;
	const char	*id_token;
	struct identity	 who;
};

/* First of all, so that nothing can be tried twice. */
static enum status
state_take(struct request *rq, struct arrival *a, enum oidc_reason *why)
{
	struct rows r = { .n = 0 };
	enum status st = ST_OK;

	a->state = request_query(rq, "state");
	a->cookie = psc_cookie(rq);
	if (a->state != NULL && a->cookie != NULL)
		st = db_write(rq->db, Q_psc_state_take, DB_ARGS(a->state,
		    a->cookie, instant_sql(rq->arena, rq->now)), &r);
	*why = r.n == 1 ? OIDC_OK : OIDC_STATE;
	if (st != ST_OK || r.n == 0)
		return st;
	a->account_id = row_text(&r, 0, COL_psc_state_take_account_id);
	a->back = row_text(&r, 0, COL_psc_state_take_return_to);
	return ST_OK;
}

/* What the address says, before anybody is asked. */
static enum oidc_reason
answer_check(struct request *rq)
{
	const struct provider *p = &rq->app->psc;
	const char *iss = request_query(rq, "iss");
	const char *error = request_query(rq, "error");
	const char *code = request_query(rq, "code");

	if (iss == NULL ? p->says_iss : strcmp(iss, p->issuer) != 0)
		return OIDC_RESPONSE_ISS;
	if (error != NULL)
		return strcmp(error, "access_denied") == 0 ? OIDC_CANCELLED :
		    OIDC_ERROR;
	return code == NULL || code[0] == '\0' ? OIDC_NO_CODE : OIDC_OK;
}

/* The code for an identity that every check let through. */
static enum oidc_reason
identify(struct request *rq, struct arrival *a)
{
	struct provider *p = &rq->app->psc;
	struct expected e = { .issuer = p->issuer,
	    .client_id = p->client_id, .acr_accepted = p->acr_accepted,
	    .nonce = nonce_of(rq, a->cookie, a->state), .now_utc = rq->now };
	struct redeemed got;
	struct token t;
	struct json_t *userinfo;
	enum oidc_reason why;

	if ((why = provider_redeem(p, request_query(rq, "code"),
	    verifier_of(rq, a->cookie, a->state), redirect_uri(rq), rq->arena,
	    &rq->fault, &got)) != OIDC_OK ||
	    (why = provider_verify(p, ASKER_SIGN_IN, got.id_token, rq->now,
	    rq->arena, &rq->fault, &t)) != OIDC_OK)
		return why;
	e.at_hash = oidc_at_hash(rq->arena, got.access_token);
	if ((why = claims_check_id(t.claims, &e)) != OIDC_OK)
		return why;
	claims_subject(rq->arena, t.claims, &a->who);
	if ((why = provider_userinfo(p, got.access_token, a->who.sub,
	    rq->arena, &rq->fault, &userinfo)) != OIDC_OK)
		return why;
	claims_person(rq->arena, t.claims, &a->who);
	claims_person(rq->arena, userinfo, &a->who);
	a->id_token = got.id_token;
	return OIDC_OK;
}

/* Nobody's identity yet: it waits for a proof, or for a confirmation. */
static enum status
wait_for_link(struct request *rq, struct response *rs, const struct arrival *a)
{
	const struct identity *w = &a->who;
	struct rows r;
	enum status st;

	if ((st = db_write(rq->db, Q_psc_pending_add, DB_ARGS(
	    psc_cookie_new(rq, rs), w->iss, w->sub, w->name_id, w->given_name,
	    w->family_name, w->email, w->sid, a->id_token, a->account_id,
	    a->back, instant_sql(rq->arena, rq->now)), &r)) != ST_OK)
		return st;
	response_redirect(rs, a->account_id == NULL ? "/auth/psc/lier" :
	    "/auth/psc/carte");
	return ST_OK;
}

static enum status
come_in(struct request *rq, struct response *rs, const struct arrival *a,
    const char *account_id)
{
	const struct psc_origin from = { .iss = a->who.iss, .sub = a->who.sub,
	    .sid = a->who.sid, .id_token = a->id_token };
	enum status st;

	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	psc_cookie_end(rs);
	return enter(rq, rs, &(struct entry){ .account_id = account_id,
	    .back = a->back, .psc = &from });
}

/* The identity is sure: whose account does it open? */
static enum status
arrive(struct request *rq, struct response *rs, const struct arrival *a)
{
	const char *account_id;
	struct rows r;
	enum status st;

	if (a->account_id != NULL && (!rq->session.signed_in ||
	    strcmp(db_int(rq->db, rq->session.account_id),
	    a->account_id) != 0))
		return psc_refuse(rq, rs, NOTICE_OTHER_ACCOUNT,
		    "other_account", a->account_id);
	if ((st = db_run(rq->db, Q_psc_link_of_identity, DB_ARGS(a->who.iss,
	    a->who.sub), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return wait_for_link(rq, rs, a);
	account_id = row_text(&r, 0, COL_psc_link_of_identity_account_id);
	if (a->account_id != NULL && strcmp(account_id, a->account_id) != 0)
		return psc_refuse(rq, rs, NOTICE_TAKEN, "link_exists",
		    a->account_id);
	if (row_bool(&r, 0, COL_psc_link_of_identity_disabled))
		return psc_refuse(rq, rs, NOTICE_DISABLED, "disabled",
		    account_id);
	return come_in(rq, rs, a, account_id);
}

enum status
auth_psc_return(struct request *rq, struct response *rs)
{
	struct arrival a = { .state = NULL };
	enum oidc_reason why;
	enum status st;

	if ((st = state_take(rq, &a, &why)) != ST_OK)
		return st;
	if (why == OIDC_OK)
		why = provider_find(&rq->app->psc, rq->now, rq->arena,
		    &rq->fault);
	if (why == OIDC_OK)
		why = answer_check(rq);
	if (why == OIDC_OK)
		why = identify(rq, &a);
	return why == OIDC_OK ? arrive(rq, rs, &a) :
	    psc_refuse_answer(rq, rs, why);
}
