# Pool.pm - one pool of ror-fcgi on a test's own PostgreSQL, stopped at the end.
#
#   my $pool = Pool->new($pg, pool => 'app', workers => 2);
#   my $r = $pool->web->get('/healthz');
#   my $me = $pool->sign_in('martin@example.fr', 'bed_manager:eg:910000017');
#   like($pool->log, qr/status=200/);
#
# sign_in() makes the account, its grants and a session in the database, past
# the directory: how one signs in has its own test.
package Pool;

use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Fcgi;

my %alive;
my $people = 0;

END { my $status = $?; $_->stop for values %alive; $? = $status }

sub new {
	my ($class, $pg, %arg) = @_;
	my $self = bless { pg => $pg, pool => $arg{pool} // 'app', owner => $$ },
	    $class;
	my $root = Cluster::root();
	my $dir = $self->{dir} = $pg->dir . "/run-$self->{pool}";
	mkdir $dir or die "$dir: $!";
	$self->{log_file} = "$dir/log";
	my $database = sprintf 'host=%s port=%d dbname=ror', $pg->dir, $pg->port;
	my %setting = (
		templates => "$root/build/templates",
		run_dir   => $dir,
		data_dir  => $dir,
		log_file  => $self->{log_file},
		database  => $database,
		"$self->{pool}_workers" => $arg{workers} // 2,
		%{ $arg{settings} // {} },
	);
	open my $conf, '>', "$dir/site.conf" or die $!;
	print {$conf} "$_ = $setting{$_}\n" for sort keys %setting;
	close $conf or die $!;
	my $program = $arg{program} // $ENV{ROR_FCGI} //
	    "$root/build/release/ror-fcgi";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', "$dir/out" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec $program, '-c', "$dir/site.conf", '-p', $self->{pool};
		die "$program: $!";
	}
	$self->{pid} = $pid;
	$alive{$pid} = $self;
	$self->wait_ready;
	return $self;
}

sub socket { return "$_[0]{dir}/$_[0]{pool}.sock" }
sub web { return Fcgi->new($_[0]->socket) }
sub pid { return $_[0]{pid} }

sub wait_ready {
	my ($self) = @_;
	my $path = $self->{pool} eq 'api' ? '/fhir/healthz' :
	    $self->{pool} eq 'auth' ? '/connexion' : '/healthz';
	my $give_up = time + 60;
	while (time < $give_up) {
		return if eval { $self->web->get($path)->{status} == 200 };
		# Without workers a request would wait for ever.
		last if (() = $self->log =~ /event=worker_start_failed/g) > 3;
		select undef, undef, undef, 0.1;
	}
	die "pool $self->{pool} does not answer:\n" . $self->log;
}

# What the programs wrote: the log, and what they said at start.
sub log {
	my ($self) = @_;
	my $text = '';
	for my $file ("$self->{dir}/out", $self->{log_file}) {
		open my $in, '<', $file or next;
		local $/;
		$text .= <$in> // '';
	}
	return $text;
}

# A browser signed in as somebody new with these grants, 'role:scope:code'.
sub sign_in {
	my ($self, $login, @grant) = @_;
	my $token = sha256_hex("token of $login");
	my $csrf = sprintf 'csrf%039d', ++$people;
	my $values = join ', ', map {
		my ($role, $scope, $code) = split /:/;
		"((SELECT id FROM auth.account WHERE login = '$login'), '$role', '$scope', '$code', " .
		    "tstzrange(now() - interval '1 day', NULL))"
	} @grant;
	$self->{pg}->psql("INSERT INTO auth.account (login, name) VALUES ('$login', 'Nom de $login')");
	$self->{pg}->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES $values")
	    if @grant;
	$self->{pg}->psql("INSERT INTO auth.session (token_sha256, account_id, csrf, method, "
	    . "must_change, created_at, last_seen_at) SELECT sha256(decode('$token', 'hex')), "
	    . "id, '$csrf', 'ldap', false, now(), now() FROM auth.account WHERE login = '$login'");
	return $self->web->as($token, $csrf);
}

sub stop {
	my ($self) = @_;
	return if $self->{owner} != $$ || !delete $alive{ $self->{pid} };
	kill TERM => $self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

sub DESTROY { local $?; $_[0]->stop; return }

1;
