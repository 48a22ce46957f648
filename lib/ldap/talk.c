#include "ldap/talk.h"

#include <string.h>
#include <time.h>

#include "ldap/filter.h"

enum { FILTER_MAX = 2048 };

int64_t
talk_clock_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

enum status
talk_failed(struct talk *t, const char *what, int rc)
{
	t->lost = rc == LDAP_SERVER_DOWN;
	t->down |= t->lost || rc == LDAP_TIMEOUT || rc == LDAP_CONNECT_ERROR ||
	    rc == LDAP_BUSY || rc == LDAP_UNAVAILABLE;
	fault_set(t->fault, "directory%s: %s: %s", t->server->label, what,
	    ldap_err2string(rc));
	return ST_LDAP;
}

static bool
options_set(LDAP *ld, const char *ca)
{
	static const struct timeval connect_tv = {
	    .tv_sec = DIRECTORY_CONNECT_MS / 1000 };
	static const struct timeval total_tv = {
	    .tv_sec = DIRECTORY_TOTAL_MS / 1000 };
	static const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND,
	    tls_min = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
	const struct { int option; const void *value; } options[] = {
		{ LDAP_OPT_PROTOCOL_VERSION, &version },
		{ LDAP_OPT_REFERRALS, LDAP_OPT_OFF },
		{ LDAP_OPT_RESTART, LDAP_OPT_OFF },
		{ LDAP_OPT_NETWORK_TIMEOUT, &connect_tv },
		{ LDAP_OPT_TIMEOUT, &total_tv },
		{ LDAP_OPT_X_TLS_CACERTFILE, ca },
		{ LDAP_OPT_X_TLS_REQUIRE_CERT, &demand },
		{ LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls_min },
		/* Last: it makes the context out of those above. */
		{ LDAP_OPT_X_TLS_NEWCTX, &client },
	};
	size_t i;

	for (i = 0; i < N_ELEM(options); i++)
		if (ldap_set_option(ld, options[i].option, options[i].value) !=
		    LDAP_OPT_SUCCESS)
			return false;
	return true;
}

/* Wait for the answer to one message, until the deadline. */
static enum status
wait_for(struct talk *t, const char *what, int id, LDAPMessage **ret)
{
	int64_t left = t->deadline_ms - talk_clock_ms();
	struct timeval tv = { .tv_sec = left / 1000,
	    .tv_usec = left % 1000 * 1000 };
	LDAPMessage *msg = NULL;
	int rc = LDAP_TIMEOUT;

	if (left > 0 && ldap_result(t->ld, id, LDAP_MSG_ALL, &tv, &msg) > 0) {
		*ret = msg;
		return ST_OK;
	}
	if (left > 0 && ldap_get_option(t->ld, LDAP_OPT_RESULT_CODE, &rc) !=
	    LDAP_OPT_SUCCESS)
		rc = LDAP_OTHER;
	/* Zero messages and no error: the time is over. */
	return talk_failed(t, what, rc == LDAP_SUCCESS ? LDAP_TIMEOUT : rc);
}

/* The result code of a message; frees it.  The controls are the caller's. */
static int
result_of(LDAP *ld, LDAPMessage *msg, LDAPControl ***ret_controls)
{
	int rc, code;

	rc = ldap_parse_result(ld, msg, &code, NULL, NULL, NULL, ret_controls,
	    1);
	return rc == LDAP_SUCCESS ? code : rc;
}

static enum status
start_tls(struct talk *t)
{
	LDAPMessage *msg;
	enum status st;
	int id, rc;

	if ((rc = ldap_start_tls(t->ld, NULL, NULL, &id)) != LDAP_SUCCESS)
		return talk_failed(t, "connect", rc);
	if ((st = wait_for(t, "StartTLS", id, &msg)) != ST_OK)
		return st;
	if ((rc = result_of(t->ld, msg, NULL)) != LDAP_SUCCESS ||
	    (rc = ldap_install_tls(t->ld)) != LDAP_SUCCESS)
		return talk_failed(t, "StartTLS", rc);
	return ST_OK;
}

static void
policy_of(LDAPControl **controls, struct policy *ret)
{
	LDAPControl *c = ldap_control_find(POLICY_OID, controls, NULL);

	*ret = (struct policy){ POLICY_NONE, -1, -1 };
	if (c != NULL && c->ldctl_value.bv_val != NULL)
		/* What can't be read says nothing. */
		(void)!policy_decode(c->ldctl_value.bv_val,
		    c->ldctl_value.bv_len, ret);
}

LDAPControl **
talk_policy_control(struct talk *t)
{
	LDAPControl **list = ARENA_ARRAY(t->arena, 2, LDAPControl *);

	list[0] = ARENA_NEW(t->arena, LDAPControl);
	list[0]->ldctl_oid = arena_strdup(t->arena, POLICY_OID);
	return list;
}

enum status
talk_answer(struct talk *t, const char *what, int id, int *ret_code,
    struct policy *ret_policy)
{
	LDAPControl **got = NULL;
	LDAPMessage *msg = NULL;
	enum status st;

	if ((st = wait_for(t, what, id, &msg)) != ST_OK)
		return st;
	*ret_code = result_of(t->ld, msg, &got);
	policy_of(got, ret_policy);
	ldap_controls_free(got);
	return ST_OK;
}

enum status
talk_bind(struct talk *t, const char *dn, const char *password, int *ret_code,
    struct policy *ret_policy)
{
	struct berval cred = { .bv_val = arena_strdup(t->arena, password),
	    .bv_len = strlen(password) };
	int id, rc;

	rc = ldap_sasl_bind(t->ld, dn, LDAP_SASL_SIMPLE, &cred,
	    talk_policy_control(t), NULL, &id);
	explicit_bzero(cred.bv_val, cred.bv_len);
	if (rc != LDAP_SUCCESS)
		return talk_failed(t, "bind", rc);
	return talk_answer(t, "bind", id, ret_code, ret_policy);
}

enum status
talk_start(struct talk *t)
{
	struct policy policy;
	enum status st;
	int rc;

	if ((rc = ldap_initialize(&t->ld, t->server->uri)) != LDAP_SUCCESS)
		return talk_failed(t, "setting ldap_uri", rc);
	if (!options_set(t->ld, t->server->ca))
		return talk_failed(t, "TLS settings (ldap_ca)", LDAP_OTHER);
	if ((st = start_tls(t)) != ST_OK || (st = talk_bind(t, t->server->user,
	    t->server->password, &rc, &policy)) != ST_OK)
		return st;
	return rc == LDAP_SUCCESS ? ST_OK :
	    talk_failed(t, "bind as ldap_user", rc);
}

/* First value of an attribute as text, or NULL. */
static const char *
first_value(struct talk *t, LDAPMessage *entry, const char *attribute)
{
	struct berval **v = ldap_get_values_len(t->ld, entry, attribute);
	const char *text = NULL;

	if (v != NULL && v[0] != NULL && utf8_valid(v[0]->bv_val,
	    v[0]->bv_len))
		text = arena_strndup(t->arena, v[0]->bv_val, v[0]->bv_len);
	ldap_value_free_len(v);
	return text;
}

/* The one entry of the login. */
static void
entry_read(struct talk *t, LDAPMessage *msg, struct talk_entry *e)
{
	LDAPMessage *entry = ldap_first_entry(t->ld, msg);
	char *dn;

	if (ldap_count_entries(t->ld, msg) != 1 ||
	    (dn = ldap_get_dn(t->ld, entry)) == NULL)
		return;
	e->mail = first_value(t, entry, t->server->attr_mail);
	e->name = first_value(t, entry, t->server->attr_name);
	e->dn = arena_strdup(t->arena, dn);
	ldap_memfree(dn);
}

enum status
talk_search(struct talk *t, const char *login, struct talk_entry *ret)
{
	char *attributes[] = { arena_strdup(t->arena, t->server->attr_mail),
	    arena_strdup(t->arena, t->server->attr_name), NULL };
	struct talk_entry e = { NULL, NULL, NULL };
	LDAPMessage *msg;
	struct str filter;
	enum status st;
	int id, rc = LDAP_FILTER_ERROR;

	str_init(&filter, FILTER_MAX);
	if (filter_make(&filter, t->server->filter, login) == ST_OK)
		rc = ldap_search_ext(t->ld, t->server->base,
		    LDAP_SCOPE_SUBTREE, filter.data, attributes, 0, NULL, NULL,
		    NULL, 2, &id);
	str_free(&filter);
	if (rc != LDAP_SUCCESS)
		return talk_failed(t, "search", rc);
	if ((st = wait_for(t, "search", id, &msg)) != ST_OK)
		return st;
	entry_read(t, msg, &e);
	rc = result_of(t->ld, msg, NULL);
	if (rc != LDAP_SUCCESS && rc != LDAP_SIZELIMIT_EXCEEDED)
		return talk_failed(t, "search", rc);
	*ret = e;
	return ST_OK;
}

void
talk_end(struct talk *t)
{
	if (t->ld != NULL)
		(void)ldap_unbind_ext(t->ld, NULL, NULL);
	t->ld = NULL;
}

/* Later and later while it goes on failing, so that a dead directory costs
 * the others little. */
static void
breaker_set(struct directory_server *s, bool failed)
{
	if (!failed) {
		s->break_ms = 0;
		return;
	}
	s->break_ms = s->break_ms == 0 ? DIRECTORY_BREAK_MS :
	    2 * s->break_ms;
	if (s->break_ms > s->break_max_ms)
		s->break_ms = s->break_max_ms;
	s->broken_until_ms = talk_clock_ms() + s->break_ms;
}

enum status
talk_run(struct talk *t, struct directory_server *s, struct arena *a,
    struct fault *f, talk_step *step, void *arg)
{
	enum status st = ST_LDAP;
	int tries;

	*t = (struct talk){ .server = s, .arena = a, .fault = f };
	if (talk_clock_ms() < s->broken_until_ms) {
		fault_set(f, "directory%s: failed a moment ago, not asked",
		    s->label);
		return ST_LDAP;
	}
	t->deadline_ms = talk_clock_ms() + DIRECTORY_TOTAL_MS;
	for (tries = 0; tries == 0 || (st == ST_LDAP && t->lost && tries < 2);
	    tries++) {
		talk_end(t);
		t->lost = t->down = false;
		if ((st = talk_start(t)) == ST_OK)
			st = step(t, arg);
		else
			t->down = true;
	}
	breaker_set(s, t->down);
	return st;
}
