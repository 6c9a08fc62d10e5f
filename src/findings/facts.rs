//! What rules look at: the evidence, and the sign-ins it tells of.

use crate::analysis::{Evidence, WebExchange};
use crate::signin::SignIn;
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;

/// Everything a rule may ask about.
#[derive(Debug)]
pub struct Facts<'e> {
    evidence: &'e Evidence,
    /// The sign-ins.
    pub sign_ins: &'e [SignIn],
    by_client: HashMap<IpAddr, Vec<&'e SignIn>>,
    web_by_client: HashMap<IpAddr, Vec<&'e WebExchange>>,
}

impl Deref for Facts<'_> {
    type Target = Evidence;

    fn deref(&self) -> &Evidence {
        self.evidence
    }
}

impl<'e> Facts<'e> {
    /// Over this evidence and what it tells of.
    pub fn new(evidence: &'e Evidence, sign_ins: &'e [SignIn]) -> Self {
        let (mut by_client, mut web_by_client) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for signin in sign_ins {
            for address in &signin.addresses {
                by_client.entry(*address).or_default().push(signin);
            }
        }
        for exchange in &evidence.web {
            web_by_client.entry(exchange.client.ip()).or_default().push(exchange);
        }
        Self { evidence, sign_ins, by_client, web_by_client }
    }

    /// Sign-ins of this client that were under way in this frame.
    pub fn sign_ins_at(&self, client: IpAddr, frame: u64) -> impl Iterator<Item = &'e SignIn> {
        let here = self.by_client.get(&client).into_iter().flatten().copied();
        here.filter(move |s| (s.first_frame..=s.last_frame).contains(&frame))
    }

    /// Exchanges with web services during this sign-in, by its client.
    pub fn exchanges_of(&self, signin: &SignIn) -> Vec<&'e WebExchange> {
        let span = signin.first_frame..=signin.last_frame;
        let all = signin.addresses.iter().filter_map(|address| self.web_by_client.get(address)).flatten().copied();
        all.filter(|w| w.first().is_some_and(|seen| span.contains(&seen.frame))).collect()
    }
}
