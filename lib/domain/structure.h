/* structure.h - one thing of the directory, and what lies around it.
 *
 * Source: dir.* versions of today; capacity from cap.current.
 * Owns: nothing; all in the arena of the db handle.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_STRUCTURE_H
#define DOMAIN_STRUCTURE_H

#include "base/clock.h"
#include "db/db.h"

enum { NODES_MAX = 4000 };

struct crumb {
	const char	*href;		/* id that /fiche/{id} takes */
	const char	*name;
};

struct structure {
	const char	*level;		/* EJ EG P S F UO L */
	const char	*name, *long_name;
	const char	*code;		/* of an internal organisation */
	const char	*finess;	/* EJ and EG only */
	const char	*category, *legal_status, *siret, *siren;
	char		**address;
	size_t		 n_address;
	const char	*postcode, *locality, *departement;
	const char	*phone, *mail;
	double		 lat, lon;	/* degrees, when quality > 0 */
	int		 quality;	/* 1 good .. 3 poor, 0: no position */
	bool		 name_deduced;
	const char	*unit_type, *field, *care_mode, *conditions;
	char		**activities;
	size_t		 n_activities;
	bool		 sensitive;
	bool		 favourite;	/* of the account that asks */
	bool		 may_read_past;	/* it may, of a place */
	bool		 may_close;	/* it may, of a unit */
	bool		 closed;
	int32_t		 closed_day;	/* when closed */
	int64_t		 site_id;	/* -1: none */
	int64_t		 ej_id;		/* -1: none */
	struct crumb	*crumbs;	/* from the legal entity down */
	size_t		 n_crumbs;
};

/* A line of the tree, and for a place (level L) what it holds. */
struct node {
	const char	*level;
	int64_t		 id, parent_id;	/* structures; -1: none */
	const char	*href, *name;
	char		**units;	/* of a place: unit ids, lead first */
	size_t		 n_units;
	const char	*nature;	/* "01" beds, "02" places, "04" rooms */
	const char	*category;
	bool		 subset;	/* inside another place: never in totals */
	const char	*locked;	/* reason of total unavailability or NULL */
	int64_t		 installed, closed, available, suppl;	/* -1: unknown */
	bool		 expired;	/* the availability is past its limit */
	int64_t		 touched_utc;	/* -1: never */
	const char	*source;
	const char	*phone;
};

struct nodes {
	struct node	*v;		/* at most NODES_MAX */
	size_t		 n;
};

/* Places and natures of one site of a legal entity. */
struct site_total {
	const char	*finess, *name, *commune, *nature;
	int64_t		 places, reporting;
	int64_t		 installed, available;		/* -1: unknown */
};

struct site_totals {
	struct site_total	*v;
	size_t			 n;
};

/* The thing that thing names: a FINESS number, or p12 s3 f4 u56 l78.
 * ST_NOTFOUND: never existed; a closed one is found, with closed set. */
enum status structure_get(struct db *, const char *thing,
	    int64_t account_id, struct structure *ret) MUST_CHECK;

/* The tree and the places of its site; at: what has expired. */
enum status structure_nodes(struct db *, const struct structure *,
	    int64_t at_utc, struct nodes *ret) MUST_CHECK;

/* Sites of a legal entity: shared places once, subsets left out. */
enum status structure_sites(struct db *, const char *ej_finess,
	    int64_t at_utc, struct site_totals *ret) MUST_CHECK;

#endif
