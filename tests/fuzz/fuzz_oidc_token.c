/* Tokens and key sets that anybody may send: read without harm, and never
 * believed without a signature. */
#include <stdlib.h>
#include <string.h>

#include "oidc/claims.h"
#include "oidc/keys.h"

int	 LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* As claims that had a good signature. */
static void
judge(struct arena *a, const struct json_t *claims)
{
	const struct expected e = { .issuer = "https://op.example",
	    .client_id = "ror", .nonce = "n", .acr_accepted = "eidas1",
	    .now_utc = 1800000000 };
	struct identity id = { .sub = NULL };

	if (claims_check_id(claims, &e) == OIDC_OK) {
		claims_subject(a, claims, &id);
		if (id.sub == NULL || strcmp(id.iss, e.issuer) != 0)
			abort();
	}
	(void)!claims_check_logout(claims, &e);
	claims_person(a, claims, &id);
	if (id.email != NULL && strlen(id.email) > CLAIM_TEXT_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena a;
	struct token t;
	struct keys ks = { .n = 0 };
	char *text;

	arena_init(&a, 64 << 20);
	text = arena_strndup(&a, (const char *)data, n);
	if (token_read(&a, text, &t) == OIDC_OK) {
		if (t.kid[0] == '\0' || keys_verify(&ks, &t) != OIDC_KID)
			abort();
		judge(&a, t.claims);
	}
	if (token_json(&a, text, strlen(text)) != NULL)
		judge(&a, token_json(&a, text, strlen(text)));
	(void)!keys_read(&a, text, strlen(text), &ks);
	arena_free(&a);
	return 0;
}
