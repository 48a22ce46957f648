/* correction.c - correcting the past of a place: when, what, why, sure?
 *
 * Three steps, each a whole page that works without script: an instant (GET),
 * the values that held then, to be changed (GET), what changes and which
 * reports will be computed again (POST), the same with « confirme » (POST).
 */
#include "domain/correction.h"

#include <stdio.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/history.h"
#include "pages/local_time.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(name) X(place)	\
	X(site_name) X(site_finess) X(shared) X(zone_label)		\
	X(oldest) X(today) X(jour) X(heure) X(passage) X(passages)	\
	X(passage_value) X(passage_label) X(selected) X(bad_when)	\
	X(error) X(limit) X(has_values) X(at_text) X(groups) X(group)	\
	X(fields) X(field) X(label) X(value) X(then) X(source) X(bad)	\
	X(reason) X(bad_reason) X(place_version) X(key) X(preview)	\
	X(changes) X(before) X(after) X(until_text) X(days_text)	\
	X(no_days) X(back_href) X(history_href)
PAGE_SPEC(correction, "correction.html", KEYS);

struct scene {
	struct request		*rq;
	struct response		*rs;
	struct history_place	 p;
	const char		*day, *time, *passage;	/* as typed, or NULL */
	bool			 twice;		/* that hour comes twice */
	int64_t			 at_utc;	/* -1: not said, or not an instant */
	const char		*when_error;
	struct correction_then	 then[CAP__MAX];
	struct capacity_entry	 e;		/* what was typed */
	const char		*reason, *reason_error;
	const char		*error;		/* of the whole */
	bool			 preview;
};

static const struct { int http; const char *text; }
    refusals[CORRECTION__MAX] = {
	[CORRECTION_CONFLICT]	= { 409, "Quelqu’un a changé ce lieu pendant "
	    "votre correction : rien n’est enregistré. Relisez les valeurs "
	    "ci-dessous et recommencez." },
	[CORRECTION_LOCKED]	= { 422, "Une unité de ce lieu était en "
	    "indisponibilité totale à cet instant : la saisie était bloquée, "
	    "rien n’est enregistré." },
	[CORRECTION_CLOSED]	= { 422, "Il y aurait plus de fermés que "
	    "d’installés à cet instant : rien n’est enregistré." },
	[CORRECTION_EXTRA]	= { 422, "Il y aurait plus de mobilisés que de "
	    "mobilisables à cet instant : rien n’est enregistré." },
	[CORRECTION_FUTURE]	= { 422, "Cet instant n’est pas encore passé." },
	[CORRECTION_OLD]	= { 422, "C’est à plus de 14 jours : seul le "
	    "gestionnaire peut corriger plus loin." },
};

/* --- reading --- */

static const char *
skipped_text(struct arena *a, const struct scene *s, int32_t day,
    int32_t second)
{
	int64_t after = zone_instant(s->p.zone, day, second);

	return arena_printf(a, "Cette heure n’a pas existé" NNBSP ": le %s, "
	    "les horloges ont sauté de %s à %s (heure d’été). Choisissez une "
	    "heure avant ou après.", fr_date(a, day), s->time,
	    local_time_text(a, s->p.zone, after));
}

static void
when_read(struct scene *s)
{
	struct request *rq = s->rq;
	int64_t at[2] = { 0, 0 };
	int32_t day = 0, second = 0;
	int n;

	s->at_utc = -1;
	if (s->day == NULL && s->time == NULL)
		return;
	if (s->day == NULL || s->time == NULL ||
	    day_parse(s->day, &day) != ST_OK ||
	    local_second(s->time, &second) != ST_OK) {
		s->when_error = "Indiquez le jour et l’heure où c’était vrai.";
		return;
	}
	n = zone_instants(s->p.zone, day, second, at);
	s->twice = n == 2;
	if (n == 0) {
		s->when_error = skipped_text(rq->arena, s, day, second);
		return;
	}
	if (n == 2 && s->passage == NULL) {
		s->when_error = "Cette heure est passée deux fois ce jour-là "
		    "(retour à l’heure d’hiver)" NNBSP ": dites laquelle.";
		return;
	}
	s->at_utc = at[n == 2 && strcmp(s->passage, "2") == 0];
	if (s->at_utc >= rq->now)
		s->when_error = refusals[CORRECTION_FUTURE].text;
	else if (!s->p.is_steward &&
	    s->at_utc < rq->now - CORRECTION_DAYS * 86400)
		s->when_error = refusals[CORRECTION_OLD].text;
}

static const char *
non_empty(const char *s)
{
	return s == NULL || s[0] == '\0' ? NULL : s;
}

static enum status
scene_read(struct request *rq, struct response *rs,
    const char *(*field)(const struct request *, const char *),
    struct scene *ret)
{
	struct scene s = { .rq = rq, .rs = rs, .at_utc = -1 };
	enum status st;

	if ((st = history_place_read(rq, rs, &s.p)) != ST_OK)
		return st;
	if (!s.p.may_correct) {
		fault_set(&rq->fault, "scope");
		return response_error(rs, ST_DENIED, "Vous pouvez lire "
		    "l’historique de ce lieu, pas le corriger.");
	}
	s.day = non_empty(field(rq, "jour"));
	s.time = non_empty(field(rq, "heure"));
	s.passage = non_empty(field(rq, "passage"));
	when_read(&s);
	if (s.at_utc != -1 && s.when_error == NULL &&
	    (st = correction_read(rq->db, rq->session.account_id, s.p.id,
	    s.at_utc, s.then)) != ST_OK)
		return st;
	*ret = s;
	return ST_OK;
}

/* --- showing --- */

static const char *
figure(struct arena *a, int n, const char *none)
{
	return n == CAP_NULL ? none : arena_printf(a, "%d", n);
}

static void
passage_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;

	view_int(v, K_passage_value, (int64_t)i + 1);
	view_text(v, K_passage_label, i == 0 ? "la première fois (heure d’été)"
	    : "la seconde fois (heure d’hiver)");
	view_flag(v, K_selected, s->passage != NULL &&
	    strcmp(s->passage, i == 0 ? "1" : "2") == 0);
}

static void
show_when(struct view *v, const struct scene *s)
{
	struct arena *a = view_arena(v);
	const struct zone *z = s->p.zone;

	view_text(v, K_today, day_iso(a, zone_day(z, s->rq->now)));
	if (!s->p.is_steward) {
		view_text(v, K_oldest, day_iso(a, zone_day(z, s->rq->now -
		    CORRECTION_DAYS * 86400)));
		view_flag(v, K_limit, true);
	}
	view_text(v, K_jour, s->day);
	view_text(v, K_heure, s->time);
	view_text(v, K_passage, s->passage);
	view_text(v, K_zone_label, local_zone_label(z));
	view_list(v, K_passages, s->twice ? 2 : 0, passage_row, s);
	if (s->when_error != NULL) {
		view_flag(v, K_bad_when, true);
		view_text(v, K_error, s->when_error);
	}
}

struct group {
	const struct scene	*s;
	enum capacity_group	 id;
	enum capacity_field	 fields[CAP__MAX];
	size_t			 n;
};

static void
field_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;
	const struct scene *s = g->s;
	enum capacity_field f = g->fields[i];
	struct arena *a = view_arena(v);
	const char *typed = s->e.typed[f];

	view_text(v, K_field, capacity_fields[f].name);
	view_text(v, K_label, capacity_head(CAP_FULL, f,
	    strcmp(s->p.nature, "02") == 0));
	view_text(v, K_value, typed != NULL ? typed : figure(a,
	    s->then[f].value, ""));
	view_text(v, K_then, s->then[f].value == CAP_NULL ? "inconnu" :
	    arena_printf(a, "%d, dit le %s", s->then[f].value, fr_instant(a,
	    s->p.zone, s->then[f].at_utc)));
	view_text(v, K_source, s->then[f].value == CAP_NULL ? NULL :
	    s->then[f].source);
	view_flag(v, K_bad, s->e.bad != NULL &&
	    strcmp(s->e.bad, capacity_fields[f].name) == 0);
}

static void
group_row(struct view *v, size_t i, const void *data)
{
	struct group *g = ARENA_NEW(view_arena(v), struct group);
	int f;

	g->s = data;
	g->id = (enum capacity_group)i;
	for (f = 0; f < CAP__MAX; f++)
		if (capacity_fields[f].group == g->id)
			g->fields[g->n++] = (enum capacity_field)f;
	view_text(v, K_group, capacity_groups[i].label);
	view_list(v, K_fields, g->n, field_row, g);
}

struct change {
	const struct scene	*s;
	enum capacity_field	 f[CAP__MAX];
	size_t			 n;
};

static void
change_row(struct view *v, size_t i, const void *data)
{
	const struct change *c = data;
	const struct scene *s = c->s;
	enum capacity_field f = c->f[i];
	const struct correction_then *t = &s->then[f];
	struct arena *a = view_arena(v);
	int64_t until = t->ttl_s > 0 ? s->at_utc + t->ttl_s : INT64_MAX;
	bool next = t->next_utc != -1 && t->next_utc < until;

	view_text(v, K_label, arena_printf(a, "%s – %s",
	    capacity_groups[capacity_fields[f].group].label,
	    capacity_fields[f].bed));
	view_text(v, K_before, figure(a, t->value, "inconnu"));
	view_text(v, K_after, figure(a, s->e.value[f], "retiré"));
	view_text(v, K_until_text, next ? arena_printf(a,
	    "jusqu’au %s, valeur suivante", fr_instant(a, s->p.zone,
	    t->next_utc)) : until < s->rq->now ? arena_printf(a,
	    "jusqu’au %s, où elle expire", fr_instant(a, s->p.zone, until)) :
	    "jusqu’à maintenant");
}

static void
show_preview(struct view *v, const struct scene *s)
{
	struct change *c = ARENA_NEW(view_arena(v), struct change);
	struct arena *a = view_arena(v);
	int64_t until = correction_until(&s->e, s->then, s->at_utc,
	    s->rq->now);
	int32_t first = zone_day(s->p.zone, s->at_utc);
	int32_t last = zone_day(s->p.zone, until - 1);
	int f;

	c->s = s;
	for (f = 0; f < CAP__MAX; f++)
		if (correction_changed(&s->e, s->then, (enum capacity_field)f))
			c->f[c->n++] = (enum capacity_field)f;
	view_flag(v, K_preview, true);
	view_list(v, K_changes, c->n, change_row, c);
	view_text(v, K_days_text, first >= last ? arena_printf(a, "du %s",
	    fr_date(a, first)) : arena_printf(a, "du %s au %s", fr_date(a,
	    first), fr_date(a, last)));
	view_text(v, K_back_href, arena_printf(a, "/capacitaire/l%lld/"
	    "correction?jour=%s&heure=%s%s%s", (long long)s->p.id, s->day,
	    s->time, s->passage == NULL ? "" : "&passage=", s->passage == NULL
	    ? "" : strcmp(s->passage, "2") == 0 ? "2" : "1"));
}

static void
show_values(struct view *v, const struct scene *s)
{
	const char *key = request_form(s->rq, "cle");
	struct arena *a = view_arena(v);
	char fresh[37] = "", hex[33];

	view_flag(v, K_has_values, true);
	view_text(v, K_at_text, fr_instant_long(a, s->p.zone, s->at_utc));
	view_list(v, K_groups, CAP_G__MAX, group_row, s);
	view_text(v, K_reason, s->reason);
	view_flag(v, K_bad_reason, s->reason_error != NULL);
	if (s->reason_error != NULL)
		view_text(v, K_error, s->reason_error);
	else if (s->e.error != NULL)
		view_text(v, K_error, s->e.error);
	/* After a conflict it is another form, made from the new version. */
	view_int(v, K_place_version, s->e.place_id == 0 ? s->p.version :
	    s->e.version);
	if (key == NULL || s->e.place_id == 0) {
		random_hex(hex, 16);
		(void)snprintf(fresh, sizeof(fresh), "%.8s-%.4s-%.4s-%.4s-%.12s",
		    hex, hex + 8, hex + 12, hex + 16, hex + 20);
		key = arena_strdup(a, fresh);
	}
	view_text(v, K_key, key);
	if (s->preview)
		show_preview(v, s);
}

static enum status
show(const struct scene *s)
{
	struct request *rq = s->rq;
	const char *alert = s->error != NULL ? s->error :
	    s->when_error != NULL ? s->when_error : s->e.error != NULL ?
	    s->e.error : s->reason_error;
	struct view *v = page_begin(rq, arena_printf(rq->arena,
	    "%sCorriger le passé – %s", alert == NULL ? "" : "Erreur – ",
	    s->p.name), NAV_ENTRY);

	view_text(v, K_path_back, arena_printf(rq->arena,
	    "/capacitaire/l%lld/correction", (long long)s->p.id));
	view_text(v, K_name, s->p.name);
	view_text(v, K_place, request_arg(rq, 0));
	view_text(v, K_site_name, s->p.site_name);
	view_text(v, K_site_finess, s->p.site_finess);
	view_text(v, K_history_href, arena_printf(rq->arena,
	    "/capacitaire/l%lld/historique", (long long)s->p.id));
	if (s->p.n_units > 1)
		view_text(v, K_shared, arena_printf(rq->arena,
		    "Lieu partagé par %zu unités", s->p.n_units));
	show_when(v, s);
	if (s->at_utc != -1 && s->when_error == NULL)
		show_values(v, s);
	view_text(v, K_alert, alert);
	view_text(v, K_alert_kind, "error");
	if (alert != NULL && s->rs->http == 0 && rq->method != M_GET)
		s->rs->http = 422;
	return page_end(rq, s->rs, PAGE_correction, v);
}

enum status
page_correction(struct request *rq, struct response *rs)
{
	struct scene s = { .rq = rq, .rs = rs, .at_utc = -1 };
	enum status st;

	if ((st = scene_read(rq, rs, request_query, &s)) != ST_OK)
		return st;
	return show(&s);
}

/* --- saving --- */

static enum status
form_read(struct scene *s)
{
	struct request *rq = s->rq;
	const char *version = request_form(rq, "version");
	const char *key = request_form(rq, "cle");
	const char *reason = request_form(rq, "motif");
	size_t chars = 0, i;
	int f;

	if (version == NULL || key == NULL || !capacity_key_valid(key) ||
	    str_to_int(version, INT64_MAX, &s->e.version) != ST_OK)
		return response_error(s->rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	s->e.place_id = s->p.id;
	s->e.mode = CAP_FULL;
	for (f = 0; f < CAP__MAX; f++)
		s->e.typed[f] = request_form(rq, capacity_fields[f].name);
	/* Unknown then, and left so: nothing is said of it. */
	if (s->e.typed[CAP_INST] != NULL && s->e.typed[CAP_INST][0] == '\0' &&
	    s->then[CAP_INST].value == CAP_NULL)
		s->e.typed[CAP_INST] = NULL;
	s->reason = reason == NULL ? "" : str_trim(rq->arena, reason);
	for (i = 0; s->reason[i] != '\0'; i++)
		chars += ((unsigned char)s->reason[i] & 0xc0) != 0x80;
	if (chars == 0)
		s->reason_error = "Indiquez le motif de la correction.";
	if (chars > CORRECTION_REASON_MAX)
		s->reason_error = "Le motif est trop long" NNBSP ": 200 "
		    "caractères au plus.";
	return ST_OK;
}

static bool
changes(const struct scene *s)
{
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (correction_changed(&s->e, s->then, (enum capacity_field)f))
			return true;
	return false;
}

static enum status
tell(struct scene *s, enum correction_outcome o)
{
	if (o == CORRECTION_OK || o == CORRECTION_REPLAYED) {
		response_redirect(s->rs, arena_printf(s->rq->arena,
		    "/capacitaire/l%lld/historique?fait=correction",
		    (long long)s->p.id));
		return ST_OK;
	}
	if (o == CORRECTION_DENIED)
		return ST_DENIED;
	if (o == CORRECTION_UNKNOWN)
		return ST_NOTFOUND;
	s->preview = false;
	s->error = refusals[o].text;
	s->rs->http = refusals[o].http;
	if (o == CORRECTION_CONFLICT)
		s->e.version = s->p.version;
	if (o == CORRECTION_CLOSED)
		s->e.bad = capacity_fields[CAP_FERM_NR].name;
	if (o == CORRECTION_EXTRA)
		s->e.bad = capacity_fields[CAP_SUPPL_MOB].name;
	if (o == CORRECTION_CLOSED || o == CORRECTION_EXTRA)
		s->e.error = s->error;
	if (o == CORRECTION_LOCKED || o == CORRECTION_FUTURE ||
	    o == CORRECTION_OLD)
		s->when_error = s->error;
	return show(s);
}

/* Nothing to correct, unless it is this form sent twice. */
static enum status
nothing_changes(struct scene *s)
{
	bool known = false;
	enum status st;

	if (request_form(s->rq, "confirme") != NULL &&
	    (st = correction_known(s->rq->db, s->rq->session.account_id,
	    request_form(s->rq, "cle"), &known)) != ST_OK)
		return st;
	if (known)
		return tell(s, CORRECTION_REPLAYED);
	s->error = "Aucune valeur n’est changée" NNBSP ": il n’y a rien à "
	    "corriger.";
	return show(s);
}

enum status
page_correction_save(struct request *rq, struct response *rs)
{
	enum correction_outcome o = CORRECTION_CONFLICT;
	struct scene s = { .rq = rq, .rs = rs, .at_utc = -1 };
	enum status st;

	if ((st = scene_read(rq, rs, request_form, &s)) != ST_OK)
		return st;
	if (s.at_utc == -1 || s.when_error != NULL) {
		if (s.when_error == NULL)
			s.when_error = "Indiquez le jour et l’heure où c’était "
			    "vrai.";
		return show(&s);
	}
	if ((st = form_read(&s)) != ST_OK)
		return st;
	if (!capacity_entry_read(rq->arena, &s.e) || s.reason_error != NULL)
		return show(&s);
	if (!changes(&s))
		return nothing_changes(&s);
	if (request_form(rq, "confirme") == NULL) {
		s.preview = true;
		return show(&s);
	}
	if ((st = correction_save(rq->db, rq->session.account_id,
	    request_form(rq, "cle"), s.at_utc, s.reason, &s.e, s.then, &o)) !=
	    ST_OK)
		return st;
	return tell(&s, o);
}
