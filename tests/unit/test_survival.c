/* The cookie for the survival pages is the one that nginx works out. */
#include "auth/survival.h"
#include "tap.h"

int
main(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	/* printf '%s' '1800086400 secret' | openssl md5 -binary |
	 * openssl base64 | tr +/ -_ | tr -d = */
	IS(survival_cookie(&a, "secret", 1800000000),
	    "ror_secours=UfxzpECtN30j5qBmyWkqew,1800086400; Path=/; Max-Age=86400; Secure; "
	    "HttpOnly; SameSite=Lax", "for a day");
	OK(survival_cookie(&a, "", 1800000000) == NULL, "none without a secret");
	OK(survival_cookie(&a, NULL, 1800000000) == NULL, "nor without any");
	arena_free(&a);
	return tap_done();
}
