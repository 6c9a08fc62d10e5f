//! Connections: F05, F06, F43.

use super::scene::{Scene, Told, at, host, host6};
use super::speak::{Browser, Caller, USER};
use super::{CLIENT, FRONT_END, Scenario, failed, looping, signed_in, unfinished};
use handshark::signin::Stage;
use std::net::SocketAddr;

const PROXY: SocketAddr = at(30, 8080);

fn finds(scene: &mut Scene) {
    scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
}

/// A client that asks a proxy for a way to its server, and is told this.
fn tunnel(scene: &mut Scene, to: &str, status: &str) -> (Browser, u64) {
    let mut proxy = Browser::new(scene, CLIENT, PROXY, to);
    proxy.tunnel(scene, to, &[]);
    let no = proxy.told(scene, status, &["Proxy-Authenticate: Basic realm=\"proxy\""], "");
    (proxy, no)
}

/// Signs in, says nothing for so many milliseconds, and is reset by the server. The frames of the yes and of the reset.
fn registers_and_is_dropped(scene: &mut Scene, pause: i64) -> (u64, u64) {
    let mut caller = Caller::over_tcp(scene, CLIENT, FRONT_END, USER);
    caller.epid = "e1".into();
    let yes = caller.signs_in(scene, "alice");
    scene.wait(pause);
    let end = scene.reset(&caller.line.unwrap(), super::make::Side::Server);
    scene.wait(1000);
    (yes, end)
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "F05 nobody answers",
        near: &["F01", "F03", "F43", "F58"],
        play: |scene| {
            finds(scene);
            let first = scene.unanswered(CLIENT, FRONT_END);
            scene.later(20);
            failed(Stage::Connect, "F05").proof([first]).alone()
        },
    },
    Scenario {
        name: "F05 the port is closed",
        near: &["F58", "F57"],
        play: |scene| {
            finds(scene);
            let reset = scene.refused(CLIENT, FRONT_END);
            scene.later(20);
            failed(Stage::Connect, "F05").proof([reset]).alone()
        },
    },
    Scenario {
        name: "F05 a firewall says so",
        near: &["F02", "F56"],
        play: |scene| {
            finds(scene);
            let says = scene.prohibited(CLIENT, FRONT_END, 13);
            scene.later(20);
            failed(Stage::Connect, "F05").proof([says]).alone()
        },
    },
    Scenario {
        name: "F05 a firewall says so in IPv6",
        near: &["F02"],
        play: |scene| {
            let (client, server) = (host6(0x50), SocketAddr::new(host6(0x10), 5061));
            scene.find(client, "sip.contoso.com", server.ip());
            let says = scene.prohibited(client, server, 1);
            scene.later(20);
            failed(Stage::Connect, "F05").proof([says]).alone()
        },
    },
    Scenario {
        name: "the first of two addresses is dead",
        near: &["F05"],
        play: |scene| {
            scene.ask(CLIENT, "sip.contoso.com", 1, Told::Hosts(&[host(66), FRONT_END.ip()]));
            scene.unanswered(CLIENT, at(66, 5060));
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "IPv6 leads nowhere, IPv4 does",
        near: &["F05"],
        play: |scene| {
            scene.find(host6(0x50), "sip.contoso.com", host6(0x10));
            scene.find(CLIENT, "sip.contoso.com", FRONT_END.ip());
            scene.unanswered(host6(0x50), SocketAddr::new(host6(0x10), 5060));
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "a request for a connection was sent once before the capture ends",
        near: &["F05"],
        play: |scene| {
            finds(scene);
            let frame = scene.frame();
            let mut copy = scene.clone();
            copy.unanswered(CLIENT, FRONT_END);
            scene.repeat(&copy, frame, 1);
            unfinished().alone()
        },
    },
    Scenario {
        name: "F06 the proxy wants to know who asks",
        near: &["F05", "F11", "F14"],
        play: |scene| {
            let (mut proxy, no) = tunnel(scene, "lyncdiscover.contoso.com:443", "407 Proxy Authentication Required");
            proxy.leaves(scene);
            scene.later(20);
            failed(Stage::Connect, "F06").proof([no]).words(407, None).alone()
        },
    },
    Scenario {
        name: "F06 the proxy forbids it",
        near: &["F54"],
        play: |scene| {
            let (mut proxy, no) = tunnel(scene, "sip.contoso.com:443", "403 Forbidden");
            proxy.leaves(scene);
            scene.later(20);
            failed(Stage::Connect, "F06").proof([no]).words(403, None).alone()
        },
    },
    Scenario {
        name: "the proxy is told who asks",
        near: &["F06"],
        play: |scene| {
            let to = "lyncdiscover.contoso.com:443";
            let (mut proxy, _) = tunnel(scene, to, "407 Proxy Authentication Required");
            proxy.tunnel(scene, to, &["Proxy-Authorization: Basic YWxpY2U6c2VjcmV0"]);
            proxy.told(scene, "200 Connection established", &[], "");
            let yes = Caller::over_tcp(scene, CLIENT, FRONT_END, USER).signs_in(scene, "alice");
            signed_in().proof([yes]).alone()
        },
    },
    Scenario {
        name: "the proxy refuses somebody who does not sign in",
        near: &["F06"],
        play: |scene| {
            tunnel(scene, "www.example.com:443", "403 Forbidden").0.leaves(scene);
            scene.later(20);
            Vec::new()
        },
    },
    Scenario {
        name: "F43 something forgets the connection after some minutes, and the client registers again",
        near: &["F57", "F05", "F44"],
        play: |scene| {
            let ends = [300_000, 310_000, 295_000].map(|pause| registers_and_is_dropped(scene, pause).1);
            looping(Stage::Connect, "F43").proof(ends).alone()
        },
    },
    Scenario {
        name: "dropped twice after some minutes",
        near: &["F43", "F57"],
        play: |scene| {
            let drops = [300_000, 300_000].map(|pause| registers_and_is_dropped(scene, pause).0);
            drops.map(|yes| signed_in().proof([yes])).into()
        },
    },
    Scenario {
        name: "dropped at any time, as by a server that restarts",
        near: &["F43"],
        play: |scene| {
            let drops = [90_000, 900_000, 300_000].map(|pause| registers_and_is_dropped(scene, pause).0);
            drops.map(|yes| signed_in().proof([yes])).into()
        },
    },
];
