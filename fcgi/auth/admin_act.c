/* admin_act.c - what is done to an account, and the page that asks before what
 * can't be undone. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/right_words.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(href) X(name) X(login) X(act) X(revision) \
	X(heading) X(about) X(button) X(ask_reason) X(ask_end) X(today)	\
	X(f_reason) X(f_until) X(error) X(id) X(right)
PAGE_SPEC(account_act, "account_act.html", KEYS);

enum { REASON_MAX = 500 };
enum { ASKS_FIRST = 1, WITH_REASON = 2, WITH_END = 4, NEEDS_ID = 8 };

static const struct act {
	const char	*word;		/* in forms and ?fait= */
	const char	*verb;		/* of auth.account_do; NULL: a right */
	unsigned	 flags;
	const char	*title, *about, *button, *done;
} acts[] = {
	{ "desactiver", "disable", ASKS_FIRST | WITH_REASON,
	    "Désactiver le compte", "La personne ne pourra plus se connecter, "
	    "ses sessions seront fermées aussitôt, et ses droits attendront. "
	    "Rien n’est effacé\u202f: le compte peut être réactivé.",
	    "Désactiver", "Le compte est désactivé, et ses sessions sont "
	    "fermées." },
	{ "reactiver", "enable", 0, NULL, NULL, NULL,
	    "Le compte est réactivé." },
	{ "exiger", "require", 0, NULL, NULL, NULL, "Un second facteur est "
	    "exigé à partir de la prochaine connexion." },
	{ "dispenser", "release", 0, NULL, NULL, NULL,
	    "Le second facteur n’est plus exigé pour ce compte." },
	{ "second", "second", ASKS_FIRST, "Retirer le second facteur",
	    "Pour qui a perdu son téléphone. Vérifiez d’abord que c’est bien "
	    "la personne, par un autre moyen que son adresse. Le second "
	    "facteur et ses codes de secours seront effacés\u202f: elle devra "
	    "en faire un autre.", "Retirer le second facteur",
	    "Le second facteur est retiré." },
	{ "carte", "card", ASKS_FIRST, "Délier la carte", "La carte n’ouvrira "
	    "plus ce compte, et les sessions qu’elle a ouvertes seront "
	    "fermées. La personne pourra lier une carte de nouveau.",
	    "Délier la carte", "La carte est déliée, et les sessions "
	    "qu’elle avait ouvertes sont fermées." },
	{ "session", "session", ASKS_FIRST | NEEDS_ID, "Fermer une session",
	    "La personne perdra ce qu’elle n’a pas encore enregistré dans "
	    "cette session.", "Fermer la session", "La session est fermée." },
	{ "sessions", "sessions", ASKS_FIRST, "Fermer toutes les sessions",
	    "La personne devra se connecter de nouveau partout, et perdra ce "
	    "qu’elle n’a pas encore enregistré.", "Fermer toutes les sessions",
	    "Toutes les sessions sont fermées." },
	{ "lien", "reset", 0, NULL, NULL, NULL, "Un message part à la "
	    "personne\u202f: son lien vers un nouveau mot de passe est "
	    "valable 30 minutes." },
	{ "fin", NULL, ASKS_FIRST | WITH_END | NEEDS_ID, "Mettre fin à un "
	    "droit", "Sans date, le droit s’arrête aussitôt. L’historique "
	    "du compte le garde\u202f; un droit qui n’a pas commencé "
	    "disparaît.", "Mettre fin au droit", "La fin du droit est "
	    "enregistrée." },
	{ "droit", NULL, ASKS_FIRST, NULL, NULL, NULL,
	    "Le droit est donné." },
	{ "invitation", NULL, ASKS_FIRST, NULL, NULL, NULL,
	    "L’invitation est partie." },
};

static const struct act *
act_of(const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < N_ELEM(acts); i++)
		if (strcmp(acts[i].word, word) == 0)
			return &acts[i];
	return NULL;
}

const char *
act_done(const char *name)
{
	const struct act *act = act_of(name);

	return act == NULL ? NULL : act->done;
}

/* --- asking first --- */

/* What the page needs to know of the act: the form's words, or the link's. */
struct wish {
	const struct act	*act;
	const char		*version, *id;	/* numbers */
	const char		*reason, *until;
};

static bool
wish_complete(const struct wish *w)
{
	return w->act != NULL && w->version != NULL &&
	    ((w->act->flags & NEEDS_ID) == 0 || w->id != NULL) &&
	    (w->act->verb != NULL || (w->act->flags & WITH_END) != 0);
}

/* The right in words; ST_NOTFOUND: none that one may end. */
static enum status
right_read(struct request *rq, const char *id, const char **ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(rq->db, Q_admin_grant_list, DB_ARGS(admin_id(rq),
	    request_arg(rq, 0), admin_now(rq)), &r)) != ST_OK)
		return st;
	for (i = 0; i < r.n; i++)
		if (strcmp(row_text(&r, i, COL_admin_grant_list_id), id) ==
		    0 && row_bool(&r, i, COL_admin_grant_list_may_end)) {
			*ret = arena_printf(rq->arena, "%s\u202f: %s",
			    right_role(row_text(&r, i,
			    COL_admin_grant_list_role)), right_scope(rq->arena,
			    row_text(&r, i, COL_admin_grant_list_scope),
			    row_text(&r, i, COL_admin_grant_list_code),
			    row_text(&r, i, COL_admin_grant_list_place)));
			return ST_OK;
		}
	return ST_NOTFOUND;
}

static void
wish_fill(struct request *rq, struct view *v, const struct wish *w)
{
	const struct act *act = w->act;

	view_text(v, K_act, act->word);
	view_text(v, K_heading, act->title);
	view_text(v, K_about, act->about);
	view_text(v, K_button, act->button);
	view_flag(v, K_ask_reason, (act->flags & WITH_REASON) != 0);
	view_flag(v, K_ask_end, (act->flags & WITH_END) != 0);
	view_text(v, K_revision, w->version);
	view_text(v, K_id, w->id);
	view_text(v, K_f_reason, w->reason);
	view_text(v, K_f_until, w->until);
	view_text(v, K_today, day_iso(rq->arena, zone_day(rq->app->paris,
	    rq->now)));
}

static enum status
ask_show(struct request *rq, struct response *rs, const struct wish *w,
    const struct refusal *why)
{
	const char *right = NULL;
	struct rows who;
	struct view *v;
	enum status st;

	if ((st = db_run(rq->db, Q_admin_account_get, DB_ARGS(admin_id(rq),
	    request_arg(rq, 0), admin_now(rq)), &who)) != ST_OK)
		return st;
	if (who.n == 0)
		return ST_NOTFOUND;
	if (!wish_complete(w) || (w->act->flags & ASKS_FIRST) == 0)
		return response_error(rs, ST_INPUT, "Cette action n’est pas "
		    "reconnue.");
	if ((w->act->flags & WITH_END) != 0 && (st = right_read(rq, w->id,
	    &right)) != ST_OK)
		return st;
	if (right == NULL && !row_bool(&who, 0, COL_admin_account_get_managed))
		return ST_DENIED;
	v = page_begin(rq, w->act->title, NAV_TOOLS);
	view_text(v, K_href, arena_printf(rq->arena, ACCOUNTS "/%s",
	    request_arg(rq, 0)));
	view_text(v, K_name, row_text(&who, 0, COL_admin_account_get_name));
	view_text(v, K_login, row_text(&who, 0, COL_admin_account_get_login));
	view_text(v, K_right, right);
	wish_fill(rq, v, w);
	if (why != NULL) {
		view_text(v, K_error, why->text);
		rs->http = why->http;
	}
	return page_end(rq, rs, PAGE_account_act, v);
}

enum status
admin_account_ask(struct request *rq, struct response *rs)
{
	struct wish w = { .act = act_of(admin_asked(rq, "acte")),
	    .version = admin_number(rq, admin_asked(rq, "version"),
	    INT32_MAX),
	    .id = admin_number(rq, admin_asked(rq, "numero"),
	    INT64_MAX) };

	return ask_show(rq, rs, &w, NULL);
}

/* --- doing it --- */

/* The end of the day typed, or now; "period" when it is none to come. */
static const char *
end_read(struct request *rq, const struct wish *w, int64_t *ret)
{
	int32_t day;

	*ret = rq->now;
	if (w->until == NULL)
		return NULL;
	if (day_parse(w->until, &day) != ST_OK)
		return "period";
	*ret = zone_day_start(rq->app->paris, day + 1);
	return *ret <= rq->now ? "period" : NULL;
}

static enum status
act_run(struct request *rq, const struct wish *w, const char **ret_outcome)
{
	const char *id = request_arg(rq, 0), *by = admin_id(rq);
	const char *now = admin_now(rq), *wrong = NULL;
	int64_t until = 0;
	struct rows r;
	enum status st;

	if (w->reason != NULL && admin_longer(w->reason, REASON_MAX))
		wrong = "reason";
	if (w->act->verb == NULL)
		wrong = end_read(rq, w, &until);
	if (wrong != NULL) {
		*ret_outcome = wrong;
		return ST_OK;
	}
	st = w->act->verb == NULL ? db_write(rq->db, Q_admin_grant_end,
	    DB_ARGS(by, client_address(rq), id, w->version, w->id,
	    instant_sql(rq->arena, until), now), &r) :
	    db_write(rq->db, Q_admin_account_do, DB_ARGS(by,
	    client_address(rq), id, w->version, w->act->verb, w->reason,
	    w->id, now), &r);
	if (st != ST_OK)
		return st;
	/* Both statements have one column. */
	*ret_outcome = row_text(&r, 0, COL_admin_account_do_outcome);
	return admin_outcome(*ret_outcome);
}

enum status
admin_account_act(struct request *rq, struct response *rs)
{
	struct wish w = { .act = act_of(admin_typed(rq, "acte")),
	    .version = admin_number(rq, admin_typed(rq, "version"),
	    INT32_MAX),
	    .id = admin_number(rq, admin_typed(rq, "numero"),
	    INT64_MAX),
	    .reason = admin_typed(rq, "raison"),
	    .until = admin_typed(rq, "au") };
	const struct refusal *why;
	const char *outcome;
	enum status st;

	if (!wish_complete(&w))
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	if ((w.act->flags & WITH_REASON) == 0)
		w.reason = NULL;
	if ((st = act_run(rq, &w, &outcome)) != ST_OK)
		return st;
	why = admin_refusal(outcome);
	if (why != NULL && (strcmp(outcome, "reason") == 0 ||
	    strcmp(outcome, "period") == 0))
		return ask_show(rq, rs, &w, why);
	if (why != NULL)
		return account_show(rq, rs, why);
	response_redirect(rs, arena_printf(rq->arena, ACCOUNTS "/%s?fait=%s",
	    request_arg(rq, 0), w.act->word));
	return ST_OK;
}
