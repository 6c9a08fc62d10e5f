//! Sources against files written by hand: what is whole is read, what is broken is said.

mod compressed;
mod cut;
mod make;
mod mutated;
mod pcap;
mod pcapng;
mod refused;
mod written;
