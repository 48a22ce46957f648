# Fcgi.pm - ask a FastCGI pool over its Unix socket, as nginx would.
#
#   my $web = Fcgi->new("$run/app.sock", url => 'https://localhost:8443');
#   my $me = $web->as($token, $csrf);       # a signed-in browser
#   my $r = $me->get('/accueil');
#   is($r->{status}, 200); like($r->{body}, qr/Bienvenue/);
#   $r = $me->post('/favoris', { chose => 'l78', favori => 1 });   # jeton added
#   $r = $me->get('/capacitaire/lits?format=json',
#       headers => { Accept => 'application/json' });
#
# An answer is { status, headers => { name in lower case => value }, body,
# cookies => [ each Set-Cookie ], raw }; body is bytes, body_text characters.
# Fields of post() may be a hash (sorted), a list of pairs (sent as they are)
# or a string (the body itself).
package Fcgi;

use strict;
use warnings;
use Encode qw(decode encode);
use IO::Socket::UNIX;
use Socket qw(SOCK_STREAM);

use constant { OPEN => 1, PARAMS => 4, STDIN_ => 5, STDOUT_ => 6,
    WAIT_S => 20 };

sub new {
	my ($class, $socket, %arg) = @_;
	return bless { socket => $socket, url => 'https://localhost:8443', %arg },
	    $class;
}

# The same pool, asked by the browser that holds this session.
sub as {
	my ($self, $token, $csrf) = @_;
	return bless { %$self, token => $token, csrf => $csrf }, ref $self;
}

sub get {
	my ($self, $target, %arg) = @_;
	return $self->ask('GET', $target, '', %arg);
}

sub post {
	my ($self, $target, $fields, %arg) = @_;
	my $body = $fields // '';
	if (ref $fields eq 'HASH') {
		my %all = ($self->{csrf} ? (jeton => $self->{csrf}) : (), %$fields);
		$body = form(map { $_ => $all{$_} }
		    grep { defined $all{$_} } sort keys %all);
	} elsif (ref $fields eq 'ARRAY') {
		$body = form(@$fields);
	}
	return $self->ask('POST', $target, $body, %arg);
}

sub form {
	my @pair = @_;
	my @out;
	while (my ($name, $value) = splice @pair, 0, 2) {
		push @out, join '=', map { escape($_) } $name, $value;
	}
	return join '&', @out;
}

sub escape {
	my ($text) = @_;
	$text = encode('UTF-8', $text) if utf8::is_utf8($text);
	$text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
	return $text;
}

sub ask {
	my ($self, $method, $target, $body, %arg) = @_;
	my ($path, $query) = split /\?/, $target, 2;
	my %param = (
		REQUEST_METHOD      => $method,
		DOCUMENT_URI        => $path,
		QUERY_STRING        => $query // '',
		REMOTE_ADDR         => '127.0.0.1',
		HTTP_ORIGIN         => $self->{url},
		HTTP_SEC_FETCH_SITE => 'same-origin',
	);
	if ($method ne 'GET') {
		$param{CONTENT_LENGTH} = length $body;
		$param{CONTENT_TYPE} = 'application/x-www-form-urlencoded';
	}
	$param{HTTP_COOKIE} = "__Host-ror=$self->{token}" if $self->{token};
	my %header = %{ $arg{headers} // {} };
	for my $name (keys %header) {
		(my $key = 'HTTP_' . uc $name) =~ tr/-/_/;
		$param{$key} = $header{$name};
	}
	%param = (%param, %{ $arg{params} // {} });
	return parse($self->exchange(\%param, $body, $arg{midway}));
}

# midway: called when half of the body is sent, as a slow client would.
sub exchange {
	my ($self, $param, $body, $midway) = @_;
	my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $self->{socket})
	    or die "$self->{socket}: $!";
	my $params = join '', map { pair($_, $param->{$_}) }
	    grep { defined $param->{$_} } sort keys %$param;
	# Role responder, connection closed after the answer.
	print {$s} record(OPEN, pack 'nCx5', 1, 0), stream(PARAMS, $params);
	if ($midway) {
		print {$s} record(STDIN_, substr $body, 0, length($body) / 2, '');
		$s->flush;
		$midway->();
	}
	print {$s} stream(STDIN_, $body);
	$s->flush;
	my ($out, $buf) = ('', '');
	local $SIG{ALRM} = sub { die "no answer after @{[WAIT_S]} s\n" };
	alarm WAIT_S;
	while (sysread $s, $buf, 65536, length $buf) {
		while (length $buf >= 8) {
			my (undef, $type, undef, $n, $pad) = unpack 'CCnnC', $buf;
			last if length $buf < 8 + $n + $pad;
			$out .= substr $buf, 8, $n if $type == STDOUT_;
			substr $buf, 0, 8 + $n + $pad, '';
		}
	}
	alarm 0;
	close $s;
	return $out;
}

sub record {
	my ($type, $data) = @_;
	return pack('CCnnCx', 1, $type, 1, length $data, 0) . $data;
}

sub stream {
	my ($type, $data) = @_;
	return join('', map { record($type, $_) } unpack '(a65000)*', $data)
	    . record($type, '');
}

sub pair {
	my ($name, $value) = @_;
	$value = encode('UTF-8', $value) if utf8::is_utf8($value);
	return join('', map { length() < 128 ? chr length : pack 'N',
	    length() | 0x80000000 } $name, $value) . $name . $value;
}

sub parse {
	my ($raw) = @_;
	my ($head, $body) = split /\r\n\r\n/, $raw, 2;
	my %r = (raw => $raw, body => $body // '', headers => {}, cookies => []);
	for my $line (split /\r\n/, $head // '') {
		my ($name, $value) = $line =~ /^([^:]+):\s*(.*)$/ or next;
		if (lc $name eq 'set-cookie') { push @{ $r{cookies} }, $value }
		else { $r{headers}{ lc $name } = $value }
	}
	($r{status}) = ($r{headers}{status} // '0') =~ /^(\d+)/;
	$r{body_text} = decode('UTF-8', $r{body}, Encode::FB_DEFAULT);
	return \%r;
}

1;
