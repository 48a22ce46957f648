/* board_setting.c - what a région enters on the boards, changed by its
 * stewards and by administrators. */
#include <string.h>

#include "base/french.h"
#include "domain/board_setting.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(regions)	\
	X(code) X(name) X(version_read) X(open) X(changed)		\
	X(boxes) X(box_name) X(box_label) X(box_on) X(kinds) X(kind)	\
	X(elsewhere) X(help) X(link_label) X(link_href)
PAGE_SPEC(board_settings, "board_settings.html", KEYS);

static const char *const board_labels[BOARD__MAX] = { "Lits (sanitaire)",
	"Places (sanitaire)", "Places (médico-social)" };
static const char *const field_labels[BOARD_FIELDS] = {
	"Médecine, chirurgie, obstétrique", "Soins médicaux et de réadaptation",
	"Psychiatrie", "Médico-social", "Social" };

enum { BOXES_MAX = 8, KINDS = 3 };

struct box { const char *name, *label; bool on; };
struct kind { const char *label; struct box v[BOXES_MAX]; size_t n; };

static void
box_row(struct view *v, size_t i, const void *data)
{
	const struct box *b = (const struct box *)data + i;

	view_text(v, K_box_name, b->name);
	view_text(v, K_box_label, b->label);
	view_flag(v, K_box_on, b->on);
}

static void
kind_row(struct view *v, size_t i, const void *data)
{
	const struct kind *k = (const struct kind *)data + i;

	view_text(v, K_kind, k->label);
	view_list(v, K_boxes, k->n, box_row, k->v);
}

/* Names of the boxes: tableau_lits, groupe_crise, champ_03, had. */
static const char *
box_name(struct arena *a, const char *kind, const char *name)
{
	return arena_printf(a, "%s_%s", kind, name);
}

static void
kinds_fill(struct arena *a, const struct board_setting *s, struct kind k[KINDS])
{
	int i;

	k[0].label = "Tableaux saisis ici";
	for (i = 0; i < BOARD__MAX; i++)
		k[0].v[k[0].n++] = (struct box){ box_name(a, "tableau",
		    board_name((enum board_id)i)), board_labels[i],
		    (s->boards & (1u << i)) != 0 };
	k[1].label = "Indicateurs du mode complet";
	for (i = 0; i < CAP_G__MAX; i++)
		if (capacity_groups[i].hideable)
			k[1].v[k[1].n++] = (struct box){ box_name(a, "groupe",
			    capacity_groups[i].name), capacity_groups[i].label,
			    (s->hidden & (1u << i)) == 0 };
	k[2].label = "Champs d’activité saisis ici";
	for (i = 0; i < BOARD_FIELDS; i++)
		k[2].v[k[2].n++] = (struct box){ box_name(a, "champ",
		    board_fields[i]), field_labels[i],
		    (s->fields & (1u << i)) != 0 };
	k[2].v[k[2].n++] = (struct box){ "had",
	    "Hospitalisation à domicile (HAD)", s->home_care };
}

struct shown {
	struct request			*rq;
	const struct board_setting	*v;
	const char			*open;	/* code of a région */
};

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct shown *sh = data;
	const struct board_setting *s = &sh->v[i];
	struct arena *a = view_arena(v);
	struct kind *k = ARENA_ARRAY(a, KINDS, struct kind);

	kinds_fill(a, s, k);
	view_text(v, K_code, s->code);
	view_text(v, K_name, s->name);
	view_int(v, K_version_read, s->version);
	view_flag(v, K_open, sh->open != NULL &&
	    strcmp(sh->open, s->code) == 0);
	view_list(v, K_kinds, KINDS, kind_row, k);
	view_text(v, K_elsewhere, s->elsewhere);
	view_text(v, K_help, s->help);
	view_text(v, K_link_label, s->synthesis_label);
	view_text(v, K_link_href, s->synthesis_url);
	view_text(v, K_changed, s->changed_at == -1 ? NULL : arena_printf(a,
	    "Modifié le %s%s%s", fr_instant(a, sh->rq->app->paris,
	    s->changed_at), s->changed_by == NULL ? "" : " par ",
	    s->changed_by == NULL ? "" : s->changed_by));
}

/* typed: what was refused, shown in its région's stead; or NULL. */
static enum status
show(struct request *rq, struct response *rs,
    const struct board_setting *typed, const char *why)
{
	const char *saved = request_query(rq, "enregistre");
	struct shown *sh = ARENA_NEW(rq->arena, struct shown);
	struct board_setting_list l;
	struct view *v;
	enum status st;
	size_t i;

	if ((st = board_settings(rq->db, rq->session.account_id, &l)) !=
	    ST_OK)
		return st;
	for (i = 0; typed != NULL && i < l.n; i++)
		if (strcmp(l.v[i].code, typed->code) == 0) {
			const char *name = l.v[i].name;
			int64_t version = l.v[i].version;

			l.v[i] = *typed;
			l.v[i].name = name;
			/* Both states were seen only after a conflict. */
			if (rs->http == 409)
				l.v[i].version = version;
		}
	*sh = (struct shown){ rq, l.v, typed != NULL ? typed->code : saved };
	v = page_begin(rq, "Réglages de la saisie", NAV_TOOLS);
	view_text(v, K_description, "Ce que chaque région saisit ici");
	view_text(v, K_alert, why != NULL ? why : saved != NULL ?
	    "Les réglages sont enregistrés." : NULL);
	view_text(v, K_alert_kind, why != NULL ? "error" : "success");
	if (l.n == 1)
		sh->open = l.v[0].code;
	view_list(v, K_regions, l.n, region_row, sh);
	return page_end(rq, rs, PAGE_board_settings, v);
}

enum status
page_board_settings(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL, NULL);
}

/* A text of the form: trimmed, "" when absent. */
static const char *
text_of(struct request *rq, const char *name)
{
	const char *s = request_form(rq, name);

	return s == NULL ? "" : str_trim(rq->arena, s);
}

static size_t
chars(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool
url_valid(const char *s)
{
	return s[0] == '\0' || (strncmp(s, "https://", 8) == 0 &&
	    strlen(s) <= 300 && strlen(s) > 11 &&
	    s[strcspn(s, " \t\r\n\"<>\\")] == '\0');
}

static void
boxes_read(struct request *rq, struct board_setting *s)
{
	struct arena *a = rq->arena;
	int i;

	for (i = 0; i < BOARD__MAX; i++)
		if (request_form(rq, box_name(a, "tableau", board_name(
		    (enum board_id)i))) != NULL)
			s->boards |= 1u << i;
	for (i = 0; i < CAP_G__MAX; i++)
		if (capacity_groups[i].hideable && request_form(rq,
		    box_name(a, "groupe", capacity_groups[i].name)) == NULL)
			s->hidden |= 1u << i;
	for (i = 0; i < BOARD_FIELDS; i++)
		if (request_form(rq, box_name(a, "champ", board_fields[i])) !=
		    NULL)
			s->fields |= 1u << i;
	s->home_care = request_form(rq, "had") != NULL;
}

/* NULL, or in French what is wrong. */
static const char *
setting_error(const struct board_setting *s)
{
	if (chars(s->elsewhere) > SETTING_TEXT_MAX ||
	    chars(s->help) > SETTING_TEXT_MAX)
		return "Un texte est trop long : 500 caractères au plus.";
	if (chars(s->synthesis_label) > SETTING_LABEL_MAX)
		return "Le nom du lien est trop long : 100 caractères au "
		    "plus.";
	if (!url_valid(s->synthesis_url))
		return "Le lien doit commencer par https:// et n’avoir ni "
		    "espace ni guillemet.";
	return NULL;
}

enum status
page_board_setting_save(struct request *rq, struct response *rs)
{
	const char *version = request_form(rq, "version");
	struct board_setting s = { .code = text_of(rq, "region"),
	    .elsewhere = text_of(rq, "ailleurs"), .help = text_of(rq, "aide"),
	    .synthesis_label = text_of(rq, "lien_nom"),
	    .synthesis_url = text_of(rq, "lien"), .changed_at = -1 };
	const char *why;
	enum status st;

	if (version == NULL || str_to_int(version, INT32_MAX, &s.version) !=
	    ST_OK)
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	boxes_read(rq, &s);
	if ((why = setting_error(&s)) != NULL) {
		rs->http = 422;
		return show(rq, rs, &s, why);
	}
	st = board_setting_save(rq->db, rq->session.account_id, &s);
	if (st == ST_CONFLICT) {
		rs->http = 409;
		return show(rq, rs, &s, "Quelqu’un a changé ces réglages "
		    "entre-temps. Votre saisie est affichée : vérifiez, puis "
		    "enregistrez de nouveau.");
	}
	if (st != ST_OK)
		return response_error(rs, st, st == ST_DENIED ? "Cette région "
		    "n’est pas dans votre périmètre." : NULL);
	response_redirect(rs, arena_printf(rq->arena,
	    "/administration/saisie?enregistre=%s#r-%s", s.code, s.code));
	return ST_OK;
}
