#!/usr/bin/env bash
# HTTP: Basic, Bearer, web tickets, SOAP logon (webserver.py) and transfer forms, Negotiate, proxy (Apache). Client: curl.
. "$(dirname "$0")/lib.sh"
. "$HERE/krbconf.sh"
W=pool01-web.corvid.example
curlq() { $C curl -s -o /dev/null -w '%{http_code} ' "$@"; echo; }
bg $S $PY "$HERE/webserver.py"; WEB=$LAST; port 192.0.2.11 80
TICKET=cwt=AAEBHAEFAAAAAAAFFQAAAB7k9wMadeUpTicket0123456789
cap http/basic-401-then-200.pcap;  curlq http://$W/basic; curlq -u 'CORVID\mona:Nightjar#42' http://$W/basic; done_
cap http/basic-offered-only.pcap;  curlq http://$W/basic http://$W/basic; done_
cap http/bearer-jwt-clear.pcap
curlq -H 'Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtb25hIn0.c2ln' http://$W/ucwa/v1/applications; done_
cap http/webticket-header-clear.pcap;  curlq -H "X-MS-WebTicket: opaque=$TICKET" http://$W/ucwa/v1/applications; done_
cap http/bearer-cwt-clear.pcap;    curlq -H "Authorization: Bearer $TICKET" http://$W/ucwa/v1/applications; done_
cap http/cwt-in-query.pcap;        curlq "http://$W/ucwa/v1/applications?ticket=$TICKET"; done_
cap http/no-ticket.pcap;           curlq http://$W/ucwa/v1/applications http://$W/plain; done_
cap http/deflate.pcap;              curlq -H 'Accept-Encoding: deflate' http://$W/deflate; done_
# WS-Trust logon in clear: password as text, as digest, no token at all
rst() { cat <<X
<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" s:mustUnderstand="1">$1</wsse:Security></s:Header><s:Body><RequestSecurityToken Context="9c" xmlns="http://docs.oasis-open.org/ws-sx/ws-trust/200512"><TokenType>http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1</TokenType><RequestType>http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue</RequestType></RequestSecurityToken></s:Body></s:Envelope>
X
}
PT=http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0
soap() { rst "$1" >"$T/rst.xml"; curlq -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue"' --data-binary @"$T/rst.xml" http://$W/WebTicket/WebTicketService.svc/Auth; }
b64() { printf %s "$1" | base64 -w0; }
cap http/soap-passwordtext-clear.pcap
soap "<wsse:UsernameToken><wsse:Username>$(b64 'CORVID\tariq')</wsse:Username><wsse:Password Type=\"$PT#PasswordText\">$(b64 'Hoopoe!1973')</wsse:Password></wsse:UsernameToken>"; done_
cap http/soap-passworddigest-clear.pcap
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
dig=$( { printf nonce-0123456789; printf %s "$now"; printf %s 'Hoopoe!1973'; } | openssl sha1 -binary | base64)
soap "<wsse:UsernameToken><wsse:Username>tariq</wsse:Username><wsse:Password Type=\"$PT#PasswordDigest\">$dig</wsse:Password><wsse:Nonce>$(b64 nonce-0123456789)</wsse:Nonce><Created xmlns=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">$now</Created></wsse:UsernameToken>"; done_
cap http/soap-no-usernametoken-clear.pcap; soap ""; done_
cap http/pipelined.pcap
$C $PY - <<P
import socket, time
s = socket.create_connection(("$W", 80))
s.sendall(b"".join(b"GET /plain/%d HTTP/1.1\r\nHost: $W\r\n%s\r\n" % (i, b"Connection: close\r\n" if i == 4 else b"") for i in range(1, 5)))
while s.recv(4096): pass
P
done_
stop $WEB
for k in 20 90 400; do bg $S $PY "$HERE/webserver.py" --clock $k; port 192.0.2.11 80
  cap http/date-clock-$k.pcap; curlq http://$W/plain; done_; stop $LAST; done
# Apache
D=$T/www; mkdir -p "$D/htdocs/neg" "$D/htdocs/ntlm" "$D/htdocs/digest" "$D/logs"
seq -f 'line %g of a text that is worth compressing' 60 >"$D/htdocs/text.txt"
cp "$D/htdocs/text.txt" "$D/htdocs/neg/index.txt"; cp "$D/htdocs/text.txt" "$D/htdocs/digest/index.txt"; echo small >"$D/htdocs/small.txt"
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"; for i in 1 2 3 4; do echo "chunk $i"; sleep 0.1; done\n' >"$D/htdocs/slow.cgi"
printf '#!/bin/sh\nprintf "Status: 204 No Content\\r\\n\\r\\n"\n' >"$D/htdocs/nothing.cgi"; chmod 755 "$D"/htdocs/*.cgi; chmod 755 "$T" "$D"
htpasswd -bc "$D/users" mona 'Nightjar#42' 2>/dev/null
printf 'mona:corvid.example:%s\n' "$(printf %s 'mona:corvid.example:Nightjar#42' | md5sum | cut -d' ' -f1)" >"$D/digest"
cp "$K/web.keytab" "$D/web.keytab"; chmod 644 "$D/web.keytab"
M=$(dirname "$(find /usr/lib -name mod_auth_gssapi.so | head -1)")
cat >"$D/httpd.conf" <<A
ServerRoot $D
ServerName $W
PidFile $D/pid
Listen 192.0.2.11:80
Listen 192.0.2.11:3128
ErrorLog $D/logs/error.log
LogLevel info
$(for m in mpm_prefork authn_core authn_file authz_core authz_user auth_basic auth_digest auth_gssapi mime deflate filter brotli cgi proxy proxy_http proxy_connect headers; do echo "LoadModule ${m}_module $M/mod_$m.so"; done)
StartServers 2
DocumentRoot $D/htdocs
TypesConfig /dev/null
AddType text/plain .txt
KeepAlive On
FileETag All
Mutex file:$D default
<Directory $D/htdocs>
 Options +ExecCGI
 AddHandler cgi-script .cgi
</Directory>
<Location /text.txt>
 SetOutputFilter BROTLI_COMPRESS;DEFLATE
</Location>
<Location /neg>
 AuthType GSSAPI
 AuthName corvid
 GssapiCredStore keytab:$D/web.keytab
 GssapiAllowedMech krb5
 Require valid-user
</Location>
<Location /digest>
 AuthType Digest
 AuthName corvid.example
 AuthUserFile $D/digest
 Require valid-user
</Location>
<VirtualHost 192.0.2.11:3128>
 ProxyRequests On
 AllowCONNECT 443 8080
 <Proxy *>
  AuthType Basic
  AuthName "corvid proxy"
  AuthUserFile $D/users
  Require valid-user
 </Proxy>
</VirtualHost>
A
bg $S $PY "$HERE/webserver.py" --bind 192.0.2.10 --port 8080; port 192.0.2.10 8080   # behind the proxy
bg $S env KRB5_CONFIG="$K/krb5.conf" apache2 -X -f "$D/httpd.conf"; A=$LAST; port 192.0.2.11 80; sleep 0.5
cap http/gzip.pcap;      curlq -H 'Accept-Encoding: gzip' http://$W/text.txt; done_
cap http/brotli.pcap;    curlq -H 'Accept-Encoding: br' http://$W/text.txt; done_
cap http/chunked.pcap;   curlq http://$W/slow.cgi; done_
cap http/keepalive-head-204-304.pcap
curlq http://$W/small.txt --next -sI -o /dev/null http://$W/small.txt --next -s http://$W/nothing.cgi --next -s -o /dev/null \
  -H "If-Modified-Since: $(date -u +'%a, %d %b %Y %T GMT')" http://$W/small.txt --next -s -o /dev/null http://$W/missing; done_
cap http/expect-100.pcap; curlq -H 'Expect: 100-continue' --data-binary 'a=1&b=2' http://$W/slow.cgi; done_
cap http/chunked-request.pcap; curlq -H 'Transfer-Encoding: chunked' -H 'Expect:' --data-binary 'a=1&b=2' http://$W/slow.cgi; done_
cap http/digest-ok.pcap;  curlq --digest -u 'mona:Nightjar#42' http://$W/digest/index.txt; done_
cap http/digest-wrong.pcap; curlq --digest -u 'mona:Starling-7' http://$W/digest/index.txt; done_
cap http/proxy-connect-407-200.pcap
curlq -p -x http://$W:3128 --proxy-anyauth -U 'mona:Nightjar#42' http://192.0.2.10:8080/plain; done_
cap http/proxy-connect-407.pcap; curlq -p -x http://$W:3128 http://192.0.2.10:8080/plain; done_
# Negotiate with Kerberos
kdc
ck() { KRB5_CONFIG=$K/client.conf KRB5CCNAME=$K/cc curlq "$@"; }
kinit_ mona 'Nightjar#42'
cap kerberos/http-negotiate-apache-ok.pcap; ck --negotiate -u : http://web2.corvid.example/neg/index.txt; done_
cap kerberos/http-negotiate-apache-rc4.pcap; client_conf 1465 "$AES rc4-hmac"; ck --negotiate -u : http://rc4.corvid.example/neg/index.txt; client_conf 1465 "$AES"; done_
forget; kinit_ mona 'Nightjar#42'
# the KDC gets a new key for the service, the web server keeps the old one
ka cpw -randkey HTTP/pool01-web.corvid.example
cap kerberos/http-negotiate-apache-wrong-key.pcap; ck --negotiate -u : http://$W/neg/index.txt; done_
cap kerberos/http-negotiate-no-token.pcap; curlq http://$W/neg/index.txt; done_
stop $A
# ticket for the service refused (error 7), then NTLM inside SPNEGO (gss-ntlmssp), server offers Negotiate and NTLM
bg $S $PY "$HERE/webserver.py"; port 192.0.2.11 80
printf 'CORVID:mona:Nightjar#42\n' >"$T/ntlmuser"
cap ntlm/http-tgs7-then-spnego-ntlm.pcap
NTLM_USER_FILE=$T/ntlmuser ck --anyauth -u : http://nospn.corvid.example/neg; done_
forget
cap ntlm/http-spnego-ntlm-only-curl.pcap
NTLM_USER_FILE=$T/ntlmuser ck --anyauth -u : http://$W/neg; done_
