#!/usr/bin/env bash
# Mail: dovecot (IMAP, POP) and aiosmtpd (SMTP), asked by curl and swaks. Needs dovecot-imapd, dovecot-pop3d, swaks, curl, openssl, and
# a python with aiosmtpd in PY.
. "$(dirname "$0")/lib.sh"
P=Nightjar#42 M=pool01.corvid.example
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key.pem" -out "$T/cert.pem" -days 3650 -subj "/CN=$M" 2>/dev/null
mkdir -p "$T/mail/mona" "$T/run"; echo "mona:{PLAIN}$P:$(id -u nobody):$(id -g nobody)::$T/mail/mona" >"$T/users"; chmod -R a+rX "$T"; chown -R nobody "$T/mail"
cat >"$T/dovecot.conf" <<D
protocols = imap pop3
listen = 192.0.2.10
base_dir = $T/run
log_path = $T/dovecot.log
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
ssl_cert = <$T/cert.pem
ssl_key = <$T/key.pem
mail_location = maildir:%h
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = $T/users
}
userdb {
  driver = passwd-file
  args = $T/users
}
D
bg $S dovecot -F -c "$T/dovecot.conf"; port 192.0.2.10 143; port 192.0.2.10 110
cat >"$T/smtp.py" <<Y
import sys, time, ssl
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
def who(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"mona" and data.password == b"$P"
    return AuthResult(success=good, handled=False)
class Sink:
    async def handle_DATA(self, server, session, envelope): return "250 taken"
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); c.load_cert_chain("$T/cert.pem", "$T/key.pem")
Controller(Sink(), hostname="192.0.2.10", port=25, authenticator=who, auth_require_tls=False, tls_context=c).start()
time.sleep(600)
Y
bg $S $PY "$T/smtp.py"; port 192.0.2.10 25
s() { $C swaks --server 192.0.2.10 --ehlo wks101.corvid.example --from mona@corvid.example --to lena@corvid.example --body 'a word' "$@" >"$T/out" 2>&1; echo "  swaks: $?"; }
u() { $C curl -s -m 5 -k "$@" >"$T/out" 2>&1; echo "  curl: $?"; }
cap mail/smtp-plain.pcap; s --auth PLAIN --auth-user mona --auth-password "$P"; done_
cap mail/smtp-login-wrong.pcap; s --auth LOGIN --auth-user mona --auth-password Starling-7; done_
cap mail/smtp-starttls.pcap; SSLKEYLOGFILE=$OUT/mail/smtp-starttls.keys u --ssl-reqd --url smtp://192.0.2.10 --mail-from mona@corvid.example -u "mona:$P" --login-options AUTH=PLAIN -X NOOP; done_
cap mail/imap-login.pcap
$C $PY - "$P" <<'Y'
import imaplib, sys
c = imaplib.IMAP4("192.0.2.10"); c.login("mona", sys.argv[1]); c.select(); c.logout()
Y
done_
cap mail/imap-plain.pcap; u imap://192.0.2.10/ -u "mona:$P" --login-options AUTH=PLAIN; done_
cap mail/imap-cram-wrong.pcap; u imap://192.0.2.10/ -u 'mona:Starling-7' --login-options AUTH=CRAM-MD5; done_
cap mail/pop-user.pcap
$C $PY - "$P" <<'Y'
import poplib, sys
c = poplib.POP3("192.0.2.10"); c.user("mona"); c.pass_(sys.argv[1]); c.list(); c.quit()
Y
done_
cap mail/pop-cram.pcap; u pop3://192.0.2.10/ -u "mona:$P" --login-options AUTH=CRAM-MD5; done_
