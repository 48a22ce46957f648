# Browser.pm - a browser without script, for tests that cross two sites: one
# cookie jar an origin, redirects followed step by step.
#
#   my $b = Browser->new("$dir/tls/ca.crt");
#   my $r = $b->get('https://localhost:8443/connexion');
#   $r = $b->submit($r, { identite => '1' });       # its one form, or the n-th
#   $r = $b->follow($r, qr{/auth/psc/retour});       # up to, not into, that address
#
# A response is HTTP::Tiny's, with url (as asked) and location (absolute).
package Browser;

use strict;
use warnings;
use Encode qw(decode);
use HTTP::Tiny;

sub new {
	my ($class, $ca) = @_;
	return bless { jars => {}, http => HTTP::Tiny->new(verify_SSL => 1, max_redirect => 0,
	    timeout => 20, keep_alive => 0, SSL_options => { SSL_ca_file => $ca }) }, $class;
}

sub origin { return $_[0] =~ m{^(https://[^/?]+)} ? $1 : die "no address: $_[0]" }

sub cookie { my ($self, $url, $name) = @_; return $self->{jars}{ origin($url) }{$name} }

sub cookies_take {
	my ($self, $origin, $r) = @_;
	my $set = $r->{headers}{'set-cookie'};
	for my $line (ref $set ? @$set : defined $set ? $set : ()) {
		my ($name, $value) = $line =~ /^([^=]+)=([^;]*)/ or next;
		if ($value eq '' || $line =~ /max-age=0\b|expires=Thu, 01 Jan 1970/i) {
			delete $self->{jars}{$origin}{$name};
		} else {
			$self->{jars}{$origin}{$name} = $value;
		}
	}
	return;
}

sub ask {
	my ($self, $method, $url, %arg) = @_;
	my $origin = origin($url);
	my %jar = %{ $self->{jars}{$origin} // {} };
	my %headers = %{ $arg{headers} // {} };
	$headers{cookie} = join '; ', map { "$_=$jar{$_}" } sort keys %jar if %jar;
	my $r = $self->{http}->request($method, $url, { headers => \%headers,
	    defined $arg{content} ? (content => $arg{content}) : () });
	$self->cookies_take($origin, $r);
	my $to = $r->{headers}{location};
	$r->{location} = !defined $to ? '' : $to =~ m{^/} ? $origin . $to : $to;
	$r->{url} = $url;
	$r->{text} = decode('UTF-8', $r->{content} // '', Encode::FB_DEFAULT);
	return $r;
}

sub get { my ($self, $url, %arg) = @_; return $self->ask('GET', $url, %arg) }

sub post {
	my ($self, $url, $form, %arg) = @_;
	return $self->ask('POST', $url, content => $self->{http}->www_form_urlencode($form),
	    headers => { origin => $arg{from} // origin($url),
	        'content-type' => 'application/x-www-form-urlencoded', %{ $arg{headers} // {} } });
}

sub follow {
	my ($self, $r, $until) = @_;
	for (1 .. 12) {
		return $r if $r->{location} eq '' || ($until && $r->{location} =~ $until);
		$r = $self->get($r->{location});
	}
	die "redirects without end at $r->{url}";
}

# Fields of a form as they stand, with what is typed over them.
sub submit {
	my ($self, $r, $typed, $action) = @_;
	my @forms = $r->{content} =~ m{(<form\b.*?</form>)}gs;
	my ($form) = grep { !$action || /action="[^"]*\Q$action\E/ } @forms
	    or die "no form " . ($action // '') . " on $r->{url}: $r->{status}";
	my ($to) = $form =~ /action="([^"]*)"/;
	my %field;
	for my $input ($form =~ /<input\b[^>]*>/g) {
		my ($name) = $input =~ /name="([^"]*)"/ or next;
		my ($value) = $input =~ /value="([^"]*)"/;
		$field{$name} = $value // '';
	}
	my $origin = origin($r->{url});
	return $self->post($to =~ m{^/} ? $origin . $to : $to, { %field, %$typed }, from => $origin);
}

1;
