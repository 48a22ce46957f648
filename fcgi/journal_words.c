#include "journal_words.h"

#include <string.h>

#include "session.h"

static const char *const groups[EVENT__MAX] = {
	[EVENT_SIGN_IN]	 = "Connexions",
	[EVENT_PASSWORD] = "Mots de passe et second facteur",
	[EVENT_ACCOUNT]	 = "Comptes et droits",
	[EVENT_FEED]	 = "Remontées",
	[EVENT_SETTING]	 = "Réglages",
	[EVENT_DATA]	 = "Saisie et conservation",
};

static const struct event_word events[] = {
	{ "sign_in", EVENT_SIGN_IN, false, "Connexion" },
	{ "sign_in_refused", EVENT_SIGN_IN, true, "Connexion refusée" },
	{ "sign_out", EVENT_SIGN_IN, false, "Déconnexion" },
	{ "session_end", EVENT_SIGN_IN, false, "Session fermée" },
	{ "link", EVENT_SIGN_IN, false, "Carte liée" },
	{ "link_refused", EVENT_SIGN_IN, true, "Carte non liée" },
	{ "unlink", EVENT_SIGN_IN, false, "Carte déliée" },
	{ "logout_refused", EVENT_SIGN_IN, true,
	    "Déconnexion par le fournisseur refusée" },
	{ "conditions_accepted", EVENT_SIGN_IN, false,
	    "Conditions acceptées" },

	{ "password_changed", EVENT_PASSWORD, false, "Mot de passe changé" },
	{ "password_refused", EVENT_PASSWORD, true, "Mot de passe non changé" },
	{ "reset_asked", EVENT_PASSWORD, false,
	    "Nouveau mot de passe demandé" },
	{ "reset_ordered", EVENT_PASSWORD, false,
	    "Lien de mot de passe envoyé par un administrateur" },
	{ "reset_refused", EVENT_PASSWORD, true,
	    "Nouveau mot de passe refusé" },
	{ "password_reset", EVENT_PASSWORD, false, "Mot de passe remplacé" },
	{ "second_factor", EVENT_PASSWORD, false, "Second facteur vérifié" },
	{ "second_factor_refused", EVENT_PASSWORD, true,
	    "Second facteur refusé" },
	{ "second_factor_on", EVENT_PASSWORD, false, "Second facteur activé" },
	{ "second_factor_off", EVENT_PASSWORD, false,
	    "Second facteur retiré" },
	{ "second_factor_required", EVENT_PASSWORD, false,
	    "Second facteur imposé" },
	{ "second_factor_released", EVENT_PASSWORD, false,
	    "Second facteur rendu facultatif" },
	{ "recovery_codes_made", EVENT_PASSWORD, false,
	    "Codes de secours remis" },

	{ "account_asked", EVENT_ACCOUNT, false, "Compte demandé" },
	{ "account_created", EVENT_ACCOUNT, false, "Compte créé" },
	{ "account_disabled", EVENT_ACCOUNT, false, "Compte désactivé" },
	{ "account_enabled", EVENT_ACCOUNT, false, "Compte réactivé" },
	{ "account_anonymised", EVENT_ACCOUNT, false, "Compte anonymisé" },
	{ "invitation", EVENT_ACCOUNT, false, "Invitation" },
	{ "invitation_withdrawn", EVENT_ACCOUNT, false,
	    "Invitation retirée" },
	{ "invitation_sent", EVENT_ACCOUNT, false, "Invitation renvoyée" },
	{ "request_granted", EVENT_ACCOUNT, false, "Demande acceptée" },
	{ "request_refused", EVENT_ACCOUNT, false, "Demande refusée" },
	{ "second_roles", EVENT_ACCOUNT, false,
	    "Rôles à second facteur changés" },
	{ "grant", EVENT_ACCOUNT, false, "Droit donné" },
	{ "grant_end", EVENT_ACCOUNT, false, "Droit retiré" },

	{ "feed_add", EVENT_FEED, false, "Remontée déclarée" },
	{ "feed_rotate", EVENT_FEED, false, "Secret de remontée remplacé" },
	{ "feed_suspend", EVENT_FEED, false, "Remontée suspendue" },
	{ "feed_resume", EVENT_FEED, false, "Remontée rétablie" },
	{ "feed_sites", EVENT_FEED, false, "Établissements d’une remontée" },
	{ "feed_rights", EVENT_FEED, false, "Droits d’une remontée" },
	{ "feed_refused", EVENT_FEED, true, "Remontée refusée" },
	{ "channel_manual", EVENT_FEED, false, "Passage en saisie manuelle" },
	{ "channel_feed", EVENT_FEED, false, "Retour à la remontée" },

	{ "board_setting", EVENT_SETTING, false, "Réglages de la saisie" },
	{ "category_rules", EVENT_SETTING, false, "Règles des catégories" },
	{ "category_lines", EVENT_SETTING, false, "Ordre des catégories" },
	{ "category_add", EVENT_SETTING, false, "Catégorie ajoutée" },
	{ "category_region", EVENT_SETTING, false,
	    "Catégories d’une région" },

	{ "unavailability_set", EVENT_DATA, false, "Unité indisponible" },
	{ "unavailability_lifted", EVENT_DATA, false,
	    "Indisponibilité levée" },
	{ "closure_planned", EVENT_DATA, false, "Fermeture programmée" },
	{ "closure_cancelled", EVENT_DATA, false, "Fermeture annulée" },
	{ "upload_saved", EVENT_DATA, false, "Fichier enregistré" },
	{ "journal_export", EVENT_DATA, false, "Journal exporté" },
	{ "purge", EVENT_DATA, false, "Purge" },
};

/* By how often one looks for them. */
static const struct word reasons[] = {
	{ "bad_password", "mot de passe incorrect" },
	{ "unknown_login", "adresse inconnue de l’annuaire" },
	{ "no_account", "connue de l’annuaire, sans compte ici" },
	{ "locked", "compte bloqué après trop d’essais" },
	{ "expired", "mot de passe ou jeton périmé" },
	{ "disabled", "compte désactivé" },
	{ "other_mail", "adresse différente de celle de l’annuaire" },
	{ "bad_code", "code incorrect" },
	{ "replayed", "code déjà utilisé" },
	{ "too_many", "trop de demandes" },
	{ "recovery_code", "code de secours" },
	{ "by_mail", "par lien reçu" },
	{ "by_admin", "par un administrateur" },
	{ "mailed", "lien envoyé" },
	{ "not_sent", "courriel non parti" },
	{ "withdrawn", "invitation retirée" },
	{ "invitation", "invitation" },
	{ "import", "reprise d’un fichier" },
	{ "kept", "demande conservée" },
	{ "inactive", "sans connexion depuis longtemps" },
	{ "request", "à la demande de la personne" },
	{ "short", "mot de passe trop court" },
	{ "quality", "mot de passe trop simple" },
	{ "history", "mot de passe déjà utilisé" },
	{ "young", "mot de passe changé trop récemment" },
	{ "denied", "refusé par l’annuaire" },
	{ "never_signed_in", "jamais connecté par adresse" },
	{ "second_factor", "second facteur demandé" },
	{ "must_change", "mot de passe provisoire" },
	{ "pending_gone", "délai dépassé" },
	{ "link_exists", "carte ou compte déjà lié" },
	{ "other_account", "autre compte connecté" },
	{ "backchannel", "fin de session chez le fournisseur" },
	{ "certificate", "certificat de remontée" },
	{ "secret", "secret de remontée" },
	{ "suspended", "remontée suspendue" },
	{ "scope", "établissement non déclaré" },
	{ "unknown", "remontée inconnue" },
	{ "access_denied", "abandon chez le fournisseur" },
	{ "provider_down", "fournisseur injoignable" },
	{ "provider_slow", "fournisseur trop lent" },
	{ "provider_error", "erreur du fournisseur" },
	{ "discovery", "description du fournisseur inutilisable" },
	{ "keys", "clés du fournisseur inutilisables" },
	{ "token_refused", "client refusé par le fournisseur" },
	{ "token_answer", "réponse du fournisseur illisible" },
	{ "answer_too_large", "réponse du fournisseur trop longue" },
	{ "userinfo_answer", "identité illisible" },
	{ "userinfo_sub", "identité d’une autre personne" },
	{ "state", "retour sans départ connu" },
	{ "response_iss", "réponse d’un autre fournisseur" },
	{ "code_missing", "retour sans code" },
	{ "acr", "niveau de garantie insuffisant" },
	{ "token_missing", "jeton absent" },
	{ "token_shape", "jeton illisible" },
	{ "alg", "jeton\u202f: algorithme" },
	{ "crit", "jeton\u202f: extension critique" },
	{ "embedded_key", "jeton\u202f: clé jointe" },
	{ "kid_missing", "jeton\u202f: clé non désignée" },
	{ "kid_unknown", "jeton\u202f: clé inconnue" },
	{ "signature", "jeton\u202f: signature" },
	{ "iss", "jeton\u202f: émetteur" },
	{ "aud", "jeton\u202f: destinataire" },
	{ "azp", "jeton\u202f: partie autorisée" },
	{ "sub_missing", "jeton\u202f: sujet absent" },
	{ "iat", "jeton\u202f: date d’émission" },
	{ "nonce", "jeton\u202f: nonce" },
	{ "events", "jeton\u202f: événement" },
	{ "jti_missing", "jeton\u202f: numéro absent" },
	{ "nonce_present", "jeton\u202f: nonce de trop" },
	{ "sid_missing", "jeton\u202f: session absente" },
};

static const struct word labels[] = {
	{ "after", "Après" }, { "before", "Avant" }, { "by", "Par" },
	{ "certificate", "Certificat" }, { "code", "Code" },
	{ "during", "Période" }, { "feed", "Remontée" },
	{ "from", "Depuis" }, { "id", "Numéro" },
	{ "invitation", "Invitation" }, { "key", "Clé" },
	{ "kind", "Contenu" }, { "label", "Libellé" },
	{ "lines", "Lignes" }, { "method", "Moyen" },
	{ "nature", "Nature" }, { "overlap_s", "Ancien secret valable (s)" },
	{ "places", "Lieux" }, { "profile", "Profil de lecture" },
	{ "reason", "Motif" }, { "region", "Région" },
	{ "role", "Rôle" }, { "scope", "Étendue" },
	{ "send", "Envoie des capacités" },
	{ "sites", "Établissements" }, { "slug", "Nom court" },
	{ "unit", "Unité" }, { "until", "Jusqu’à" },
	{ "version", "Version" },
	/* Rules of the purge. */
	{ "session", "Sessions" }, { "psc_state", "Départs vers le fournisseur" },
	{ "psc_pending", "Cartes non liées" }, { "reset_token", "Liens" },
	{ "mail_order", "Courriels" },
	{ "account_request", "Demandes de compte" },
	{ "upload", "Fichiers" },
	{ "audit_address", "Adresses du journal" },
	{ "account_close", "Comptes désactivés" },
	{ "account_forget", "Comptes anonymisés" },
};

static const struct word scopes[] = {
	{ "france", "France" }, { "region", "région" },
	{ "departement", "département" }, { "ej", "entité juridique" },
	{ "eg", "établissement" }, { "unit", "unité" },
};
static const struct word methods[] = {
	{ "ldap", "mot de passe" }, { "psc", "Pro Santé Connect" },
};
static const struct word yes_no[] = {
	{ "true", "oui" }, { "false", "non" },
};
static const struct word kinds[] = {
	{ "capacity", "capacités" }, { "closures", "fermetures" },
};

/* Which keys have values with words of their own. */
static const struct {
	const char		*key;
	const struct word	*v;
	size_t			 n;
} values[] = {
	{ "reason", reasons, N_ELEM(reasons) },
	{ "scope", scopes, N_ELEM(scopes) },
	{ "method", methods, N_ELEM(methods) },
	{ "kind", kinds, N_ELEM(kinds) },
	{ "send", yes_no, N_ELEM(yes_no) },
};

const char *
event_group_label(enum event_group g)
{
	return groups[g];
}

const struct event_word *
event_words(size_t *ret_n)
{
	*ret_n = N_ELEM(events);
	return events;
}

const struct event_word *
event_word(const char *code)
{
	size_t i;

	for (i = 0; i < N_ELEM(events); i++)
		if (strcmp(events[i].code, code) == 0)
			return &events[i];
	return NULL;
}

const struct word *
reason_words(size_t *ret_n)
{
	*ret_n = N_ELEM(reasons);
	return reasons;
}

static const char *
word_of(const struct word *v, size_t n, const char *code)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(v[i].code, code) == 0)
			return v[i].label;
	return code;
}

const char *
detail_label(const char *key)
{
	return word_of(labels, N_ELEM(labels), key);
}

const char *
detail_value(struct arena *a, const char *key, const char *value)
{
	size_t i;
	int r;

	if (strcmp(key, "role") == 0)
		for (r = 0; r < ROLE__MAX; r++)
			if (strcmp(role_name((enum role)r), value) == 0)
				return role_label((enum role)r);
	if (strcmp(key, "by") == 0)
		return arena_printf(a, "compte n° %s", value);
	for (i = 0; i < N_ELEM(values); i++)
		if (strcmp(values[i].key, key) == 0)
			return word_of(values[i].v, values[i].n, value);
	return value;
}
