/* fhirpath.h - the paths by which a feed means a capacity of a place.
 *
 * Not FHIRPath: the few forms of it that name the extension of capacities, its
 * criteria, and a figure or date inside.  The published examples' and the
 * strict ones, with or without spaces:
 *	Location.extension.where(url='…supported-capacity')
 *	  .where(extension.where(url = 'capacityStatus' and
 *	    valueCodeableConcept.coding.code = '02') and extension.where(…))
 *	  .where(url='…' and extension('capacityStatus').value.coding
 *	    .where(code = '02').exists())
 *	  .extension.where(url='nbCapacity').value
 *	Location, Location.extension
 * Cost: one pass; nesting is limited.
 * Layer: fcgi/api.  May include: lib, fcgi.
 */
#ifndef FCGI_API_FHIRPATH_H
#define FCGI_API_FHIRPATH_H

#include "domain/feed.h"

#define CAPACITY_URL	"https://interop.esante.gouv.fr/ig/fhir/ror/" \
	"StructureDefinition/ror-location-supported-capacity"

enum fhirpath_leaf { LEAF_NONE, LEAF_NUMBER, LEAF_DATE };

struct fhirpath {
	const char		*code[FEED_CODE__MAX];	/* the criteria */
	bool			 has_criteria;
	enum fhirpath_leaf	 leaf;
};

/* The code that an attribute of the extension holds ("capacityStatus"), -1
 * when it is none of them. */
int	 capacity_attribute(const char *name);
const char *capacity_attribute_name(enum feed_code);

/* ST_INPUT: not a path of these forms; the reason and its offset are in the
 * fault.  ST_NOTFOUND: well formed, but of something else than a capacity. */
enum status fhirpath_parse(struct arena *, const char *text,
	    struct fault *, struct fhirpath *ret) MUST_CHECK;

#endif
