# timing.pl - see timing.sh.
use strict;
use warnings;
use List::Util qw(max min shuffle);
use Time::HiRes qw(time);
use Cluster;
use Mailbox;
use Pool;
use Slapd;

my $password = 'Juste-Mot-2026';
my $tries = $ENV{TRIES} // 150;
my @people = map { "$_\@ror.example" } qw(alice emma), map { "p$_" } 1 .. 4;
my ($alice, $emma) = @people;
my $pg = Cluster->new;
my $ldap = Slapd->new($pg->dir . '/ldap', join '', map { "$_;N;$password;clinician;france;FR;0;\n" } @people);
$pg->psql("INSERT INTO auth.account (login, name) VALUES ('$_', 'N')") for @people;
$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code) SELECT a.id, 'clinician', 'france', 'FR' FROM auth.account AS a");
my $box = Mailbox->new($pg->dir);
my $auth = Pool->new($pg, pool => 'auth', workers => 4, settings => { $ldap->settings, $box->settings });
my $app = Pool->new($pg, pool => 'app', workers => 1);

sub sign_in { return $auth->web->post('/auth/connexion', { identifiant => $_[0], mot_de_passe => $_[1] }) }

sub took {
	my ($work) = @_;
	my $from = time;
	$work->();
	return 1000 * (time - $from);
}

sub percentile {
	my ($p, @v) = @_;
	@v = sort { $a <=> $b } @v;
	return $v[min($#v, int($p * @v))];
}

# Mann-Whitney: how many standard deviations the rank sum is from even.
sub z_score {
	my ($x, $y) = @_;
	my @all = sort { $a->[0] <=> $b->[0] } map({ [$_, 0] } @$x), map { [$_, 1] } @$y;
	my $sum = 0;
	$all[$_][1] == 0 and $sum += $_ + 1 for 0 .. $#all;
	my ($n, $m) = (scalar @$x, scalar @$y);
	return ($sum - $n * ($n + $m + 1) / 2) / sqrt($n * $m * ($n + $m + 1) / 12);
}

sub line {
	my ($key, $ratio, $median, $p99, $n) = @_;
	printf qq({"key": "%s", "ratio": %.3f, "median": %.3f, "p99": %.3f, "n": %d}\n), $key, $ratio, $median, $p99, $n;
	return;
}

# Each kind once a round, in another order every time.  A right password
# between keeps the account from being locked.
sub in_turn {
	my (%kind) = @_;
	my %ms;
	for (1 .. $tries) {
		for my $name (shuffle keys %kind) {
			push @{ $ms{$name} }, took($kind{$name});
		}
		sign_in($alice, $password);
	}
	my @names = sort keys %ms;
	my $z = 0;
	for my $i (0 .. $#names) {
		$z = max($z, abs z_score(@ms{ @names[$i, $_] })) for $i + 1 .. $#names;
	}
	printf STDERR "%s: median %.2f ms, p99 %.2f ms\n", $_, percentile(0.5, @{ $ms{$_} }), percentile(0.99, @{ $ms{$_} }) for @names;
	return ($z, \%ms);
}

sign_in($emma, "faux $_") for 1 .. 6;
my $n = 0;
my ($z, $ms) = in_turn(
	unknown => sub { sign_in('personne' . ++$n . '@ror.example', 'faux mot de passe') },
	wrong   => sub { sign_in($alice, 'faux mot de passe') },
	locked  => sub { sign_in($emma, 'faux mot de passe') });
line('timing_sign_in', $z, percentile(0.5, @{ $ms->{wrong} }), percentile(0.99, @{ $ms->{wrong} }), $tries);
my $wrong = percentile(0.5, @{ $ms->{wrong} });

sub forget { return $auth->web->post('/auth/oubli', { identifiant => $_[0] }) }
($z, $ms) = in_turn(
	known   => sub { forget($emma) },
	unknown => sub { forget('personne@ror.example') });
line('timing_forgot', $z, percentile(0.5, @{ $ms->{known} }), percentile(0.99, @{ $ms->{known} }), $tries);

# Four at once do it as fast as they can: how often a second, all of them.
my $span = $ENV{LOGIN_S} // 6;
sub rate {
	my ($work) = @_;
	my @counts;
	for my $who (@people[2 .. 5]) {
		my $pid = open my $from, '-|';
		defined $pid or die $!;
		if (!$pid) {
			my ($count, $end) = (0, time + $span);
			while (time < $end) { $work->($who) and $count++ }
			print "$count\n";
			close STDOUT;
			require POSIX;
			POSIX::_exit(0);
		}
		push @counts, $from;
	}
	my $done = 0;
	$done += readline $_ for @counts;
	return $done / $span;
}
# The anchor: the same directory over StartTLS, one bind by a program that does
# nothing else; starting it is part of it.
my %ldap = $ldap->settings;
my $password_file = $pg->dir . '/password';
open my $out, '>', $password_file or die $!;
print {$out} $password;
close $out or die $!;
sub bare {
	my ($who) = @_;
	(my $uid = $who) =~ s/@.*//;
	return system("LDAPTLS_CACERT=$ldap{ldap_ca} exec ldapsearch -LLL -ZZ -x -H $ldap{ldap_uri} -D 'uid=$uid,$ldap{ldap_base}' "
	    . "-y $password_file -b '' -s base 1.1 >/dev/null 2>&1") == 0;
}
bare($alice) or die 'ldapsearch does not bind';
my (@ours, @theirs);
for (1 .. $ENV{LOGIN_ROUNDS} // 3) {
	push @ours, rate(sub { sign_in($_[0], $password)->{status} == 303 });
	push @theirs, rate(\&bare);
	printf STDERR "logins: ours %.1f/s, ldapsearch %.1f/s\n", $ours[-1], $theirs[-1];
}
my $median = percentile(0.5, @ours);
line('logins', percentile(0.5, map { $ours[$_] / $theirs[$_] } 0 .. $#ours), $median, $wrong, scalar @ours);

# The same answer, from nobody and from somebody.
my $checks = $ENV{CHECKS} // 3000;
my $me = $app->sign_in('bench@ror.example', 'clinician:france:FR');
my (%us, %web);
%web = (none => $app->web, some => $me);
for (1 .. $checks) {
	for my $name (shuffle keys %web) {
		push @{ $us{$name} }, 1000 * took(sub { $web{$name}->get('/healthz') });
	}
}
my ($none, $some) = map { percentile(0.5, @{ $us{$_} }) } qw(none some);
line('session_check', $some / $none, $some - $none, percentile(0.99, @{ $us{some} }), $checks);
