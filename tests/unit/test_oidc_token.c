/* Tokens of an OpenID provider: the good one, and the hostile ones, each with
 * the word it is refused with. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/str.h"
#include "oidc/claims.h"
#include "oidc/keys.h"
#include "oidc/provider.h"
#include "tap.h"

#define NOW	1800000000
#define ISSUER	"https://op.example/realms/wallet"

static struct arena arena;
static EVP_PKEY *ours, *theirs;		/* the provider's key, an attacker's */
static struct keys keys;

static const char *
base64url(const void *p, size_t n)
{
	unsigned char *out = arena_alloc(&arena, 4 * (n / 3 + 1) + 1), *c;

	(void)EVP_EncodeBlock(out, p, (int)n);
	for (c = out; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	out[strcspn((char *)out, "=")] = '\0';
	return (const char *)out;
}

static const char *
bn_base64url(const EVP_PKEY *key, const char *name)
{
	unsigned char buf[1024];
	BIGNUM *bn = NULL;
	const char *out;

	(void)EVP_PKEY_get_bn_param(key, name, &bn);
	out = base64url(buf, (size_t)BN_bn2bin(bn, buf));
	BN_free(bn);
	return out;
}

static const char *
jwk(const EVP_PKEY *key, const char *kid, const char *rest)
{
	return arena_printf(&arena, "{\"kty\":\"RSA\",\"kid\":\"%s\","
	    "\"n\":\"%s\",\"e\":\"%s\"%s}", kid,
	    bn_base64url(key, OSSL_PKEY_PARAM_RSA_N),
	    bn_base64url(key, OSSL_PKEY_PARAM_RSA_E), rest);
}

static const char *
signature_rsa(EVP_PKEY *key, const char *text)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[512];
	size_t n = sizeof(sig);

	(void)EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key);
	(void)EVP_DigestSign(ctx, sig, &n, (const unsigned char *)text,
	    strlen(text));
	EVP_MD_CTX_free(ctx);
	return base64url(sig, n);
}

static const char *
signature_hmac(const char *secret, const char *text)
{
	unsigned char sig[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	(void)HMAC(EVP_sha256(), secret, (int)strlen(secret),
	    (const unsigned char *)text, strlen(text), sig, &n);
	return base64url(sig, n);
}

static const char *
unsigned_token(const char *header, const char *claims)
{
	return arena_printf(&arena, "%s.%s", base64url(header, strlen(header)),
	    base64url(claims, strlen(claims)));
}

static const char *
make(EVP_PKEY *key, const char *header, const char *claims)
{
	const char *text = unsigned_token(header, claims);

	return arena_printf(&arena, "%s.%s", text, signature_rsa(key, text));
}

#define HEADER	"{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}"
#define CLAIMS(iss, aud, exp, iat, nonce, acr, rest)			\
	"{\"iss\":" iss ",\"sub\":\"f:1:899700000001\",\"aud\":" aud	\
	",\"exp\":" exp ",\"iat\":" iat ",\"nonce\":" nonce		\
	",\"acr\":" acr rest "}"
#define I "\"" ISSUER "\""
#define A "\"ror\""
#define N "\"n-0S6\""
#define C "\"eidas1\""
#define EXP "1800000060"
#define IAT "1799999990"
#define GOOD	CLAIMS(I, A, EXP, IAT, N, C, "")

static enum oidc_reason
judge(const char *compact)
{
	const struct expected e = { .issuer = ISSUER, .client_id = "ror",
	    .nonce = "n-0S6", .acr_accepted = "eidas1 eidas2",
	    /* OpenID Connect Core, A.3: its code, its access token */
	    .at_hash = oidc_at_hash(&arena, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
	    .now_utc = NOW };
	enum oidc_reason why;
	struct token t;

	if ((why = token_read(&arena, compact, &t)) != OIDC_OK ||
	    (why = keys_verify(&keys, &t)) != OIDC_OK)
		return why;
	return claims_check_id(t.claims, &e);
}

static void
expect(const char *name, const char *compact, const char *want)
{
	IS(oidc_reason_name(judge(compact)), want, name);
}

/* Signed by the provider, and what it says decides. */
static void
claims_cases(void)
{
	static const struct { const char *name, *claims, *want; } v[] = {
		{ "the good one", GOOD, "ok" },
		{ "wrong issuer", CLAIMS("\"https://op.example/realms/other\"",
		    A, EXP, IAT, N, C, ""), "iss" },
		{ "issuer with a slash more", CLAIMS("\"" ISSUER "/\"", A, EXP,
		    IAT, N, C, ""), "iss" },
		{ "issuer that is no text", CLAIMS("[" I "]", A, EXP, IAT, N, C,
		    ""), "iss" },
		{ "for another client", CLAIMS(I, "\"other\"", EXP, IAT, N, C,
		    ""), "aud" },
		{ "for a client with a longer name", CLAIMS(I, "\"rorx\"", EXP,
		    IAT, N, C, ""), "aud" },
		{ "for nobody", CLAIMS(I, "[]", EXP, IAT, N, C, ""), "aud" },
		{ "for two others", CLAIMS(I, "[\"a\",\"b\"]", EXP, IAT, N, C,
		    ",\"azp\":\"ror\""), "aud" },
		{ "for us, in a list", CLAIMS(I, "[\"ror\"]", EXP, IAT, N, C,
		    ""), "ok" },
		{ "for two, without azp", CLAIMS(I, "[\"ror\",\"b\"]", EXP, IAT,
		    N, C, ""), "azp" },
		{ "for two, asked by the other", CLAIMS(I, "[\"ror\",\"b\"]",
		    EXP, IAT, N, C, ",\"azp\":\"b\""), "azp" },
		{ "for two, asked by us", CLAIMS(I, "[\"b\",\"ror\"]", EXP, IAT,
		    N, C, ",\"azp\":\"ror\""), "ok" },
		{ "for us, asked by another", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"azp\":\"b\""), "azp" },
		{ "azp that is null", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"azp\":null"), "azp" },
		{ "over for 31 s", CLAIMS(I, A, "1799999969", IAT, N, C, ""),
		    "expired" },
		{ "over for 29 s", CLAIMS(I, A, "1799999971", IAT, N, C, ""),
		    "ok" },
		{ "end as text", CLAIMS(I, A, "\"1800000060\"", IAT, N, C, ""),
		    "expired" },
		{ "end that is null", CLAIMS(I, A, "null", IAT, N, C, ""),
		    "expired" },
		{ "made in 31 s", CLAIMS(I, A, EXP, "1800000031", N, C, ""),
		    "iat" },
		{ "made in 29 s", CLAIMS(I, A, EXP, "1800000029", N, C, ""),
		    "ok" },
		{ "made 11 minutes ago", CLAIMS(I, A, EXP, "1799999340", N, C,
		    ""), "iat" },
		{ "made 10 minutes ago", CLAIMS(I, A, EXP, "1799999400", N, C,
		    ""), "ok" },
		{ "made at no time", CLAIMS(I, A, EXP, "null", N, C, ""),
		    "iat" },
		{ "nonce of another sign-in", CLAIMS(I, A, EXP, IAT,
		    "\"n-0S7\"", C, ""), "nonce" },
		{ "empty nonce", CLAIMS(I, A, EXP, IAT, "\"\"", C, ""),
		    "nonce" },
		{ "nonce that is a list", CLAIMS(I, A, EXP, IAT, "[" N "]", C,
		    ""), "nonce" },
		{ "weaker proof", CLAIMS(I, A, EXP, IAT, N, "\"eidas0\"", ""),
		    "acr" },
		{ "proof named by a part", CLAIMS(I, A, EXP, IAT, N,
		    "\"eidas\"", ""), "acr" },
		{ "proof named by both", CLAIMS(I, A, EXP, IAT, N,
		    "\"eidas1 eidas2\"", ""), "acr" },
		{ "empty proof", CLAIMS(I, A, EXP, IAT, N, "\"\"", ""), "acr" },
		{ "another accepted proof", CLAIMS(I, A, EXP, IAT, N,
		    "\"eidas2\"", ""), "ok" },
		{ "acr twice, as real ones have", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"acr\":\"eidas1\""), "ok" },
		{ "at_hash of this access token", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\""), "ok" },
		{ "at_hash of another", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RA\""), "at_hash" },
		{ "at_hash cut", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9R\""), "at_hash" },
		{ "at_hash that is null", CLAIMS(I, A, EXP, IAT, N, C,
		    ",\"at_hash\":null"), "at_hash" },
		{ "nothing", "{}", "iss" },
		{ "a list", "[]", "token_shape" },
		{ "a NUL in a claim", CLAIMS(I, A, EXP, IAT, "\"n-0S6\\u0000\"",
		    C, ""), "token_shape" },
		{ "nobody", "{\"iss\":" I ",\"aud\":\"ror\",\"exp\":" EXP
		    ",\"iat\":" IAT ",\"nonce\":" N ",\"acr\":" C "}",
		    "sub_missing" },
		{ "no nonce", "{\"iss\":" I ",\"sub\":\"s\",\"aud\":\"ror\","
		    "\"exp\":" EXP ",\"iat\":" IAT ",\"acr\":" C "}",
		    "nonce" },
	};
	size_t i;

	for (i = 0; i < N_ELEM(v); i++)
		expect(v[i].name, make(ours, HEADER, v[i].claims), v[i].want);
}

/* Good claims, and a header that tries something. */
static void
header_cases(void)
{
	static const struct { const char *name, *header, *want; } v[] = {
		{ "alg none", "{\"alg\":\"none\",\"kid\":\"k1\"}", "alg" },
		{ "alg NonE", "{\"alg\":\"NonE\",\"kid\":\"k1\"}", "alg" },
		{ "no alg", "{\"kid\":\"k1\"}", "alg" },
		{ "alg in lower case", "{\"alg\":\"rs256\",\"kid\":\"k1\"}",
		    "alg" },
		{ "PS256", "{\"alg\":\"PS256\",\"kid\":\"k1\"}", "alg" },
		{ "two algs", "{\"alg\":\"none\",\"alg\":\"RS256\","
		    "\"kid\":\"k1\"}", "token_shape" },
		{ "something critical", "{\"alg\":\"RS256\",\"kid\":\"k1\","
		    "\"crit\":[\"exp\"]}", "crit" },
		{ "nothing critical, said so", "{\"alg\":\"RS256\","
		    "\"kid\":\"k1\",\"crit\":[]}", "crit" },
		{ "no kid", "{\"alg\":\"RS256\"}", "kid_missing" },
		{ "empty kid", "{\"alg\":\"RS256\",\"kid\":\"\"}",
		    "kid_missing" },
		{ "kid that is a number", "{\"alg\":\"RS256\",\"kid\":1}",
		    "kid_missing" },
		{ "unknown kid", "{\"alg\":\"RS256\",\"kid\":\"k9\"}",
		    "kid_unknown" },
		{ "kid of the key for encryption", "{\"alg\":\"RS256\","
		    "\"kid\":\"enc\"}", "kid_unknown" },
		{ "kid of a short key", "{\"alg\":\"RS256\","
		    "\"kid\":\"short\"}", "kid_unknown" },
		{ "address of a key", "{\"alg\":\"RS256\",\"kid\":\"k1\","
		    "\"jku\":\"https://evil.example/\"}", "embedded_key" },
		{ "kid with two keys, the second signed", "{\"alg\":\"RS256\","
		    "\"kid\":\"twice\"}", "ok" },
	};
	size_t i;

	for (i = 0; i < N_ELEM(v); i++)
		expect(v[i].name, make(ours, v[i].header, GOOD), v[i].want);
}

static void
forgeries(void)
{
	const char *good = make(ours, HEADER, GOOD);
	const char *hs = unsigned_token("{\"alg\":\"HS256\",\"kid\":\"k1\"}",
	    GOOD);
	const char *none = unsigned_token("{\"alg\":\"none\"}", GOOD);
	const char *other = CLAIMS(I, A, EXP, IAT, N, C,
	    ",\"SubjectNameID\":\"admin\"");
	const char *text = unsigned_token(HEADER, other);
	char *bent = arena_strdup(&arena, good);

	expect("no signature at all", arena_printf(&arena, "%s.", none), "alg");
	expect("RS256 without signature", arena_printf(&arena, "%s.",
	    unsigned_token(HEADER, GOOD)), "signature");
	expect("HS256 with the public key", arena_printf(&arena, "%s.%s", hs,
	    signature_hmac(bn_base64url(ours, OSSL_PKEY_PARAM_RSA_N), hs)),
	    "alg");
	expect("HS256 with the client's secret", arena_printf(&arena, "%s.%s",
	    hs, signature_hmac("secret", hs)), "alg");
	expect("another key with the same kid", make(theirs, HEADER, GOOD),
	    "signature");
	expect("a key brought along", make(theirs, arena_printf(&arena,
	    "{\"alg\":\"RS256\",\"kid\":\"k1\",\"jwk\":%s}",
	    jwk(theirs, "k1", "")), GOOD), "embedded_key");
	expect("tampered claims", arena_printf(&arena, "%s%s", text,
	    strrchr(good, '.')), "signature");
	bent[strlen(bent) - 9] = bent[strlen(bent) - 9] == 'A' ? 'B' : 'A';
	expect("a bent signature", bent, "signature");
	expect("a cut signature", arena_strndup(&arena, good,
	    strlen(good) - 8), "signature");
}

static void
garbage(void)
{
	static const char *const v[] = { "", ".", "..", "...", "a", "a.b",
		"a.b.c", "e30.e30.", "garbage", "eyJhbGciOiJSUzI1NiJ9",
		"!!!.???.***", "e30=.e30=.AA", " e30.e30.AA" };
	const char *good = make(ours, HEADER, GOOD);
	char *huge = arena_alloc(&arena, TOKEN_BYTES_MAX + 2);
	size_t i;

	for (i = 0; i < N_ELEM(v); i++) {
		const char *want = strcmp(v[i], "e30.e30.") == 0 ? "alg" :
		    "token_shape";

		expect(v[i][0] == '\0' ? "garbage: nothing" :
		    arena_printf(&arena, "garbage: %s", v[i]), v[i], want);
	}
	expect("five parts", arena_printf(&arena, "%s.x.y", good),
	    "token_shape");
	expect("a line end in it", arena_printf(&arena, "%.20s\n%s", good,
	    good + 20), "token_shape");
	memset(huge, 'a', TOKEN_BYTES_MAX + 1);
	expect("too long", huge, "token_shape");
}

#define EVENT "\"http://schemas.openid.net/event/backchannel-logout\""
#define LOGOUT(events, rest)						\
	"{\"iss\":" I ",\"aud\":\"ror\",\"iat\":" IAT			\
	",\"events\":" events rest "}"

static void
logout_cases(void)
{
	static const struct { const char *name, *claims, *want; } v[] = {
		{ "logout of a session", LOGOUT("{" EVENT ":{}}",
		    ",\"jti\":\"j\",\"sid\":\"s\""), "ok" },
		{ "logout of a person", LOGOUT("{" EVENT ":{}}",
		    ",\"jti\":\"j\",\"sub\":\"s\""), "ok" },
		{ "logout of nobody", LOGOUT("{" EVENT ":{}}",
		    ",\"jti\":\"j\""), "sid_missing" },
		{ "logout with a nonce", LOGOUT("{" EVENT ":{}}",
		    ",\"jti\":\"j\",\"sid\":\"s\",\"nonce\":\"n\""),
		    "nonce_present" },
		{ "logout without name", LOGOUT("{" EVENT ":{}}",
		    ",\"sid\":\"s\""), "jti_missing" },
		{ "another event", LOGOUT("{\"x\":{}}",
		    ",\"jti\":\"j\",\"sid\":\"s\""), "events" },
		{ "event that is no object", LOGOUT("{" EVENT ":1}",
		    ",\"jti\":\"j\",\"sid\":\"s\""), "events" },
		{ "events as a list", LOGOUT("[" EVENT "]",
		    ",\"jti\":\"j\",\"sid\":\"s\""), "events" },
		{ "logout that is over", LOGOUT("{" EVENT ":{}}",
		    ",\"jti\":\"j\",\"sid\":\"s\",\"exp\":1799990000"),
		    "expired" },
		{ "an id_token", GOOD, "events" },
		{ "logout of another issuer", "{\"iss\":\"https://x.example\"}",
		    "iss" },
		{ "logout for another client", "{\"iss\":" I
		    ",\"aud\":\"b\"}", "aud" },
		{ "old logout", "{\"iss\":" I ",\"aud\":\"ror\","
		    "\"iat\":1799990000}", "iat" },
	};
	const struct expected e = { .issuer = ISSUER, .client_id = "ror",
	    .now_utc = NOW };
	size_t i;

	for (i = 0; i < N_ELEM(v); i++)
		IS(oidc_reason_name(claims_check_logout(token_json(&arena,
		    v[i].claims, strlen(v[i].claims)), &e)), v[i].want,
		    v[i].name);
}

static void
key_sets(void)
{
	static const char *const v[] = { "", "{}", "[]", "{\"keys\":[]}",
		"{\"keys\":{}}", "{\"keys\":[1,null,\"x\",{}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"}]}",
		"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAAA\"}]}" };
	struct keys none;
	size_t i;

	for (i = 0; i < N_ELEM(v); i++)
		IS(oidc_reason_name(keys_read(&arena, v[i], strlen(v[i]),
		    &none)), "keys", v[i][0] == '\0' ? "no text" : v[i]);
}

static void
identities(void)
{
	static const char userinfo[] = "{\"sub\":\"s1\",\"sid\":\"lie\","
	    "\"SubjectNameID\":\"899700000001\",\"given_name\":\"Anne\","
	    "\"family_name\":\"\",\"email\":3,\"acr\":1,\"acr\":2}";
	const struct json_t *claims = token_json(&arena, userinfo,
	    sizeof(userinfo) - 1);
	struct identity id = { .sub = "s1" };

	IS(oidc_reason_name(claims_check_userinfo(claims, "s1")), "ok",
	    "userinfo of the same person");
	IS(oidc_reason_name(claims_check_userinfo(claims, "s2")),
	    "userinfo_sub", "userinfo of another");
	claims_person(&arena, claims, &id);
	IS(id.name_id, "899700000001", "the number is read");
	IS(id.given_name, "Anne", "the first name too");
	OK(id.family_name == NULL && id.email == NULL,
	    "what is empty or no text is not said");
	OK(id.sid == NULL, "userinfo says nothing of sessions");
}

/* RFC 7636, appendix B; and an address made of parts. */
static void
addresses(void)
{
	struct provider p = { .client_id = "r o&r", .scope = "openid x",
	    .acr_values = "eidas1" };
	const struct authorization w = { .redirect_uri = "https://a/b?c=d",
	    .state = "st", .nonce = "no", .challenge = "ch" };

	IS(oidc_challenge(&arena, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "PKCE S256");
	p.url[EP_AUTHORIZATION] = "https://op.example/auth?x=1";
	IS(provider_authorization_url(&p, &arena, &w),
	    "https://op.example/auth?x=1&response_type=code&client_id=r%20o%26r"
	    "&redirect_uri=https%3A%2F%2Fa%2Fb%3Fc%3Dd&scope=openid%20x"
	    "&state=st&nonce=no&code_challenge=ch&code_challenge_method=S256"
	    "&acr_values=eidas1", "the address of a sign-in");
	IS(oidc_origin(&arena, "https://op.example:8443/a/b?c"),
	    "https://op.example:8443", "an origin");
	IS(oidc_origin(&arena, "https://op.example"), "https://op.example",
	    "an origin alone");
}

int
main(void)
{
	EVP_PKEY *shorter;
	const char *set;

	arena_init(&arena, 64 << 20);
	ours = EVP_RSA_gen(2048);
	theirs = EVP_RSA_gen(2048);
	shorter = EVP_RSA_gen(1024);
	set = arena_printf(&arena, "{\"keys\":[%s,%s,%s,%s,%s,%s]}",
	    jwk(ours, "enc", ",\"use\":\"enc\""),
	    jwk(ours, "k1", ",\"use\":\"sig\",\"alg\":\"RS256\""),
	    jwk(ours, "ps", ",\"alg\":\"PS256\""),
	    jwk(shorter, "short", ",\"use\":\"sig\""),
	    jwk(theirs, "twice", ""), jwk(ours, "twice", ""));
	IS(oidc_reason_name(keys_read(&arena, set, strlen(set), &keys)), "ok",
	    "a set of keys is read");
	OK(keys.n == 3, "three of its six keys may check RS256");
	claims_cases();
	header_cases();
	forgeries();
	garbage();
	logout_cases();
	key_sets();
	identities();
	addresses();
	arena_free(&arena);
	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	EVP_PKEY_free(shorter);
	return tap_done();
}
