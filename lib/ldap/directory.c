#include "ldap/directory.h"

#include <string.h>

#include "ldap/filter.h"
#include "ldap/talk.h"

enum { FILTER_MAX = 2048 };

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

static enum status
server_check(const struct directory_server *s, struct fault *f)
{
	struct str filter;
	enum status st;

	if (s->ca[0] == '\0' || s->user[0] == '\0' || s->password[0] == '\0' ||
	    s->decoy[0] == '\0') {
		fault_set(f, "settings ldap_ca, ldap_user, ldap_password_file "
		    "and ldap_decoy are needed to sign in (directory %s)",
		    s->name);
		return ST_INPUT;
	}
	if (strncmp(s->uri, "ldap://", 7) != 0) {
		fault_set(f, "setting ldap_uri: ldap:// is wanted (StartTLS "
		    "makes it private)");
		return ST_INPUT;
	}
	str_init(&filter, FILTER_MAX);
	st = filter_make(&filter, s->filter, "x");
	str_free(&filter);
	if (st != ST_OK)
		fault_set(f, "setting ldap_filter: exactly one %%s is wanted");
	return st;
}

static enum status
server_init(struct directory_server *s, const struct conf *c, struct arena *a,
    struct fault *f)
{
	const char *password;
	enum status st;

	if ((st = conf_secret(c, CONF_LDAP_PASSWORD, a, f, &password)) != ST_OK)
		return st;
	*s = (struct directory_server){ .label = "",
	    .name = conf_text(c, CONF_LDAP_NAME),
	    .uri = conf_text(c, CONF_LDAP_URI),
	    .ca = conf_text(c, CONF_LDAP_CA),
	    .base = conf_text(c, CONF_LDAP_BASE),
	    .filter = conf_text(c, CONF_LDAP_FILTER),
	    .user = conf_text(c, CONF_LDAP_USER),
	    .decoy = conf_text(c, CONF_LDAP_DECOY),
	    .attr_mail = conf_text(c, CONF_LDAP_MAIL),
	    .attr_name = conf_text(c, CONF_LDAP_FULLNAME),
	    .writable = conf_bool(c, CONF_LDAP_WRITE),
	    .creates = conf_bool(c, CONF_LDAP_CREATE),
	    .break_max_ms = DIRECTORY_BREAK_MS, .password = password };
	return server_check(s, f);
}

/* Two of the same name would prove each other's accounts. */
static enum status
names_check(struct directory *d, struct arena *a, struct fault *f)
{
	size_t i, j;

	for (i = 0; i < d->n && d->n > 1; i++) {
		d->v[i].label = arena_printf(a, " %s", d->v[i].name);
		d->v[i].break_max_ms = DIRECTORY_BREAK_MAX_MS;
		for (j = 0; j < i; j++)
			if (strcmp(d->v[i].name, d->v[j].name) == 0) {
				fault_set(f, "setting ldap_name: two "
				    "directories are called %s", d->v[i].name);
				return ST_INPUT;
			}
	}
	return ST_OK;
}

enum status
directory_init(struct directory *d, const struct conf *c, struct arena *a,
    struct fault *f)
{
	char name[2] = "2";
	const struct conf *block;
	enum status st;

	d->n = 0;
	if ((st = server_init(&d->v[d->n++], c, a, f)) != ST_OK)
		return st;
	for (; name[0] <= '9'; name[0]++)
		if ((block = conf_block(c, "directory", name)) != NULL &&
		    (st = server_init(&d->v[d->n++], block, a, f)) != ST_OK)
			return st;
	return names_check(d, a, f);
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
	else if (code == LDAP_UNWILLING_TO_PERFORM ||
	    code == LDAP_CONSTRAINT_VIOLATION)
		/* So do directories without the control refuse a closed entry,
		 * or one that was tried too often. */
		*ret = ANSWER_LOCKED;
	else
		return talk_failed(t, "bind as the person", code);
	return ST_OK;
}

struct question {
	const char	*login, *password;
	bool		 may;		/* this directory may prove him */
	struct person	 person;
};

static enum status
decoy_bind(struct talk *t, const char *password)
{
	struct policy policy;
	int code;

	/* It cost a hash; what it says is no matter. */
	return talk_bind(t, t->server->decoy, password, &code, &policy);
}

static enum status
ask(struct talk *t, void *arg)
{
	struct question *q = arg;
	struct person p = { .answer = ANSWER_UNKNOWN,
	    .directory = t->server->name };
	struct talk_entry e;
	struct policy policy;
	enum status st;
	int code;

	if ((st = talk_search(t, q->login, &e)) != ST_OK)
		return st;
	if (e.dn == NULL || !q->may)
		return ST_OK;
	if ((st = talk_bind(t, e.dn, q->password, &code, &policy)) != ST_OK ||
	    (st = judge(t, code, &policy, &p.answer)) != ST_OK)
		return st;
	if (p.answer == ANSWER_LOCKED &&
	    (st = decoy_bind(t, q->password)) != ST_OK)
		return st;
	p.mail = e.mail;
	p.name = e.name;
	p.expires_s = policy.expires_s;
	p.grace = policy.grace;
	q->person = p;
	return ST_OK;
}

static bool
too_long(const char *login, const char *password)
{
	return strlen(login) > DIRECTORY_LOGIN_MAX ||
	    strlen(password) > DIRECTORY_PASSWORD_MAX;
}

/* Ask each; *ret_reached is the first that answered, -1 for none, and
 * *ret_lost whether one that may prove him did not. */
static void
ask_all(struct directory *d, struct talk *talks, struct arena *a,
    struct fault *f, struct question *q, const char *home, int *ret_reached,
    bool *ret_lost)
{
	size_t i;

	*ret_reached = -1;
	*ret_lost = false;
	for (i = 0; i < d->n; i++) {
		bool mine = home == NULL || strcmp(home, d->v[i].name) == 0;

		q->may = mine && q->person.directory == NULL;
		if (talk_run(&talks[i], &d->v[i], a, f, ask, q) != ST_OK)
			*ret_lost |= mine;
		else if (*ret_reached < 0)
			*ret_reached = (int)i;
	}
}

enum status
directory_sign_in(struct directory *d, struct arena *a, struct fault *f,
    const char *login, const char *password, const char *home,
    struct person *ret)
{
	struct question q = { .login = login, .password = password,
	    .person = { .answer = ANSWER_UNKNOWN, .expires_s = -1,
	    .grace = -1 } };
	struct talk talks[DIRECTORIES_MAX] = { { .ld = NULL } };
	enum status st = ST_OK;
	int reached;
	bool lost;
	size_t i;

	/* A bind without a password succeeds as nobody: it never gets there. */
	if (login[0] == '\0' || password[0] == '\0' ||
	    too_long(login, password)) {
		q.person.answer = ANSWER_BAD;
		*ret = q.person;
		return ST_OK;
	}
	ask_all(d, talks, a, f, &q, home, &reached, &lost);
	if (q.person.directory == NULL) {
		if (lost || reached < 0)
			st = ST_LDAP;
		else {
			talks[reached].deadline_ms = talk_clock_ms() +
			    DIRECTORY_TOTAL_MS;
			st = decoy_bind(&talks[reached], password);
		}
	}
	for (i = 0; i < d->n; i++)
		talk_end(&talks[i]);
	if (st == ST_OK)
		*ret = q.person;
	return st;
}
