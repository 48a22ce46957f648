# Stand.pm - the whole product for one test: own folder, own port block, all
# servers stopped at the end, also when the test dies.
#
#   use lib 'tests/integration/lib';
#   my $stand = Stand->new(data => 'none', sql => $fixture);
#   my $r = $stand->get('/disponibilites?region=11', as => $session);
#   is($r->{status}, 200);
#   my $session = $stand->session('camille.martin@demo.ror.example');
#   my $r = $stand->post('/capacitaire/l1', { inst => 10 }, as => $session);
#
# session() writes a row of auth.session, so that a test of pages needs no
# directory; sign_in() goes through POST /auth/connexion like a person.
# new() takes: data => none|region, sql => text run after the load,
# env => { APP_WORKERS => 4 }, psc => 1 (with the simulated OpenID provider).
package Stand;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(remove_tree);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(WNOHANG);

my $root = abs_path(dirname(__FILE__) . '/../../..');
my %alive;

$SIG{$_} //= sub { exit 1 } for qw(INT TERM HUP);
END { my $status = $?; $_->stop for values %alive; $? = $status }

sub free_block {
	for my $try (1 .. 200) {
		my $port = 20000 + 10 * int(rand 2500);
		my @s = map {
			IO::Socket::INET->new(LocalAddr => '127.0.0.1',
			    LocalPort => $port + $_, Listen => 1)
		} 0 .. 3;
		next if grep { !$_ } @s;
		$_->close for @s;
		return $port;
	}
	die 'no free block of ports';
}

sub new {
	my ($class, %arg) = @_;
	my $dir = tempdir('rorXXXXXX', DIR => '/tmp', CLEANUP => 0);
	chmod 0755, $dir;
	my $self = bless { dir => $dir, owner => $$, port => free_block() }, $class;
	local %ENV = (%ENV, VAR => "$dir/v", PORT => $self->{port},
	    BUILD => $ENV{ROR_BUILD} // "$root/build/release",
	    %{ $arg{env} // {} });
	$self->{pid} = fork // die "fork: $!";
	if (!$self->{pid}) {
		open STDOUT, '>', "$dir/stand.log";
		open STDERR, '>&', \*STDOUT;
		exec "$root/tests/stand/stand.sh", '--data', $arg{data} // 'none',
		    '--no-simulator', '--fast', $arg{psc} ? '--psc' : ();
	}
	$alive{$dir} = $self;
	$self->wait_ready;
	$self->psql($arg{sql}) if defined $arg{sql};
	return $self;
}

sub wait_ready {
	my ($self) = @_;
	my $file = "$self->{dir}/v/ready.json";
	for (1 .. 3000) {
		last if -s $file;
		die "the stand ended:\n" . slurp("$self->{dir}/stand.log")
		    if waitpid($self->{pid}, WNOHANG) != 0;
		select undef, undef, undef, 0.1;
	}
	$self->{ready} = decode_json(slurp($file));
	$self->{url} = $self->{ready}{url};
	$self->{http} = HTTP::Tiny->new(verify_SSL => 0, max_redirect => 0,
	    timeout => 15, keep_alive => 0);
}

sub var  { return "$_[0]{dir}/v" }
sub url  { return $_[0]{url} }
sub pids { return $_[0]{ready}{pids} }
sub log_text { return slurp($_[0]->var . "/log/$_[1].log") }
sub accounts { return @{ $_[0]{ready}{accounts} } }

sub slurp {
	my ($file) = @_;
	open my $fh, '<:raw', $file or return '';
	local $/;
	return scalar <$fh>;
}

# Run SQL as the superuser of the private cluster; the last result as text.
sub psql {
	my ($self, $sql, %arg) = @_;
	my $run = $self->{ready}{postgres} =~ /host=(\S+)/ ? $1 : die;
	my $user = $arg{user} // 'postgres';
	open my $fh, '-|', 'sh', '-c', 'psql -XqAt -v ON_ERROR_STOP=1 -d ror -h "$1" -U "$2" -c "$3" 2>&1',
	    'sh', $run, $user, $sql or die "psql: $!";
	local $/;
	my $out = <$fh> // '';
	close $fh;
	die "psql: $out" if $? && !$arg{may_fail};
	$out =~ s{\n\z}{};
	return $out;
}

# A session without the directory: { token, csrf }.
sub session {
	my ($self, $login) = @_;
	my $token = join '', map { sprintf '%02x', rand 256 } 1 .. 32;
	my $csrf = join '', map { ('a' .. 'z')[rand 26] } 1 .. 43;
	my $n = $self->psql("INSERT INTO auth.session (token_sha256, account_id, csrf,"
	    . " method, must_change, created_at, last_seen_at)"
	    . " SELECT sha256(decode('$token', 'hex')), a.id, '$csrf', 'ldap', false, now(), now()"
	    . " FROM auth.account AS a WHERE a.login = '$login' RETURNING account_id");
	die "no account $login" if $n eq '';
	return { token => $token, csrf => $csrf };
}

sub sign_in {
	my ($self, $login, $password) = @_;
	my $r = $self->post('/auth/connexion',
	    { identifiant => $login, mot_de_passe => $password, retour => '/accueil' });
	my ($cookie) = grep { /^__Host-ror=/ } as_list($r->{headers}{'set-cookie'});
	return undef if !$cookie;
	my ($token) = $cookie =~ /=([0-9a-f]{64})/;
	my $csrf = $self->psql("SELECT csrf FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))");
	return { token => $token, csrf => $csrf };
}

sub as_list { my ($v) = @_; return ref $v ? @$v : defined $v ? ($v) : () }

sub request {
	my ($self, $method, $path, %arg) = @_;
	my %headers = %{ $arg{headers} // {} };
	$headers{cookie} = join '; ', grep { defined }
	    ($arg{as} ? "__Host-ror=$arg{as}{token}" : undef), $arg{cookie};
	delete $headers{cookie} if $headers{cookie} eq '';
	return $self->{http}->request($method, $self->{url} . $path,
	    { headers => \%headers, defined $arg{content} ? (content => $arg{content}) : () });
}

sub get { my ($self, $path, %arg) = @_; return $self->request('GET', $path, %arg) }

# A form from our own page: Origin and jeton as a browser sends them.
sub post {
	my ($self, $path, $form, %arg) = @_;
	my %f = %$form;
	$f{jeton} //= $arg{as}{csrf} if $arg{as};
	return $self->request('POST', $path, %arg,
	    headers => { origin => $self->{url},
	        'content-type' => 'application/x-www-form-urlencoded',
	        %{ $arg{headers} // {} } },
	    content => $self->{http}->www_form_urlencode(\%f));
}

sub stop {
	my ($self) = @_;
	return if $self->{owner} != $$ || !delete $alive{ $self->{dir} };
	kill TERM => $self->{pid};
	waitpid $self->{pid}, 0;
	remove_tree($self->{dir}) if !$ENV{ROR_KEEP};
}

1;
