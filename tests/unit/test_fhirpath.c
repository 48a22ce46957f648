/* Paths of a feed: what they mean, and what is none. */
#include <stdlib.h>
#include <string.h>

#include "api/fhirpath.h"
#include "tap.h"

#define CAP	"Location.extension.where(url='" CAPACITY_URL "')"
#define C(name, code) "extension.where(url = '" name \
	"' and valueCodeableConcept.coding.code = '" code "')"

static const struct {
	const char	*path;
	enum status	 st;
	const char	*tuple;		/* of the criteria; NULL: none */
	enum fhirpath_leaf leaf;
} rows[] = {
	{ "Location", ST_OK, NULL, LEAF_NONE },
	{ "Location.extension", ST_OK, NULL, LEAF_NONE },
	{ CAP, ST_OK, NULL, LEAF_NONE },
	{ "Location.extension('" CAPACITY_URL "')", ST_OK, NULL, LEAF_NONE },
	{ CAP ".where(" C("capacityStatus", "02") " and "
	  C("temporalityCapacity", "01") " and "
	  C("genderCapacityAvailable", "03") " and "
	  C("temporaryAssignement", "01") ")", ST_OK, "02/01/04/-/-/-",
	  LEAF_NONE },
	{ "Location.extension.where(url=\"" CAPACITY_URL "\" and "
	  "extension('capacityStatus').value.coding.where(system='x' and "
	  "code='05').exists() and extension.where(url='capacityClosingType' "
	  "and value.ofType(CodeableConcept).coding.code='02').exists())",
	  ST_OK, "05/01/-/02/-/-", LEAF_NONE },
	{ CAP ".where((" C("capacityStatus", "06") " and ("
	  C("additionalBedType", "02") ")) and " C("crisisType", "01") ")",
	  ST_OK, "06/01/-/-/02/01", LEAF_NONE },
	{ CAP ".where(" C("capacityStatus", "02") ").where("
	  C("temporalityCapacity", "05") ")", ST_OK, "02/05/-/-/-/-",
	  LEAF_NONE },
	{ CAP ".where(" C("capacityStatus", "01") ")"
	  ".extension.where(url='nbCapacity').value", ST_OK, "01/01/-/-/-/-",
	  LEAF_NUMBER },
	{ CAP ".where(" C("capacityStatus", "01") ")"
	  ".extension('capacityUpdateDate').valueDateTime", ST_OK,
	  "01/01/-/-/-/-", LEAF_DATE },
	{ "Location.name", ST_NOTFOUND, NULL, LEAF_NONE },
	{ "Patient.extension", ST_NOTFOUND, NULL, LEAF_NONE },
	{ "Location.extension.where(url='http://other')", ST_NOTFOUND, NULL,
	  LEAF_NONE },
	{ CAP ".url", ST_NOTFOUND, NULL, LEAF_NONE },
	{ CAP ".extension.where(url='capacityStatus').value", ST_NOTFOUND,
	  NULL, LEAF_NONE },
	{ "", ST_INPUT, NULL, LEAF_NONE },
	{ "=", ST_INPUT, NULL, LEAF_NONE },
	{ "Location.", ST_NOTFOUND, NULL, LEAF_NONE },
	{ "Location.extension.where(", ST_INPUT, NULL, LEAF_NONE },
	{ "Location.extension.where(url='x", ST_INPUT, NULL, LEAF_NONE },
	{ "Location.extension.where(url='x') or true", ST_NOTFOUND, NULL,
	  LEAF_NONE },
	{ CAP " or true", ST_INPUT, NULL, LEAF_NONE },
	{ CAP ".where(" C("other", "01") ")", ST_INPUT, NULL, LEAF_NONE },
	{ CAP ".where(" C("capacityStatus", "01") " and "
	  C("capacityStatus", "02") ")", ST_INPUT, NULL, LEAF_NONE },
	{ CAP ".where(" C("capacityStatus", "01") " or "
	  C("capacityStatus", "02") ")", ST_INPUT, NULL, LEAF_NONE },
	{ CAP ".where(extension.where(url='capacityStatus'))", ST_INPUT, NULL,
	  LEAF_NONE },
};

static void
test_rows(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(rows); i++) {
		struct fault f = { "" };
		struct fhirpath p = { .leaf = LEAF_NONE };
		enum status st = fhirpath_parse(a, rows[i].path, &f, &p);

		OK(st == rows[i].st, rows[i].path);
		if (st != ST_OK || rows[i].st != ST_OK)
			continue;
		OK(p.leaf == rows[i].leaf, "its leaf");
		OK(p.has_criteria == (rows[i].tuple != NULL), "its criteria");
		if (rows[i].tuple != NULL)
			IS(feed_tuple(a, p.code), rows[i].tuple,
			    rows[i].tuple);
	}
}

/* 10,000 brackets are refused by the count, not by the stack. */
static void
test_deep(struct arena *a)
{
	enum { DEEP = 3000 };
	char text[DEEP + 64] = "Location.extension.where(";
	struct fault f = { "" };
	struct fhirpath p;
	size_t n = strlen(text);

	memset(text + n, '(', DEEP);
	OK(fhirpath_parse(a, text, &f, &p) == ST_INPUT, "deep brackets");
	OK(strstr(f.text, "nesting") != NULL, "for that reason");
}

static const struct { const char *text; int valid; } instants[] = {
	{ "2025-02-26T15:17:33Z", 1 }, { "2025-02-26T15:17:33.5+01:00", 1 },
	{ "2024-02-29T00:00:00-03:30", 1 }, { "2025-02-26", 0 },
	{ "2025-02-26T15:17:33", 0 }, { "2025-02-30T15:17:33Z", 0 },
	{ "2025-02-26T24:00:00Z", 0 }, { "2025-02-26T15:60:00Z", 0 },
	{ "2025-02-26T15:17:33.Z", 0 }, { "2025-02-26T15:17:33+1:00", 0 },
	{ "2025-02-26T15:17:33+01:00 ", 0 }, { "2025-02-26 15:17:33Z", 0 },
	{ "2025-02-26T15:17:33.1234567890Z", 0 }, { "", 0 },
	{ "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa5-02-26T15:17:33Z", 0 },
	{ "0001-01-01T00:00:00Z", 0 }, { "2025-02-26T15:17:33+15:00", 0 },
};

static void
test_instants(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(instants); i++)
		OK((feed_instant(a, instants[i].text) != NULL) ==
		    instants[i].valid, instants[i].text);
}

static void
test_tuples(struct arena *a)
{
	const char *codes[FEED_CODE__MAX] = { [FEED_STATUS] = "02",
	    [FEED_HORIZON] = "03", [FEED_GENDER] = "04" };

	IS(feed_tuple(a, codes), "02/03/-/-/-/-", "a forecast has no gender");
	codes[FEED_GENDER] = "01";
	IS(feed_tuple(a, codes), "02/03/01/-/-/-", "but women are women");
	codes[FEED_STATUS] = "02/01";
	IS(feed_tuple(a, codes), "?/03/01/-/-/-", "a code can't be several");
	IS(feed_assignment(codes), "01", "no assignment");
	codes[FEED_ASSIGNMENT] = "x";
	IS(feed_assignment(codes), "?", "an assignment that is no code");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 16 << 20);
	test_rows(&a);
	test_deep(&a);
	test_instants(&a);
	test_tuples(&a);
	arena_free(&a);
	return tap_done();
}
