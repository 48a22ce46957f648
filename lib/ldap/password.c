/* password.c - new passwords: by the person, or by the service account. */
#include <string.h>

#include "ldap/talk.h"

const char *
change_name(enum password_change c)
{
	static const char *const names[CHANGE__MAX] = {
		[CHANGE_OK]	 = "ok",
		[CHANGE_OLD_BAD] = "bad_password",
		[CHANGE_SHORT]	 = "short",
		[CHANGE_QUALITY] = "quality",
		[CHANGE_HISTORY] = "history",
		[CHANGE_YOUNG]	 = "young",
		[CHANGE_DENIED]	 = "denied",
		[CHANGE_UNKNOWN] = "unknown_login",
	};

	return names[c];
}

struct wish {
	const char	*login, *old, *fresh, *name;
	enum reset_kind	 kind;
	bool		 done;		/* this directory has the entry */
	enum password_change	 result;
};

/* The directory's word for a refusal; CHANGE__MAX: none that we know. */
static enum password_change
verdict(int code, const struct policy *p)
{
	static const enum password_change by_policy[POLICY__MAX] = {
		[POLICY_EXPIRED]     = CHANGE_OLD_BAD,
		[POLICY_LOCKED]	     = CHANGE_OLD_BAD,
		[POLICY_MUST_CHANGE] = CHANGE_DENIED,
		[POLICY_MOD_DENIED]  = CHANGE_DENIED,
		[POLICY_OLD_NEEDED]  = CHANGE_DENIED,
		[POLICY_QUALITY]     = CHANGE_QUALITY,
		[POLICY_TOO_SHORT]   = CHANGE_SHORT,
		[POLICY_TOO_YOUNG]   = CHANGE_YOUNG,
		[POLICY_IN_HISTORY]  = CHANGE_HISTORY,
	};

	if (code == LDAP_SUCCESS)
		return CHANGE_OK;
	if (p->error != POLICY_NONE)
		return by_policy[p->error];
	if (code == LDAP_CONSTRAINT_VIOLATION)
		return CHANGE_QUALITY;
	return code == LDAP_INSUFFICIENT_ACCESS ||
	    code == LDAP_UNWILLING_TO_PERFORM ? CHANGE_DENIED : CHANGE__MAX;
}

/* The password-modify operation; dn NULL: of who is bound. */
static enum status
passwd(struct talk *t, const char *dn, const char *old, const char *fresh,
    enum password_change *ret)
{
	struct berval user = { 0, NULL }, before = { 0, NULL },
	    after = { .bv_val = arena_strdup(t->arena, fresh),
	    .bv_len = strlen(fresh) };
	struct policy policy;
	enum status st;
	int id, rc;

	if (dn != NULL)
		user = (struct berval){ .bv_val = arena_strdup(t->arena, dn),
		    .bv_len = strlen(dn) };
	if (old != NULL)
		before = (struct berval){ .bv_val = arena_strdup(t->arena,
		    old), .bv_len = strlen(old) };
	rc = ldap_passwd(t->ld, dn == NULL ? NULL : &user, old == NULL ? NULL :
	    &before, &after, talk_policy_control(t), NULL, &id);
	explicit_bzero(after.bv_val, after.bv_len);
	if (before.bv_val != NULL)
		explicit_bzero(before.bv_val, before.bv_len);
	if (rc != LDAP_SUCCESS)
		return talk_failed(t, "password", rc);
	if ((st = talk_answer(t, "password", id, &rc, &policy)) != ST_OK) {
		t->lost = false;	/* done or not: never twice */
		return st;
	}
	if ((*ret = verdict(rc, &policy)) == CHANGE__MAX)
		return talk_failed(t, "password", rc);
	return ST_OK;
}

static enum status
change_step(struct talk *t, void *arg)
{
	struct wish *w = arg;
	struct talk_entry e;
	struct policy policy;
	enum status st;
	int code;

	if ((st = talk_search(t, w->login, &e)) != ST_OK || e.dn == NULL)
		return st;
	w->done = true;
	w->result = CHANGE_DENIED;
	if (!t->server->writable)
		return ST_OK;
	if ((st = talk_bind(t, e.dn, w->old, &code, &policy)) != ST_OK)
		return st;
	w->result = CHANGE_OLD_BAD;
	if (code != LDAP_SUCCESS)
		return ST_OK;
	return passwd(t, NULL, w->old, w->fresh, &w->result);
}

static struct berval **
values(struct arena *a, const char *text)
{
	struct berval **list = ARENA_ARRAY(a, 2, struct berval *);

	list[0] = ARENA_NEW(a, struct berval);
	list[0]->bv_val = arena_strdup(a, text);
	list[0]->bv_len = strlen(text);
	return list;
}

static LDAPMod *
mod(struct arena *a, int op, const char *type, const char *value)
{
	LDAPMod *m = ARENA_NEW(a, LDAPMod);

	m->mod_op = op | LDAP_MOD_BVALUES;
	m->mod_type = arena_strdup(a, type);
	m->mod_bvalues = values(a, value);
	return m;
}

/* Somebody else knows this password: the directory itself asks for another. */
static enum status
provisional_set(struct talk *t, const char *dn)
{
	LDAPMod *mods[] = { mod(t->arena, LDAP_MOD_REPLACE, "pwdReset",
	    "TRUE"), NULL };
	struct policy policy;
	enum status st;
	int id, rc;

	if ((rc = ldap_modify_ext(t->ld, dn, mods, NULL, NULL, &id)) !=
	    LDAP_SUCCESS)
		return talk_failed(t, "pwdReset", rc);
	if ((st = talk_answer(t, "pwdReset", id, &rc, &policy)) != ST_OK)
		return st;
	return rc == LDAP_SUCCESS ? ST_OK : talk_failed(t, "pwdReset", rc);
}

/* A value inside a DN: everything but letters and digits as \XX. */
static const char *
dn_value(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, 3 * strlen(text) + 1), *w = out;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '@' || c == '.') {
			*w++ = (char)c;
		} else {
			*w++ = '\\';
			*w++ = "0123456789abcdef"[c >> 4];
			*w++ = "0123456789abcdef"[c & 15];
		}
	}
	return out;
}

/* An entry of the class that slapd's own schema has; no password yet. */
static enum status
entry_add(struct talk *t, const struct wish *w, const char **ret_dn)
{
	struct arena *a = t->arena;
	const char *last = strrchr(w->name, ' ');
	LDAPMod *mods[] = {
		mod(a, LDAP_MOD_ADD, "objectClass", "inetOrgPerson"),
		mod(a, LDAP_MOD_ADD, "uid", w->login),
		mod(a, LDAP_MOD_ADD, t->server->attr_mail, w->login),
		mod(a, LDAP_MOD_ADD, "cn", w->name),
		mod(a, LDAP_MOD_ADD, "sn", last == NULL ? w->name : last + 1),
		mod(a, LDAP_MOD_ADD, t->server->attr_name, w->name), NULL };
	const char *dn = arena_printf(a, "uid=%s,%s", dn_value(a, w->login),
	    t->server->base);
	struct policy policy;
	enum status st;
	int id, rc;

	if ((rc = ldap_add_ext(t->ld, dn, mods, NULL, NULL, &id)) !=
	    LDAP_SUCCESS)
		return talk_failed(t, "new entry", rc);
	if ((st = talk_answer(t, "new entry", id, &rc, &policy)) != ST_OK) {
		t->lost = false;
		return st;
	}
	if (rc != LDAP_SUCCESS)
		return talk_failed(t, "new entry", rc);
	*ret_dn = dn;
	return ST_OK;
}

static enum status
reset_dn(struct talk *t, struct wish *w, const char *dn)
{
	enum status st;

	w->done = true;
	w->result = CHANGE_DENIED;
	if (!t->server->writable)
		return ST_OK;
	if ((st = passwd(t, dn, NULL, w->fresh, &w->result)) != ST_OK ||
	    w->result != CHANGE_OK || w->kind != RESET_PROVISIONAL)
		return st;
	return provisional_set(t, dn);
}

static enum status
reset_step(struct talk *t, void *arg)
{
	struct wish *w = arg;
	struct talk_entry e;
	enum status st;

	if ((st = talk_search(t, w->login, &e)) != ST_OK || e.dn == NULL)
		return st;
	return reset_dn(t, w, e.dn);
}

static enum status
create_step(struct talk *t, void *arg)
{
	struct wish *w = arg;
	const char *dn = NULL;
	enum status st;

	if ((st = entry_add(t, w, &dn)) != ST_OK)
		return st;
	return reset_dn(t, w, dn);
}

/* The first directory that has the entry, or the one that proved it. */
static enum status
run_wish(struct directory *d, struct arena *a, struct fault *f, talk_step *step,
    struct wish *w, const char *home, const char **ret_home)
{
	enum status st = ST_OK, one;
	struct talk t;
	size_t i;

	w->result = CHANGE_UNKNOWN;
	for (i = 0; i < d->n && !w->done; i++) {
		if (home != NULL && strcmp(home, d->v[i].name) != 0)
			continue;
		if ((one = talk_run(&t, &d->v[i], a, f, step, w)) != ST_OK)
			st = one;
		talk_end(&t);
		if (w->done && one != ST_OK)
			return one;
		*ret_home = d->v[i].name;
	}
	return w->done ? ST_OK : st;
}

static bool
too_long(const char *login, const char *password)
{
	return login[0] == '\0' || strlen(login) > DIRECTORY_LOGIN_MAX ||
	    strlen(password) > DIRECTORY_PASSWORD_MAX;
}

enum status
directory_change(struct directory *d, struct arena *a, struct fault *f,
    const char *login, const char *old, const char *fresh, const char *home,
    enum password_change *ret)
{
	struct wish w = { .login = login, .old = old, .fresh = fresh };
	const char *where;
	enum status st;

	if (old[0] == '\0' || too_long(login, old)) {
		*ret = CHANGE_OLD_BAD;
		return ST_OK;
	}
	if (fresh[0] == '\0' || too_long(login, fresh)) {
		*ret = CHANGE_SHORT;
		return ST_OK;
	}
	if ((st = run_wish(d, a, f, change_step, &w, home, &where)) == ST_OK)
		*ret = w.result;
	return st;
}

enum status
directory_reset(struct directory *d, struct arena *a, struct fault *f,
    const char *login, const char *name, const char *fresh, const char *home,
    enum reset_kind kind, enum password_change *ret, const char **ret_home)
{
	struct wish w = { .login = login, .fresh = fresh, .name = name,
	    .kind = kind };
	struct talk t;
	enum status st;
	size_t i;

	if (fresh[0] == '\0' || too_long(login, fresh)) {
		*ret = CHANGE_SHORT;
		return ST_OK;
	}
	if ((st = run_wish(d, a, f, reset_step, &w, home, ret_home)) != ST_OK)
		return st;
	for (i = 0; i < d->n && !w.done && home == NULL; i++) {
		if (!d->v[i].creates)
			continue;
		st = talk_run(&t, &d->v[i], a, f, create_step, &w);
		talk_end(&t);
		if (st != ST_OK)
			return st;
		*ret_home = d->v[i].name;
	}
	*ret = w.result;
	return ST_OK;
}

bool
directory_writable(const struct directory *d, const char *home)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (home == NULL ? d->v[i].writable :
		    strcmp(home, d->v[i].name) == 0)
			return d->v[i].writable;
	return false;
}
