#include "ldap/directory.h"

#include <ldap.h>
#include <string.h>
#include <time.h>

#include "ldap/filter.h"
#include "ldap/policy.h"

enum { FILTER_MAX = 2048 };

/* One question: its connection, and when it must be over. */
struct talk {
	struct directory	*dir;
	struct arena		*arena;
	struct fault		*fault;
	LDAP			*ld;
	int64_t			 deadline_ms;
	bool			 lost;		/* SERVER_DOWN: worth a retry */
};

/* A duration, not a time of day. */
static int64_t
monotonic_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const char *
answer_name(enum answer a)
{
	static const char *const names[ANSWER__MAX] = {
		[ANSWER_OK]	     = "ok",
		[ANSWER_MUST_CHANGE] = "must_change",
		[ANSWER_UNKNOWN]     = "unknown_login",
		[ANSWER_BAD]	     = "bad_password",
		[ANSWER_LOCKED]	     = "locked",
		[ANSWER_EXPIRED]     = "expired",
	};

	return names[a];
}

enum status
directory_init(struct directory *d, const struct conf *c, struct arena *a,
    struct fault *f)
{
	const char *password;
	struct str s;
	enum status st;

	if ((st = conf_secret(c, CONF_LDAP_PASSWORD, a, f, &password)) != ST_OK)
		return st;
	*d = (struct directory){ .uri = conf_text(c, CONF_LDAP_URI),
	    .ca = conf_text(c, CONF_LDAP_CA),
	    .base = conf_text(c, CONF_LDAP_BASE),
	    .filter = conf_text(c, CONF_LDAP_FILTER),
	    .user = conf_text(c, CONF_LDAP_USER),
	    .decoy = conf_text(c, CONF_LDAP_DECOY), .password = password };
	if (d->ca[0] == '\0' || d->user[0] == '\0' || password[0] == '\0' ||
	    d->decoy[0] == '\0') {
		fault_set(f, "settings ldap_ca, ldap_user, ldap_password_file "
		    "and ldap_decoy are needed to sign in");
		return ST_INPUT;
	}
	if (strncmp(d->uri, "ldap://", 7) != 0) {
		fault_set(f, "setting ldap_uri: ldap:// is wanted (StartTLS "
		    "makes it private)");
		return ST_INPUT;
	}
	str_init(&s, FILTER_MAX);
	st = filter_make(&s, d->filter, "x");
	str_free(&s);
	if (st != ST_OK)
		fault_set(f, "setting ldap_filter: exactly one %%s is wanted");
	return st;
}

/* Keep the first cause; a lost connection is told apart. */
static enum status
failed(struct talk *t, const char *what, int rc)
{
	t->lost = rc == LDAP_SERVER_DOWN;
	fault_set(t->fault, "directory: %s: %s", what, ldap_err2string(rc));
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
	int64_t left = t->deadline_ms - monotonic_ms();
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
	return failed(t, what, rc == LDAP_SUCCESS ? LDAP_TIMEOUT : rc);
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
		return failed(t, "connect", rc);
	if ((st = wait_for(t, "StartTLS", id, &msg)) != ST_OK)
		return st;
	if ((rc = result_of(t->ld, msg, NULL)) != LDAP_SUCCESS ||
	    (rc = ldap_install_tls(t->ld)) != LDAP_SUCCESS)
		return failed(t, "StartTLS", rc);
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

/* Bind; *ret_code is LDAP's word for it, whatever it is. */
static enum status
bind_as(struct talk *t, const char *dn, const char *password, int *ret_code,
    struct policy *ret_policy)
{
	LDAPControl ask = { .ldctl_oid = arena_strdup(t->arena, POLICY_OID) };
	LDAPControl *asked[] = { &ask, NULL }, **got = NULL;
	struct berval cred = { .bv_val = arena_strdup(t->arena, password),
	    .bv_len = strlen(password) };
	LDAPMessage *msg;
	enum status st;
	int id, rc;

	rc = ldap_sasl_bind(t->ld, dn, LDAP_SASL_SIMPLE, &cred, asked, NULL,
	    &id);
	explicit_bzero(cred.bv_val, cred.bv_len);
	if (rc != LDAP_SUCCESS)
		return failed(t, "bind", rc);
	if ((st = wait_for(t, "bind", id, &msg)) != ST_OK)
		return st;
	*ret_code = result_of(t->ld, msg, &got);
	policy_of(got, ret_policy);
	ldap_controls_free(got);
	return ST_OK;
}

static enum status
talk_start(struct talk *t)
{
	struct policy policy;
	enum status st;
	int rc;

	if ((rc = ldap_initialize(&t->ld, t->dir->uri)) != LDAP_SUCCESS)
		return failed(t, "setting ldap_uri", rc);
	if (!options_set(t->ld, t->dir->ca))
		return failed(t, "TLS settings (ldap_ca)", LDAP_OTHER);
	if ((st = start_tls(t)) != ST_OK || (st = bind_as(t, t->dir->user,
	    t->dir->password, &rc, &policy)) != ST_OK)
		return st;
	return rc == LDAP_SUCCESS ? ST_OK :
	    failed(t, "bind as ldap_user", rc);
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

/* The one entry of the login; *ret_dn is NULL when there is none, or two. */
static void
entry_read(struct talk *t, LDAPMessage *msg, struct person *p,
    const char **ret_dn)
{
	LDAPMessage *entry = ldap_first_entry(t->ld, msg);
	char *dn;

	*ret_dn = NULL;
	if (ldap_count_entries(t->ld, msg) != 1 ||
	    (dn = ldap_get_dn(t->ld, entry)) == NULL)
		return;
	p->mail = first_value(t, entry, "mail");
	p->name = first_value(t, entry, "displayName");
	*ret_dn = arena_strdup(t->arena, dn);
	ldap_memfree(dn);
}

static enum status
search(struct talk *t, const char *login, struct person *p, const char **ret_dn)
{
	char mail[] = "mail", name[] = "displayName";
	char *attributes[] = { mail, name, NULL };
	LDAPMessage *msg;
	struct str filter;
	enum status st;
	int id, rc = LDAP_FILTER_ERROR;

	str_init(&filter, FILTER_MAX);
	if (filter_make(&filter, t->dir->filter, login) == ST_OK)
		rc = ldap_search_ext(t->ld, t->dir->base, LDAP_SCOPE_SUBTREE,
		    filter.data, attributes, 0, NULL, NULL, NULL, 2, &id);
	str_free(&filter);
	if (rc != LDAP_SUCCESS)
		return failed(t, "search", rc);
	if ((st = wait_for(t, "search", id, &msg)) != ST_OK)
		return st;
	entry_read(t, msg, p, ret_dn);
	rc = result_of(t->ld, msg, NULL);
	if (rc != LDAP_SUCCESS && rc != LDAP_SIZELIMIT_EXCEEDED)
		return failed(t, "search", rc);
	return ST_OK;
}

/* What the bind of the person's own entry says. */
static enum status
judge(struct talk *t, int code, const struct policy *policy,
    enum answer *ret)
{
	if (code == LDAP_SUCCESS)
		*ret = policy->error == POLICY_MUST_CHANGE ?
		    ANSWER_MUST_CHANGE : ANSWER_OK;
	else if (policy->error == POLICY_LOCKED)
		*ret = ANSWER_LOCKED;
	else if (policy->error == POLICY_EXPIRED)
		*ret = ANSWER_EXPIRED;
	else if (code == LDAP_INVALID_CREDENTIALS ||
	    code == LDAP_INAPPROPRIATE_AUTH)
		*ret = ANSWER_BAD;
	else
		return failed(t, "bind as the person", code);
	return ST_OK;
}

static enum status
ask(struct talk *t, const char *login, const char *password,
    struct person *ret)
{
	struct person p = { .answer = ANSWER_UNKNOWN };
	struct policy policy;
	const char *dn;
	enum status st;
	int code;

	if ((st = talk_start(t)) != ST_OK ||
	    (st = search(t, login, &p, &dn)) != ST_OK)
		return st;
	if (dn != NULL) {
		if ((st = bind_as(t, dn, password, &code, &policy)) != ST_OK ||
		    (st = judge(t, code, &policy, &p.answer)) != ST_OK)
			return st;
		p.expires_s = policy.expires_s;
		p.grace = policy.grace;
	}
	/* Neither would have cost a hash; what the decoy says is no matter. */
	if (p.answer == ANSWER_UNKNOWN || p.answer == ANSWER_LOCKED)
		if ((st = bind_as(t, t->dir->decoy, password, &code,
		    &policy)) != ST_OK)
			return st;
	*ret = p;
	return ST_OK;
}

static bool
too_long(const char *login, const char *password)
{
	return strlen(login) > DIRECTORY_LOGIN_MAX ||
	    strlen(password) > DIRECTORY_PASSWORD_MAX;
}

enum status
directory_sign_in(struct directory *d, struct arena *a, struct fault *f,
    const char *login, const char *password, struct person *ret)
{
	struct talk t = { .dir = d, .arena = a, .fault = f };
	enum status st = ST_LDAP;
	int tries;

	/* A bind without a password succeeds as nobody: it never gets there. */
	if (login[0] == '\0' || password[0] == '\0' ||
	    too_long(login, password)) {
		*ret = (struct person){ .answer = ANSWER_BAD, .expires_s = -1,
		    .grace = -1 };
		return ST_OK;
	}
	if (monotonic_ms() < d->broken_until_ms) {
		fault_set(f, "directory: failed a moment ago, not asked");
		return ST_LDAP;
	}
	t.deadline_ms = monotonic_ms() + DIRECTORY_TOTAL_MS;
	for (tries = 0; tries == 0 || (st == ST_LDAP && t.lost && tries < 2);
	    tries++) {
		t.lost = false;
		st = ask(&t, login, password, ret);
		if (t.ld != NULL)
			(void)ldap_unbind_ext(t.ld, NULL, NULL);
		t.ld = NULL;
	}
	if (st != ST_OK)
		d->broken_until_ms = monotonic_ms() + DIRECTORY_BREAK_MS;
	else
		fault_clear(f);
	return st;
}
