#include "auth/new_password.h"

#include <string.h>

const char *
new_password_typed(const struct request *rq, const char **ret)
{
	const char *fresh = request_form(rq, "nouveau");
	const char *again = request_form(rq, "encore");

	if (fresh == NULL || fresh[0] == '\0')
		return "Indiquez le nouveau mot de passe.";
	if (strlen(fresh) > DIRECTORY_PASSWORD_MAX)
		return "Ce mot de passe est trop long\u202f: 256 caractères "
		    "au plus.";
	if (again == NULL || strcmp(fresh, again) != 0)
		return "Les deux saisies du nouveau mot de passe diffèrent. "
		    "Saisissez-le deux fois à l’identique.";
	*ret = fresh;
	return NULL;
}

const char *
change_words(enum password_change c)
{
	static const char *const words[CHANGE__MAX] = {
		[CHANGE_OLD_BAD] = "L’ancien mot de passe est incorrect, ou "
		    "le compte est bloqué après plusieurs refus. Vérifiez "
		    "votre saisie\u202f; si le refus persiste, attendez un "
		    "quart d’heure ou appelez le support.",
		[CHANGE_SHORT] = "Ce mot de passe est trop court\u202f: "
		    "choisissez-en un d’au moins 12 caractères. Une phrase "
		    "de quelques mots convient bien.",
		[CHANGE_QUALITY] = "L’annuaire refuse ce mot de passe, trop "
		    "simple. Allongez-le et mélangez des mots, des chiffres "
		    "et des signes.",
		[CHANGE_HISTORY] = "Vous avez déjà utilisé ce mot de passe. "
		    "Choisissez-en un que vous n’avez pas encore eu.",
		[CHANGE_YOUNG] = "Votre mot de passe vient déjà d’être "
		    "changé\u202f; l’annuaire demande d’attendre avant de le "
		    "changer encore. Réessayez demain.",
		[CHANGE_DENIED] = "Ce mot de passe ne se change pas ici. "
		    "Adressez-vous au service informatique de votre "
		    "établissement, ou appelez le support.",
		[CHANGE_UNKNOWN] = "L’annuaire ne connaît plus votre adresse. "
		    "Appelez le support.",
	};

	return words[c];
}
