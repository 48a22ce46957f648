# The product starts in a folder of its own, answers, and stops whole.
use strict;
use warnings;
use lib 'tests/integration/lib';
use Stand;
use Test::More;

my $stand = Stand->new;
my $r = $stand->get('/healthz');
is($r->{status}, 200, 'healthz answers');
is($r->{content}, qq({"status":"ok"}\n), 'and says ok');
like($r->{headers}{'content-security-policy'}, qr/default-src 'none'/, 'strict headers');
is($stand->get('/nulle-part')->{status}, 404, 'an unknown page');
$r = $stand->get('/accueil');
is($r->{status}, 303, 'a page for people sends nobody to sign in');
like($r->{headers}{location}, qr{^(https://[^/]+)?/connexion\?retour=%2Faccueil$}, 'and back');
is($stand->get('/connexion')->{status}, 200, 'the sign-in page');
# A server that this start does not have is null.
my %pids = %{ $stand->pids };
delete @pids{ grep { !defined $pids{$_} } keys %pids };
is(scalar(grep { kill 0, $_ } values %pids), 6, 'six servers run');
like($stand->log_text('fcgi'), qr{route=/accueil status=303}, 'logged with its pattern');
$stand->stop;
is(scalar(grep { kill 0, $_ } values %pids), 0, 'and none after the end');
done_testing;
