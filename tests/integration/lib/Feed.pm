# Feed.pm - a bed-management program as seen from outside.
#
#   my $feed = Feed->new($stand, 'lits', secret => $secret);
#   $feed->sign_in;                          # /auth/token, by Basic
#   my $r = $feed->patch('910000017/CARDIO', op(replace => DISPO => 12));
#   is($r->{status}, 200);
#
# Bodies have the shape of the published examples; they are written here.
package Feed;

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use POSIX qw(strftime);

our @EXPORT = qw(op parameters when_ indicator);

my $json = JSON::PP->new->canonical->utf8;
my $url = 'https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-location-supported-capacity';
my @order = qw(capacityStatus capacityType temporalityCapacity capacitySourceType
    genderCapacityAvailable temporaryAssignement capacityClosingType additionalBedType crisisType);
my %known = (
	DISPO     => { capacityStatus => '02', temporalityCapacity => '01', genderCapacityAvailable => '03' },
	DISPO_F   => { capacityStatus => '02', temporalityCapacity => '01', genderCapacityAvailable => '01' },
	INST      => { capacityStatus => '01', temporalityCapacity => '01' },
	FERM_NR   => { capacityStatus => '05', temporalityCapacity => '01', capacityClosingType => '02' },
	PREV_24H  => { capacityStatus => '02', temporalityCapacity => '03' },
	MOB_SSE   => { capacityStatus => '06', temporalityCapacity => '01', additionalBedType => '02', crisisType => '02' },
);

sub new {
	my ($class, $stand, $name, %arg) = @_;
	return bless { stand => $stand, name => $name, %arg }, $class;
}

sub indicator { my ($name) = @_; return { %{ $known{$name} } } }

# An instant so many minutes ago, as the interface writes it.
sub when_ { my ($minutes) = @_; return strftime '%Y-%m-%dT%H:%M:%SZ', gmtime(time - 60 * $minutes) }

sub concept { my ($code) = @_; return { coding => [ { system => 'https://mos.esante.gouv.fr/NOS/x', code => $code } ] } }

sub criteria {
	my ($of) = @_;
	my @c = map { "extension.where(url = '$_' and valueCodeableConcept.coding.code = '$of->{$_}')" }
	    grep { defined $of->{$_} && !/Type$/ || /^(?:capacityClosing|additionalBed|crisis)Type$/ && defined $of->{$_} } @order;
	return "Location.extension.where(url='$url').where(" . join(' and ', @c) . ')';
}

# One operation: op(replace => DISPO => 12, at => when_(5), temporaryAssignement => '02').
sub op {
	my ($type, $name, $value, %arg) = @_;
	my $at = exists $arg{at} ? delete $arg{at} : when_(0);
	my $path = delete $arg{path};
	my $of = { temporaryAssignement => '01', %{ ref $name ? $name : $known{$name} }, %arg };
	my @part = ({ name => 'type', valueString => $type },
	    { name => 'path', valueString => $path // ($type eq 'add' ? "Location.extension.where(url='$url')" : criteria($of)) });
	push @part, { name => 'value', part => [ { extension => [ { url => $url, extension => [
	    { url => 'nbCapacity', valueInteger => $value },
	    defined $at ? { url => 'capacityUpdateDate', valueDateTime => $at } : (),
	    map { { url => $_, valueCodeableConcept => concept($of->{$_}) } } grep { defined $of->{$_} } @order,
	] } ] } ] } if $type ne 'delete';
	return { name => 'operation', part => \@part };
}

sub parameters { return { parameter => [@_] } }

sub basic { my ($self) = @_; return 'Basic ' . encode_base64("$self->{name}:$self->{secret}", '') }

# Keeps the token; returns the answer, with its JSON.
sub sign_in {
	my ($self, %arg) = @_;
	my $r = $self->{stand}->request('POST', '/auth/token', content => $arg{content} // 'grant_type=client_credentials',
	    headers => { 'content-type' => 'application/x-www-form-urlencoded',
	        $arg{content} ? () : (authorization => $self->basic), %{ $arg{headers} // {} } });
	$r->{json} = eval { decode_json($r->{content}) };
	$self->{token} = $r->{json}{access_token} if $r->{json}{access_token};
	return $r;
}

sub send {
	my ($self, $method, $path, $content, %arg) = @_;
	my $r = $self->{stand}->request($method, $path, content => ref $content ? $json->encode($content) : $content,
	    headers => { 'content-type' => 'application/fhir+json',
	        $self->{token} ? (authorization => "Bearer $self->{token}") : (), %{ $arg{headers} // {} } });
	$r->{json} = eval { decode_json($r->{content}) };
	$r->{issue} = $r->{json}{issue}[0];
	$r->{says} = join ' ', $r->{status}, $r->{issue}{code} // '';
	return $r;
}

sub patch {
	my ($self, $identifier, $body, %arg) = @_;
	$body = parameters($body) if ref $body eq 'HASH' && !$body->{parameter} && $body->{name};
	return $self->send('PATCH', "/fhir/Location?identifier=$identifier", $body, %arg);
}

sub batch { my ($self, @entry) = @_;
	return $self->send('POST', '/fhir', { resourceType => 'Bundle', type => 'batch', entry => \@entry }) }

1;
