//! Sign-ins that programs of others make while they are watched: curl with Basic and NTLM, in clear and inside TLS with a
//! key log that grows; MIT's KDC and its clients; sipp. What is told while it happens is what the recording tells.
//!
//! Needs root and `ip`, and for each of them the programs it names; what is missing is skipped, and said.

#![cfg(target_os = "linux")]

#[path = "support/net.rs"]
mod net;
#[path = "support/program.rs"]
mod program;
#[path = "support/told.rs"]
mod told;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use net::{Live, Net, within};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use told::{report, told};

const WORKSTATION: &str = "192.0.2.101";
const WEB: &str = "192.0.2.11";
const POOL: &str = "192.0.2.10";
const KDC: &str = "192.0.2.5";

/// A network in which all of them stand behind one interface, and a folder.
struct Site {
    net: Net,
    folder: TempDir,
    servers: Vec<Child>,
}

impl Site {
    fn new(programs: &[&str]) -> Option<Self> {
        let there = |program: &&str| net::works(Command::new("which").arg(program));
        if let Some(missing) = programs.iter().find(|program| !there(program)) {
            eprintln!("SKIPPED: needs {missing}");
            return None;
        }
        let net = Net::new()?;
        for address in [WORKSTATION, WEB, POOL, KDC] {
            assert!(net.ip(&["address", "add", address, "dev", "lo"]));
        }
        Some(Self { net, folder: tempfile::tempdir().unwrap(), servers: Vec::new() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Starts a server, and waits until something listens there.
    fn serve(&mut self, mut command: Command, at: &str) {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.servers.push(command.spawn().unwrap());
        within(&format!("somebody listens at {at}"), || {
            let output = self.net.run("ss").args(["-Hnltu", "src", at]).output().unwrap();
            !output.stdout.is_empty()
        });
    }

    /// This test program again, as a web server of this network.
    fn serve_web(&mut self) {
        let mut command = self.net.run("env");
        command.arg(format!("{INSIDE}=1")).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "a_web_server", "--ignored", "--nocapture"]);
        self.serve(command, &format!("{WEB}:80"));
    }

    /// What is told while `deeds` are done, and by the recording afterwards.
    fn watch(&self, keylog: Option<&Path>, deeds: impl FnOnce()) -> [Vec<String>; 2] {
        let file = self.path("live.pcapng");
        let mut arguments = vec!["-i", "lo", "-w", file.to_str().unwrap()];
        let keys: Vec<&str> = keylog.iter().flat_map(|path| ["--keylog", path.to_str().unwrap()]).collect();
        arguments.extend(&keys);
        let live = Live::start(&self.net, &arguments);
        deeds();
        let ran = live.end();
        assert_eq!(ran.code, 0, "{}", ran.err);
        [told(&ran.out), report(&file, &keys)]
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for server in &mut self.servers {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Runs a program to its end; what it wrote.
fn done(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// True if a line names all of these.
fn names(lines: &[String], parts: &[&str]) -> bool {
    lines.iter().any(|line| parts.iter().all(|part| line.contains(part)))
}

const INSIDE: &str = "HANDSHARK_TEST_WEB";

/// Not a test: asks for what the path names, and takes whatever comes.
#[test]
#[ignore = "a server for the others"]
fn a_web_server() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let listener = TcpListener::bind((WEB, 80)).unwrap();
    for stream in listener.incoming().flatten() {
        std::thread::spawn(move || serve(stream));
    }
}

fn serve(stream: TcpStream) -> io::Result<()> {
    let (mut lines, mut out) = (BufReader::new(stream.try_clone()?).lines(), stream);
    while let Some(first) = lines.next().transpose()? {
        let mut given = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Authorization: ") {
                value.clone_into(&mut given);
            }
        }
        let asked = match (first.contains("/ntlm"), given.as_str()) {
            (true, "") => "NTLM".to_owned(),
            // The type stands behind the signature.
            (true, token) if STANDARD.decode(&token[5..]).is_ok_and(|token| token[8] == 1) => {
                format!("NTLM {}", STANDARD.encode(challenge()))
            }
            (false, "") => "Basic realm=\"corvid\"".to_owned(),
            _ => {
                out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")?;
                continue;
            }
        };
        write!(out, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {asked}\r\nContent-Length: 0\r\n\r\n")?;
    }
    Ok(())
}

/// CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2) of the domain CORVID, with target information.
fn challenge() -> Vec<u8> {
    let domain: Vec<u8> = "CORVID".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u8::try_from(domain.len()).unwrap();
    let info = [&[2, 0, length, 0][..], &domain, &[1, 0, length, 0], &domain, &[0; 4]].concat();
    let info_length = u8::try_from(info.len()).unwrap();
    let mut message = b"NTLMSSP\0\x02\0\0\0".to_vec();
    message.extend([length, 0, length, 0, 48, 0, 0, 0]);
    message.extend(0x0089_0205_u32.to_le_bytes());
    message.extend([1, 2, 3, 4, 5, 6, 7, 8]);
    message.extend([0; 8]);
    message.extend([info_length, 0, info_length, 0, 48 + length, 0, 0, 0]);
    message.extend(domain);
    message.extend(info);
    message
}

#[test]
fn curl_with_basic_and_ntlm() {
    let Some(mut site) = Site::new(&["curl", "ss"]) else { return };
    site.serve_web();
    let curl = |arguments: &[&str]| {
        let common = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", WORKSTATION];
        done(site.net.run("curl").args(common).args(arguments))
    };
    let [told, recorded] = site.watch(None, || {
        let page = |path: &str| format!("http://{WEB}/{path}");
        assert_eq!(curl(&["--anyauth", "-u", "mona:Nightjar#42", &page("basic")]), "200");
        assert_eq!(curl(&["--ntlm", "-u", r"CORVID\tariq:Hoopoe!1973", &page("ntlm")]), "200");
    });
    assert_eq!(told, recorded);
    assert!(names(&told, &["W01", "mona"]), "{told:#?}");
    assert!(names(&told, &["W10", r"CORVID\\tariq"]), "{told:#?}");
}

#[test]
fn curl_inside_tls_with_a_key_log_that_grows() {
    let Some(mut site) = Site::new(&["curl", "openssl", "ss"]) else { return };
    let (key, certificate, keys) = (site.path("key"), site.path("certificate"), site.path("keys"));
    let made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=web.corvid.example"];
    done(Command::new("openssl").args(made).arg("-keyout").arg(&key).arg("-out").arg(&certificate));
    let at = format!("{WEB}:443");
    let mut server = site.net.run("openssl");
    server.args(["s_server", "-www", "-accept", &at, "-key"]).arg(&key).arg("-cert").arg(&certificate);
    site.serve(server, &at);
    // The log begins with what is no secret; the secrets are written while packets come.
    fs::write(&keys, "# a key log\n").unwrap();
    let [told, recorded] = site.watch(Some(&keys), || {
        for version in [&["--tls-max", "1.2"][..], &["--tlsv1.3"]] {
            let mut curl = site.net.run("env");
            curl.arg(format!("SSLKEYLOGFILE={}", keys.display())).args(["curl", "-s", "-k", "-o", "/dev/null"]);
            let user = ["--interface", WORKSTATION, "--basic", "-u", "mona:Nightjar#42"];
            done(curl.args(version).args(user).arg(format!("https://{at}/")));
        }
    });
    assert_eq!(told, recorded);
    assert!(names(&told, &["mona"]), "both were opened: {told:#?}");
    let closed = report(&site.path("live.pcapng"), &[]);
    assert!(!names(&closed, &["mona"]), "{closed:#?}");
}

#[test]
fn tickets_of_a_kdc() {
    let Some(mut site) = Site::new(&["krb5kdc", "kdb5_util", "kadmin.local", "kinit", "kvno", "ss"]) else { return };
    let folder = site.folder.path().display().to_string();
    let client = site.write(
        "krb5.conf",
        &format!(
            "[libdefaults]\n default_realm = CORVID.EXAMPLE\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n \
             rdns = false\n[realms]\n CORVID.EXAMPLE = {{\n  kdc = {KDC}\n }}\n"
        ),
    );
    let profile = site.write(
        "kdc.conf",
        &format!(
            "[kdcdefaults]\n kdc_listen = {KDC}:88\n kdc_tcp_listen = {KDC}:88\n[realms]\n CORVID.EXAMPLE = {{\n  \
             database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n  default_principal_flags = +preauth\n \
             }}\n[dbmodules]\n CORVID.EXAMPLE = {{\n  db_library = db2\n }}\n"
        ),
    );
    let program = |name: &str| {
        let mut command = site.net.run("env");
        command.arg(format!("KRB5_CONFIG={}", client.display()));
        command.arg(format!("KRB5_KDC_PROFILE={}", profile.display()));
        command.arg(format!("KRB5CCNAME={folder}/tickets")).arg(name);
        command
    };
    done(program("kdb5_util").args(["create", "-s", "-r", "CORVID.EXAMPLE", "-P", "master-1"]));
    for principal in ["-pw Nightjar#42 mona", "-randkey sip/pool01.corvid.example"] {
        done(program("kadmin.local").args(["-q", &format!("addprinc {principal}")]));
    }
    let mut server = program("krb5kdc");
    server.args(["-n", "-r", "CORVID.EXAMPLE"]);
    site.serve(server, &format!("{KDC}:88"));
    let program = |name: &str| {
        let mut command = site.net.run("env");
        command.arg(format!("KRB5_CONFIG={}", client.display()));
        command.arg(format!("KRB5CCNAME={folder}/tickets")).arg(name);
        command
    };
    let sign_in = |password: &str| {
        let mut child = program("kinit")
            .arg("mona")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait().unwrap().success()
    };
    let [told, recorded] = site.watch(None, || {
        assert!(!sign_in("Starling-7") && sign_in("Nightjar#42"));
        done(program("kvno").arg("sip/pool01.corvid.example"));
        // Nobody has this name.
        assert!(!net::works(program("kvno").arg("sip/pool99.corvid.example")));
    });
    assert_eq!(told, recorded);
    assert!(names(&told, &["W50", "mona@CORVID.EXAMPLE", "KDC_ERR_S_PRINCIPAL_UNKNOWN"]), "{told:#?}");
}

#[test]
fn a_sip_phone() {
    let Some(mut site) = Site::new(&["sipp", "python3", "ss"]) else { return };
    let mut server = site.net.run("python3");
    server.args(["captures/record/sipserver.py", POOL]);
    site.serve(server, &format!("{POOL}:5060"));
    let register = |user: &str, scenario: &str| {
        let scenario = format!("captures/record/sipp/{scenario}.xml");
        let common =
            ["-t", "t1", "-m", "1", "-i", WORKSTATION, "-nostdin", "-timeout", "20", "-s", user, "-sf", &scenario];
        net::works(site.net.run("sipp").arg(format!("{POOL}:5060")).args(common))
    };
    let [told, recorded] = site.watch(None, || {
        assert!(register("mona", "digest"));
        assert!(register("barred", "r403"));
    });
    assert_eq!(told, recorded);
    assert!(names(&told, &["mona@corvid.example", "signed_in", "Digest"]), "{told:#?}");
    assert!(names(&told, &["barred@", "403"]), "{told:#?}");
}
